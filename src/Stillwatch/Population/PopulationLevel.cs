using Stillwatch.Statistics;

namespace Stillwatch.Population;

/// <summary>
/// How high honest populations come by one statistic: of each the highest of everything that was looked at, at any look of a period. What
/// is found is held against them by rank, so that the level is paid for all that is looked at and all looks at once (the single-step
/// maximum of Westfall and Young, "Resampling-based multiple testing", 1993, section 2.3.1).
/// </summary>
/// <remarks>
/// A rank is never below one in so many populations. From 300 populations on, what lies beyond the highest of them is held against a
/// generalised Pareto tail that is fitted to their highest tenth, a standard error fatter than it looks, and that ends only where the
/// statistic itself must. It goes on from the highest as from a rank: one population that lies far beyond the others is not explained
/// away. It goes to a tenth of the lowest rank and no further; docs/levels.md shows how it fits. Immutable, hence thread-safe.
/// </remarks>
/// <param name="Populations">How many honest populations were looked at, drawn independently of each other.</param>
/// <param name="Highest">Their highest values, descending; none of a population where nothing said anything.</param>
/// <param name="Searched">How many classes or groups were looked at in one of them, on average; at least 1.</param>
/// <param name="Ends">Whether the statistic cannot come higher than so far, as a ratio cannot fall under nothing.</param>
public sealed record PopulationLevel(int Populations, IReadOnlyList<double> Highest, double Searched, bool Ends = false)
{
    private const int FewestInTail = 30;
    private const double ThinnestOfOneThatEnds = -0.5; // shape
    private const double Furthest = 0.1; // of the lowest rank: what a tail of so few populations says beyond that is not believed

    private readonly double[] _ascending = [.. Highest.Reverse()];
    private readonly Tail? _tail = TailOf(Populations, Highest, Ends);

    /// <summary>No population: nothing is rare.</summary>
    public static PopulationLevel None { get; } = new(0, [], 1);

    /// <summary>The level of honest populations.</summary>
    /// <param name="highest">By population its highest value, −∞ where nothing said anything.</param>
    /// <param name="searched">How many classes or groups were looked at in one of them, on average.</param>
    /// <param name="ends">Whether the statistic cannot come higher than so far.</param>
    public static PopulationLevel Of(IReadOnlyCollection<double> highest, double searched, bool ends = false) =>
        new(highest.Count, [.. highest.Where(double.IsFinite).OrderDescending()], Math.Max(1, searched), ends);

    /// <summary>
    /// The p-value of a class or group: the share of honest populations, itself counted, in which any comes as high; so many times more as
    /// there are more of them here than in one of those.
    /// </summary>
    /// <param name="value">What it comes to.</param>
    /// <param name="searched">How many were looked at with it.</param>
    public double P(double value, int searched) => Math.Min(1, Math.Max(1, searched / Searched) * OfOnePopulation(value));

    /// <summary>The share of honest populations, itself counted, that come as high: never below one in so many.</summary>
    public double Rank(double value) => (1.0 + AtOrOver(value)) / (Populations + 1);

    /// <summary>Whether <paramref name="value"/> lies beyond all populations.</summary>
    public bool IsBeyond(double value) => Highest.Count > 0 && value > Highest[0];

    /// <summary>Whether <paramref name="value"/> lies beyond all populations and is held against their tail: then p is no rank.</summary>
    public bool IsExtrapolated(double value) => _tail != null && IsBeyond(value);

    /// <summary>The value that at least <paramref name="share"/> of the populations come to; 0 where so many say nothing.</summary>
    public double ValueOf(double share) =>
        (int)Math.Ceiling(share * Populations) is > 0 and var count && count <= Highest.Count ? Highest[count - 1] : 0;

    /// <summary>By rank; beyond the highest of enough populations by their tail.</summary>
    private double OfOnePopulation(double value)
    {
        var rank = Rank(value);
        if (_tail is not { } tail || !IsBeyond(value))
        {
            return rank;
        }

        var beyond = tail.Exceedance(value);
        var furthest = tail.Exceedance(Highest[0]); // 0 where the tail ends before
        return Math.Clamp(furthest > 0 ? Math.Max(beyond, rank * beyond / furthest) : rank, Furthest * rank, rank);
    }

    /// <summary>How many come at least as high.</summary>
    private int AtOrOver(double value) => _ascending.Length - Sorted.FirstAtLeast<double>(_ascending, value);

    private static Tail? TailOf(int populations, IReadOnlyList<double> highest, bool ends)
    {
        if (populations / 10 < FewestInTail || highest.Count <= populations / 10)
        {
            return null;
        }

        var ascending = new double[populations];
        Array.Fill(ascending, double.NegativeInfinity); // where nothing said anything
        for (var i = 0; i < highest.Count; i++)
        {
            ascending[^(i + 1)] = highest[i];
        }

        return Tail.Fit(ascending, ends ? ThinnestOfOneThatEnds : Tail.ThinnestShape, fatter: 1) is { Scale: > 0 } tail ? tail : null;
    }
}
