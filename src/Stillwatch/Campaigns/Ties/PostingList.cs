using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// Who holds a value: how many in all, and the latest of them. Most values have one holder, and then nothing is allocated.
/// </summary>
internal struct PostingList
{
    /// <summary>The most that are kept: a newcomer is held against these.</summary>
    public const int MostKept = 16;

    private int _first;
    private int[]? _latest; // a ring, once there are two

    /// <summary>How many accounts showed the value.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are kept.</summary>
    public readonly int Kept => Math.Min(Count, MostKept);

    /// <summary>Kept holder number <paramref name="at"/>, the earliest first.</summary>
    public readonly int this[int at] => _latest == null ? _first : _latest[(Count > MostKept ? Count + at : at) % MostKept];

    /// <summary>Writes them to <paramref name="writer"/>.</summary>
    public readonly void Save(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(_first);
        writer.PutAll<int>(_latest ?? []);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static PostingList Load(BinaryReader reader) =>
        new()
        {
            Count = reader.ReadInt32(),
            _first = reader.ReadInt32(),
            _latest = reader.GetAll<int>(MostKept) is { Length: > 0 } latest ? latest : null,
        };

    /// <summary>Adds the latest holder.</summary>
    public void Add(int account)
    {
        if (Count == 0)
        {
            _first = account;
        }
        else
        {
            if (_latest == null)
            {
                _latest = new int[4];
                _latest[0] = _first;
            }
            else if (Count == _latest.Length && Count < MostKept)
            {
                Array.Resize(ref _latest, Count * 2);
            }

            _latest[Count % MostKept] = account;
        }

        Count++;
    }
}
