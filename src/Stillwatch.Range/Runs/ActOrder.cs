using Stillwatch.Range.World;
using Stillwatch.Sketches;

namespace Stillwatch.Range.Runs;

/// <summary>The order of acts, which is that of the log's lines: by time, then by id.</summary>
/// <param name="seed">The run's seed.</param>
internal sealed class ActOrder(ulong seed) : IComparer<Act>
{
    /// <summary>The id of an act.</summary>
    public ulong Id(in Act act) =>
        KeyedHash.Fold(
            KeyedHash.Fold(KeyedHash.Fold(KeyedHash.Fold(seed, (ulong)act.Account), act.Seed), (ulong)act.Micros),
            ((ulong)act.Kind << 16) | act.Turn
        );

    /// <inheritdoc/>
    public int Compare(Act x, Act y)
    {
        var order = x.Micros.CompareTo(y.Micros);
        return order != 0 ? order : Id(x).CompareTo(Id(y));
    }
}
