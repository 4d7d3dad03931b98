using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// Sets of two and more, by what says of sets that they may be parts of one: who is looked up among them finds the latest
/// <see cref="MostMet"/>. There are few sets, so that they can be met again and again, at whatever number of exchanges each stands.
/// </summary>
internal sealed class SetIndex
{
    /// <summary>The most sets that are kept of a value.</summary>
    public const int MostMet = 48;

    private readonly WideMap<List<int>> _sets = new();

    /// <summary>Begins with no sets.</summary>
    /// <param name="checkpoint">What it is a part of.</param>
    public SetIndex(Checkpoint checkpoint) =>
        _sets.Keep(checkpoint, (writer, sets) => writer.PutAll<int>(sets.ToArray()), reader => [.. reader.GetAll<int>()]);

    /// <summary>Adds the set that <paramref name="account"/> is in, where that account does not stand there yet.</summary>
    public void Add(ulong value, int account)
    {
        var sets = _sets.Get(value, out _) ??= [];
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
    public IReadOnlyList<int> Of(ulong value) => _sets.TryGet(value, out var sets) ? sets! : [];
}
