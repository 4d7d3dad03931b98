namespace Stillwatch.App.Trials.Evaluation.Dilution;

/// <summary>
/// A two-sample test for a window of which a small part is foreign: the sum of the four largest signed roots of the likelihood ratio (G,
/// Wilks 1938) over bins in which the window has more than the reference. Foreign prompts add mass where honest ones have little, in a few
/// bins; a sum over all bins drowns them, a single one is luck.
/// </summary>
internal static class TopExcess
{
    private const int Largest = 4;
    private const int Fewest = 3;
    private const double Deviations = 5; // of the windows drawn from the reference itself
    private const int Draws = 400;

    /// <summary>
    /// The statistic of counts <paramref name="window"/> over <paramref name="inWindow"/> prompts against <paramref name="reference"/> over
    /// <paramref name="inReference"/>.
    /// </summary>
    public static double Statistic(ReadOnlySpan<int> window, int inWindow, ReadOnlySpan<int> reference, int inReference)
    {
        Span<double> top = stackalloc double[Largest];
        top.Clear();
        for (var bin = 0; bin < window.Length; bin++)
        {
            long x = window[bin],
                r = reference[bin];
            if (x < Fewest || x * inReference <= r * inWindow)
            {
                continue;
            }

            var z = Math.Sqrt(Math.Max(0, 2 * G(x, r, inWindow, inReference)));
            for (var i = 0; i < Largest; i++)
            {
                if (z > top[i])
                {
                    (z, top[i]) = (top[i], z);
                }
            }
        }

        var sum = 0.0;
        foreach (var z in top)
        {
            sum += z;
        }

        return sum;
    }

    /// <summary>
    /// What is too much for a window of <paramref name="size"/> honest prompts, from windows drawn from the reference, each held against
    /// the rest of it.
    /// </summary>
    public static double Threshold(IReadOnlyList<int[]> prompts, int size, Random random)
    {
        var all = Sum(prompts);
        var values = new double[Draws];
        var order = Enumerable.Range(0, prompts.Count).ToArray();
        for (var draw = 0; draw < Draws; draw++)
        {
            random.Shuffle(order);
            var window = Sum(order.Take(size).Select(i => prompts[i]));
            values[draw] = Statistic(window, size, Less(all, window), prompts.Count - size);
        }

        var mean = values.Average();
        return mean + Deviations * Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>How many of <paramref name="prompts"/> are in each bin.</summary>
    public static int[] Sum(IEnumerable<int[]> prompts)
    {
        var counts = new int[PromptBins.Count];
        foreach (var prompt in prompts)
        {
            foreach (var bin in prompt)
            {
                counts[bin]++;
            }
        }

        return counts;
    }

    private static int[] Less(int[] all, int[] some) => [.. all.Zip(some, (a, b) => a - b)];

    private static double G(double x, double r, double n, double m)
    {
        var t = x + r;
        var e = t * n / (n + m);
        var (u, v) = (n - x, m - r);
        var w = (u + v) * n / (n + m);
        return Term(x, e) + Term(r, t - e) + Term(u, w) + Term(v, u + v - w);
    }

    private static double Term(double seen, double expected) => seen <= 0 ? 0 : seen * Math.Log(seen / expected);
}
