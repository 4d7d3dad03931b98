using Stillwatch.Sketches;

namespace Stillwatch.Campaigns;

/// <summary>
/// Sets of two and more, by what says of sets that they may be parts of one: who is looked up among them finds the latest <see cref="MostMet"/>. There are few sets, so that they
/// can be met again and again, at whatever number of exchanges each stands.
/// </summary>
internal sealed class SetIndex
{
    /// <summary>The most sets that are kept of a value.</summary>
    public const int MostMet = 48;

    private readonly Dictionary<ulong, List<int>> _sets = [];

    /// <summary>Adds the set that <paramref name="account"/> is in, where that account does not stand there yet.</summary>
    public void Add(ulong value, int account)
    {
        if (!_sets.TryGetValue(value, out var sets))
        {
            _sets[value] = sets = [];
        }

        if (!sets.Contains(account))
        {
            if (sets.Count == MostMet)
            {
                sets.RemoveAt(0);
            }

            sets.Add(account);
        }
    }

    /// <summary>The accounts by which sets stand under <paramref name="value"/>, the earliest first.</summary>
    public IReadOnlyList<int> Of(ulong value) => _sets.TryGetValue(value, out var sets) ? sets : [];

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_sets.Count);
        foreach (var (value, sets) in _sets)
        {
            writer.Write(value);
            writer.PutAll<int>(sets.ToArray());
        }
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var value = reader.ReadUInt64();
            _sets[value] = [.. reader.GetAll<int>()];
        }
    }
}
