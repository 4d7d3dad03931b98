namespace Stillwatch.Statistics;

/// <summary>
/// How high honest subjects came in a period, by one statistic: the calibration accounts' highest values, and a tail beyond them. Turns a
/// raw statistic into a weight. Immutable, hence thread-safe.
/// </summary>
/// <remarks>
/// <para>Within what was seen: the conformal p-value p = (1 + number of calibration values at or over x) / (n + 1), which is valid for an
/// exchangeable newcomer whatever the distribution (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", section
/// 2.3).</para>
/// <para>Beyond it: the exceedance of the fitted tail, marked as extrapolated, never more than 1 / (n + 1).</para>
/// <para>Then e = κ·p^(κ−1) (Vovk and Wang, "E-values: calibration, combination and applications", Annals of Statistics 2021, section 2),
/// whose mean over a uniform p is 1 and over the discrete p above less.</para>
/// </remarks>
public sealed class NullDistribution
{
    /// <summary>κ: small, because a campaign shows itself by extremes and not by a little of everything.</summary>
    public const double Kappa = 0.1;

    private const double LeastP = 1e-18; // 50 bits: more than anything that can be checked
    private const int DenseTop = 250; // this many of the highest are kept one by one

    private readonly double[] _ascending; // values
    private readonly long[] _atOrOver; // how many calibration subjects came at least as high, beside each value

    private NullDistribution(double[] ascending, long[] atOrOver, long subjects, Tail tail, double heldOutMeanE, int heldOutBeyond)
    {
        _ascending = ascending;
        _atOrOver = atOrOver;
        Subjects = subjects;
        Tail = tail;
        HeldOutMeanE = heldOutMeanE;
        HeldOutBeyond = heldOutBeyond;
    }

    /// <summary>Other honest populations' distributions: a value weighs only what it weighs in each.</summary>
    public IReadOnlyList<NullDistribution> Beside { get; private init; } = [];

    /// <summary>
    /// One distribution of several honest populations that are not to be mixed: p is the largest of theirs, so that the weight is an
    /// e-value for an honest subject of whichever (a composite null hypothesis).
    /// </summary>
    public static NullDistribution Worst(IReadOnlyList<NullDistribution> parts) =>
        parts.Count == 1 ? parts[0] : parts[0].With([.. parts.Skip(1)]);

    /// <summary>n, the number of calibration subjects.</summary>
    public long Subjects { get; }

    /// <summary>The tail beyond the values.</summary>
    public Tail Tail { get; }

    /// <summary>
    /// The mean e-value of subjects that the distribution was not fitted on (five folds): near or under 1 where it is sound.
    /// </summary>
    public double HeldOutMeanE { get; }

    /// <summary>How many subjects had p at most 1/(n+1) under a fit that did not see them; one is expected.</summary>
    public int HeldOutBeyond { get; }

    /// <summary>The value that about half of the subjects came to; 0 where there are none.</summary>
    public double Median => AtOrOver(0.5);

    /// <summary>The highest value that at least <paramref name="share"/> of the subjects came to; 0 where there are none.</summary>
    public double AtOrOver(double share) => Beside.Select(other => other.AtOrOver(share)).Append(OwnAtOrOver(share)).Max();

    private double OwnAtOrOver(double share) =>
        _ascending.Length == 0 ? 0 : _ascending[Math.Max(0, Array.FindLastIndex(_atOrOver, count => count >= share * Subjects))];

    /// <summary>Values and how many subjects came at least as high: what is stored.</summary>
    public IEnumerable<(double Value, long AtOrOver)> Knots => _ascending.Zip(_atOrOver);

    /// <summary>What <paramref name="raw"/> weighs.</summary>
    public Weight Weigh(double raw)
    {
        var p = P(raw, out var extrapolated);
        return new Weight(Kappa * Math.Pow(Math.Max(LeastP, p), Kappa - 1), extrapolated);
    }

    /// <summary>The p-value of <paramref name="raw"/>.</summary>
    public double P(double raw, out bool extrapolated)
    {
        var p = OwnP(raw, out extrapolated);
        foreach (var other in Beside)
        {
            if (other.P(raw, out var otherExtrapolated) is var worse && worse > p)
            {
                (p, extrapolated) = (worse, otherExtrapolated);
            }
        }

        return p;
    }

