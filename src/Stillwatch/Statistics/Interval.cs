namespace Stillwatch.Statistics;

/// <summary>A figure with its 95 % interval.</summary>
/// <param name="Value">The figure; NaN where there is nothing to measure.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
internal readonly record struct Interval(double Value, double Low, double High)
{
    private const double Z = 1.959963984540054;

    /// <summary>A share, with Wilson's interval (JASA 1927).</summary>
    public static Interval Share(long some, long all)
    {
        if (all == 0)
        {
            return new(double.NaN, double.NaN, double.NaN);
        }

        double n = all,
            p = some / n;
        var middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
        var half = Z / (1 + Z * Z / n) * Math.Sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        return new(p, Math.Max(0, Math.Min(p, middle - half)), Math.Min(1, Math.Max(p, middle + half)));
    }

    /// <summary>An area under a curve, with the interval of Hanley and McNeil (Radiology 1982).</summary>
    public static Interval Area(double area, long positives, long negatives)
    {
        if (positives == 0 || negatives == 0)
        {
            return new(double.NaN, double.NaN, double.NaN);
        }

        var q1 = area / (2 - area);
        var q2 = 2 * area * area / (1 + area);
        var error = Math.Sqrt(
            Math.Max(
                0,
                (area * (1 - area) + (positives - 1) * (q1 - area * area) + (negatives - 1) * (q2 - area * area))
                    / ((double)positives * negatives)
            )
        );
        if (error == 0)
        {
            // At 0 and 1 the formula knows no error: what so many of the rarer kind can tell at most is taken.
            var rare = Math.Min(positives, negatives);
            var share = Share(area > 0.5 ? rare : 0, rare);
            return new(area, share.Low, share.High);
        }

        return new(area, Math.Max(0, area - Z * error), Math.Min(1, area + Z * error));
    }

    /// <summary>A figure that is computed from drawn samples: the 2.5th and 97.5th percentile of <paramref name="drawn"/>.</summary>
    public static Interval Bootstrap(double value, IEnumerable<double> drawn)
    {
        var sorted = drawn.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0
            ? new(value, double.NaN, double.NaN)
            : new(value, sorted[(int)(sorted.Length * 0.025)], sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * 0.975))]);
    }

    /// <inheritdoc/>
    public override string ToString() => double.IsNaN(Value) ? "–" : $"{Value:0.0000} [{Low:0.0000}, {High:0.0000}]";
}
