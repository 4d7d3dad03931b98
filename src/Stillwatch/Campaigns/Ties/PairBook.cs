using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// What ties one account to others: the strongest of the pairs that it came to as the later one. At most <see cref="Most"/>: whoever shares
/// something with ever more strangers fills a book and no memory, and a strong tie takes the place of the weakest.
/// </summary>
internal sealed class PairBook
{
    /// <summary>The most pairs that an account keeps.</summary>
    public const int Most = 32;

    private int[] _others = [];
    private PairEvidence[] _evidence = [];

    /// <summary>How many pairs there are.</summary>
    public int Count { get; private set; }

    /// <summary>Pair number <paramref name="at"/>.</summary>
    public (int Other, PairEvidence Evidence) this[int at] => (_others[at], _evidence[at]);

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.PutAll<int>(_others.AsSpan(0, Count));
        writer.PutAll<PairEvidence>(_evidence.AsSpan(0, Count));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static PairBook Load(BinaryReader reader)
    {
        var others = reader.GetAll<int>(Most);
        return new PairBook
        {
            _others = others,
            _evidence = reader.GetAll<PairEvidence>(Most),
            Count = others.Length,
        };
    }

    /// <summary>Takes what <paramref name="other"/> has, in place of what it has.</summary>
    public void Take(PairBook other) => (_others, _evidence, Count) = (other._others, other._evidence, other.Count);

    /// <summary>Where the pair with <paramref name="other"/> stands; -1 where it does not.</summary>
    public int Find(int other) => _others.AsSpan(0, Count).IndexOf(other);

    /// <summary>The evidence of pair number <paramref name="at"/>.</summary>
    public ref PairEvidence Evidence(int at) => ref _evidence[at];

    /// <summary>Makes room for a pair with <paramref name="other"/> that weighs <paramref name="bits"/>.</summary>
    /// <param name="other">The other account.</param>
    /// <param name="bits">What it weighs to begin with.</param>
    /// <param name="dropped">The account whose pair gave way; -1 where none did.</param>
    /// <returns>Where the pair stands; -1 where all that are there weigh as much.</returns>
    public int Add(int other, float bits, out int dropped)
    {
        dropped = -1;
        if (Count < Most)
        {
            if (Count == _others.Length)
            {
                var room = Math.Clamp(Count * 3 / 2, 4, Most);
                Array.Resize(ref _others, room);
                Array.Resize(ref _evidence, room);
            }

            _others[Count] = other;
            return Count++;
        }

        var weakest = 0;
        for (var i = 1; i < Count; i++)
        {
            weakest = _evidence[i].Total < _evidence[weakest].Total ? i : weakest;
        }

        if (_evidence[weakest].Total >= bits)
        {
            return -1;
        }

        dropped = _others[weakest];
        (_others[weakest], _evidence[weakest]) = (other, default);
        return weakest;
    }
}
