namespace Stillwatch.Range.Compare;

/// <summary>Two samples of one measure, compared.</summary>
/// <param name="First">How many values the first has.</param>
/// <param name="Second">How many the second has.</param>
/// <param name="FirstMedian">The first's median.</param>
/// <param name="SecondMedian">The second's median.</param>
/// <param name="Distance">The Kolmogorov–Smirnov distance, 0 to 1.</param>
/// <param name="P">The p-value of that distance under one common distribution.</param>
internal sealed record TwoSamples(int First, int Second, double FirstMedian, double SecondMedian, double Distance, double P)
{
    /// <summary>
    /// The distance from which two samples are said to differ, where it is no accident either. A rule of thumb: at 0.2 a fifth of one
    /// sample would have to move.
    /// </summary>
    public const double Much = 0.2;

    /// <summary>Whether they differ by much, and not by accident.</summary>
    public bool Differ => Distance > Much && P < 0.01;

    /// <summary>Compares; null where either has fewer than eight values.</summary>
    public static TwoSamples? Of(IEnumerable<double> first, IEnumerable<double> second)
    {
        const int fewest = 8;
        var (a, b) = (first.Where(double.IsFinite).Order().ToArray(), second.Where(double.IsFinite).Order().ToArray());
        if (a.Length < fewest || b.Length < fewest)
        {
            return null;
        }

        var distance = Kolmogorov(a, b);
        return new TwoSamples(a.Length, b.Length, a[a.Length / 2], b[b.Length / 2], distance, P0(distance, a.Length, b.Length));
    }

    private static double Kolmogorov(double[] a, double[] b)
    {
        var (i, j, most) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            var at = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= at)
            {
                i++;
            }

            while (j < b.Length && b[j] <= at)
            {
                j++;
            }

            most = Math.Max(most, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }

        return most;
    }

    /// <summary>The limiting distribution with Stephens' correction (JRSS B 1970; Press et al., Numerical Recipes, section 14.3).</summary>
    private static double P0(double distance, double n, double m)
    {
        var root = Math.Sqrt(n * m / (n + m));
        var x = (root + 0.12 + 0.11 / root) * distance;
        if (x < 0.2)
        {
            return 1;
        }

        var sum = 0.0;
        for (var k = 1; k <= 100; k++)
        {
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * x * x);
        }

        return Math.Clamp(sum, 0, 1);
    }
}
