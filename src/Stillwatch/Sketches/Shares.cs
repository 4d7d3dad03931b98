namespace Stillwatch.Sketches;

/// <summary>What counts say of shares.</summary>
internal static class Shares
{
    /// <summary>
    /// Writes the natural logarithm of each count's share, half a count added to each, so that an empty one has a little (the
    /// Krichevsky-Trofimov estimator).
    /// </summary>
    public static void Read(ReadOnlySpan<ulong> counts, Span<double> logarithms)
    {
        var total = 0.5 * counts.Length;
        foreach (var count in counts)
        {
            total += count;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            logarithms[i] = Math.Log((counts[i] + 0.5) / total);
        }
    }
}
