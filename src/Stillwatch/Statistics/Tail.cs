namespace Stillwatch.Statistics;

/// <summary>
/// A generalised Pareto tail over a threshold: the chance to exceed x is <c>Share · (1 + Shape·(x − Threshold)/Scale)^(−1/Shape)</c>
/// (Pickands, Annals of Statistics 1975).
/// </summary>
/// <param name="Threshold">Where the tail begins.</param>
/// <param name="Share">The share of the population beyond it, 0 to 1.</param>
/// <param name="Scale">Scale, at least 0; 0 means that no tail could be fitted and nothing is extrapolated.</param>
/// <param name="Shape">Shape, never 0: over it a power law, under it a tail that ends.</param>
public readonly record struct Tail(double Threshold, double Share, double Scale, double Shape)
{
    /// <summary>The thinnest shape ever used.</summary>
    public const double ThinnestShape = 0.10;

    /// <summary>The fattest: beyond it a tail says hardly more than the ranks do.</summary>
    public const double FattestShape = 3.0;

    /// <summary>The chance that an honest account exceeds <paramref name="x"/>, for x at or beyond the threshold.</summary>
    public double Exceedance(double x) =>
        Scale <= 0 ? Share : Share * Math.Pow(Math.Max(0, 1 + Shape * Math.Max(0, x - Threshold) / Scale), -1 / Shape);

    /// <summary>
    /// Fits the tail to the top tenth of <paramref name="ascending"/>, or to more where the top tenth is all one value: the shape by
    /// probability-weighted moments (Hosking and Wallis, Technometrics 1987, section 2), <paramref name="fatter"/> standard errors
    /// (1 + shape)/√k fatter, and at least <paramref name="thinnest"/>; the scale such that half of the excesses exceed their median. Few
    /// calibration accounts thereby cost power and not validity.
    /// </summary>
    public static Tail Fit(ReadOnlySpan<double> ascending, double thinnest = ThinnestShape, double fatter = 0.5)
    {
        var n = ascending.Length;
        var k = Math.Clamp(n / 10, Math.Min(10, n / 2), 5_000);
        if (k < 3)
        {
            return new(n == 0 ? 0 : ascending[^1], 1.0 / (n + 1), 0, thinnest);
        }

        // Where many share one value (populations that hold the same group), the top tenth has no spread: the tail begins lower then.
        while (ascending[n - k + k / 2] <= ascending[n - k - 1] && k + 1 < n * 2 / 3)
        {
            k++;
        }

        var threshold = ascending[n - k - 1];
        double mean = 0,
            weighted = 0;
        for (var i = 0; i < k; i++)
        {
            var excess = ascending[n - k + i] - threshold;
            mean += excess / k;
            weighted += excess * (k - 1 - i) / (k - 1.0) / k;
        }

        var share = (k + 1.0) / (n + 1);
        var median = ascending[n - k + k / 2] - threshold;
        if (mean <= 0 || median <= 0)
        {
            return new(threshold, share, 0, thinnest);
        }

        var estimate = Math.Max(Math.Min(0, thinnest), 2 - mean / (mean - 2 * weighted));
        var shape = Math.Min(FattestShape, Math.Max(thinnest, estimate + fatter * (1 + estimate) / Math.Sqrt(k)));
        return new(threshold, share, shape * median / (Math.Pow(2, shape) - 1), shape);
    }
}
