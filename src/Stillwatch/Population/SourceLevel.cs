namespace Stillwatch.Population;

/// <summary>
/// What honest populations come to: by population the lowest <see cref="Exchangeability.Bound"/> of any class at any look of the period. A
/// class is held against them by rank, so that the level is paid for all classes and all looks at once (the single-step maximum of Westfall
/// and Young, "Resampling-based multiple testing", 1993, section 2.3.1).
/// </summary>
/// <remarks>
/// A rank is never below one in so many populations. From 300 populations on, the lowest tenth is continued by an exponential tail;
/// docs/one-source.md shows how it fits.
/// </remarks>
/// <param name="Populations">How many honest populations were looked at.</param>
/// <param name="Lowest">Their bounds, ascending; none of a population where no class said anything.</param>
/// <param name="Classes">How many classes such a population was sorted into, on average.</param>
public sealed record SourceLevel(int Populations, IReadOnlyList<double> Lowest, double Classes)
{
    private const int FewestInTail = 30;

    /// <summary>The highest bound of a source, whatever honest populations come to: a quarter more than if accounts were the
    /// same.</summary>
    public const double MostBound = 1.25;

    /// <summary>Other honest populations', of which the larger p counts; null for none.</summary>
    public SourceLevel? Beside { get; init; }

    /// <summary>What the same populations come to where classes of few accounts count as well; null where that was not looked at.</summary>
    public SourceLevel? Few { get; init; }

    /// <summary>The level for classes of few accounts; nothing is rare where none is known.</summary>
    public SourceLevel OfFew => Few ?? Beside?.OfFew ?? None;

    /// <summary>No population: nothing is rare.</summary>
    public static SourceLevel None { get; } = new(0, [], 1);

    /// <summary>The level of honest populations, by the lowest bound of each, infinite where no class said anything.</summary>
    public static SourceLevel Of(IReadOnlyCollection<double> lowest, double classes) =>
        new(lowest.Count, [.. lowest.Where(double.IsFinite).Order()], classes);

    /// <summary>One level of several honest populations' populations, taken together.</summary>
    public static SourceLevel Of(IReadOnlyCollection<SourceLevel> parts) =>
        new(parts.Sum(part => part.Populations), [.. parts.SelectMany(part => part.Lowest).Order()], parts.Min(part => part.Classes));

    /// <summary>
    /// The p-value of a class: the share of honest populations, itself counted, with a class that comes as low; so many times more as there
    /// are more classes here than in one of them.
    /// </summary>
    /// <param name="bound">What the class comes to.</param>
    /// <param name="classes">How many classes were looked at with it.</param>
    public double P(double bound, int classes) => Math.Max(Beside?.P(bound, classes) ?? 0, OwnP(bound, classes));

    /// <summary>Whether <paramref name="bound"/> lies below all populations that are gone on with: then p is no rank.</summary>
    public bool IsExtrapolated(double bound) => (HasTail && bound < Lowest[0]) || Beside?.IsExtrapolated(bound) == true;

    private bool HasTail => Populations / 10 >= FewestInTail && Lowest.Count > Populations / 10;

    private double OwnP(double bound, int classes) => Math.Min(1, Math.Max(1, classes / Classes) * OfOnePopulation(bound));

    /// <summary>By rank; below the lowest of enough populations by an exponential tail under their lowest tenth.</summary>
    private double OfOnePopulation(double bound)
    {
        var rank = (1.0 + Lowest.Count(lowest => lowest <= bound)) / (Populations + 1);
        if (!HasTail || bound >= Lowest[0])
        {
            return rank;
        }

        var tenth = Populations / 10;
        var from = Lowest[tenth];
        var mean = Lowest.Take(tenth).Average(lowest => from - lowest);
        return Math.Min(rank, (tenth + 1.0) / (Populations + 1) * Math.Exp((bound - from) / mean));
    }
}