    /// <summary>The p-value of <paramref name="raw"/> by its rank alone, never under one in n + 1.</summary>
    public double Rank(double raw) =>
        Sorted.FirstAtLeast<double>(_ascending, raw) is var at && at < _ascending.Length
            ? (1.0 + _atOrOver[at]) / (Subjects + 1)
            : 1.0 / (Subjects + 1);

    private NullDistribution With(IReadOnlyList<NullDistribution> beside) =>
        new(_ascending, _atOrOver, Subjects, Tail, HeldOutMeanE, HeldOutBeyond) { Beside = beside };

    private double OwnP(double raw, out bool extrapolated)
    {
        extrapolated = _ascending.Length == 0 || raw > _ascending[^1];
        var rank = Rank(raw);
        return !extrapolated || Tail.Scale <= 0 || Subjects == 0 ? rank : Math.Min(rank, Tail.Exceedance(raw));
    }

    /// <summary>
    /// Makes a distribution of the highest values of calibration subjects, and checks its tail on subjects it was not fitted on.
    /// </summary>
    /// <param name="highest">One value a subject, in the subjects' order (the folds are taken of it); finite.</param>
    /// <param name="thinnest">The thinnest tail to fit.</param>
    public static NullDistribution Of(ReadOnlySpan<double> highest, double thinnest = Tail.ThinnestShape)
    {
        var ascending = highest.ToArray();
        Array.Sort(ascending);
        var values = highest.ToArray();

        // The tail is made fatter until subjects that it was not fitted on no longer surprise it: their e-values must average at most 1.
        var (meanE, beyond) = HeldOut(values, thinnest);
        while (meanE > 1 && thinnest < Tail.FattestShape)
        {
            thinnest += 0.05;
            (meanE, beyond) = HeldOut(values, thinnest);
        }

        if (meanE > 1)
        {
            thinnest = double.NaN; // no tail does: the ranks alone speak
            (meanE, beyond) = HeldOut(values, thinnest);
        }

        var (knots, counts) = Thin(ascending);
        return new(knots, counts, ascending.Length, FitOrNone(ascending, thinnest), meanE, beyond);
    }

    /// <summary>Makes a distribution of what was stored.</summary>
    public static NullDistribution FromStored(
        IEnumerable<(double Value, long AtOrOver)> knots,
        long subjects,
        Tail tail,
        double heldOutMeanE,
        int heldOutBeyond
    )
    {
        var stored = knots.ToArray();
        return new([.. stored.Select(k => k.Value)], [.. stored.Select(k => k.AtOrOver)], subjects, tail, heldOutMeanE, heldOutBeyond);
    }

    private static Tail FitOrNone(double[] ascending, double thinnest) =>
        double.IsNaN(thinnest)
            ? new Tail(ascending[^1], 1.0 / (ascending.Length + 1), 0, Tail.FattestShape)
            : Tail.Fit(ascending, thinnest);

    private static (double MeanE, int Beyond) HeldOut(double[] values, double thinnest)
    {
        const int folds = 5;
        if (values.Length < 4 * folds)
        {
            return (1, 0);
        }

        double sum = 0;
        var beyond = 0;
        for (var fold = 0; fold < folds; fold++)
        {
            var kept = values.Where((_, i) => i % folds != fold).ToArray();
            Array.Sort(kept);
            var (knots, counts) = Thin(kept);
            var without = new NullDistribution(knots, counts, kept.Length, FitOrNone(kept, thinnest), 1, 0);
            for (var i = fold; i < values.Length; i += folds)
            {
                sum += without.Weigh(values[i]).Value;
                beyond += without.P(values[i], out _) <= 1.0 / (values.Length + 1) ? 1 : 0;
            }
        }

        return (sum / values.Length, beyond);
    }

    /// <summary>
    /// All of the top values and fewer and fewer below, a few hundred at most. A newcomer that falls between two knots takes the count of
    /// the lower one's successor, all of the values in between included: thinning can understate a weight and never overstate it.
    /// </summary>
    private static (double[] Values, long[] AtOrOver) Thin(double[] ascending)
    {
        var values = new List<double>();
        var counts = new List<long>();
        var last = -1;
        for (var i = 0; i < ascending.Length; i++)
        {
            var fromTop = ascending.Length - i;
            if (fromTop % Math.Max(1, fromTop / DenseTop) == 0 && (i == ascending.Length - 1 || ascending[i] != ascending[i + 1]))
            {
                values.Add(ascending[i]);
                counts.Add(ascending.Length - (last + 1)); // everything above the knot before counts as "at or over"
                last = i;
            }
        }

        return ([.. values], [.. counts]);
    }
}
