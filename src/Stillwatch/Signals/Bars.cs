namespace Stillwatch.Signals;

/// <summary>
/// The most that the accounts of one honest population came to, all of them through the identical watch. Who is flagged must come to more.
/// One population says nothing of how rare that is: a bar has no p-value.
/// </summary>
/// <param name="Sources">The highest of its classes, −1 times <see cref="Population.Exchangeability.Bound"/>; −∞ where none said
/// anything.</param>
/// <param name="Groups">The highest statistic of its groups of tied accounts; −∞ where there were none.</param>
/// <param name="FewGroups">The same of groups of few accounts.</param>
/// <param name="OwnGroups">The same of groups whose accounts have something of their own.</param>
public readonly record struct Bars(double Sources, double Groups, double FewGroups, double OwnGroups)
{
    /// <summary>No bar.</summary>
    public static Bars None { get; } = new(Nothing, Nothing, Nothing, Nothing);

    private const double Nothing = double.NegativeInfinity;

    /// <summary>The higher of both, one by one.</summary>
    public Bars Over(in Bars other) =>
        new(
            Math.Max(Sources, other.Sources),
            Math.Max(Groups, other.Groups),
            Math.Max(FewGroups, other.FewGroups),
            Math.Max(OwnGroups, other.OwnGroups)
        );
}
