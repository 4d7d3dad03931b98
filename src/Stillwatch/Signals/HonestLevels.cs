using Stillwatch.Population;

namespace Stillwatch.Signals;

/// <summary>
/// What independent honest populations come to that the identical watch saw for a period: what a flag is held against. Made by
/// <c>stillwatch range level</c>; docs/levels.md says of which populations. Immutable, hence thread-safe.
/// </summary>
/// <param name="Provenance">What they were made from, for people.</param>
/// <param name="Sources">Of classes that are most like draws from one source, −1 times <see cref="Exchangeability.Bound"/>.</param>
/// <param name="FewSources">The same where classes of few accounts count as well.</param>
/// <param name="Groups">Of groups of tied accounts, the statistic of their readings.</param>
/// <param name="FewGroups">The same of groups of few accounts that a card, an address or the like ties.</param>
/// <param name="OwnGroups">The same of groups whose accounts have something of their own and that a card, an address or the like
/// ties.</param>
/// <param name="ByDetector">By detector, what the accounts of any group come to together.</param>
/// <param name="Ordinary">By detector, what ordinary accounts come to: the statistic's own scale, fixed beforehand.</param>
public sealed record HonestLevels(
    string Provenance,
    PopulationLevel Sources,
    PopulationLevel FewSources,
    PopulationLevel Groups,
    PopulationLevel FewGroups,
    PopulationLevel OwnGroups,
    IReadOnlyDictionary<DetectorId, PopulationLevel> ByDetector,
    IReadOnlyDictionary<DetectorId, Ordinary> Ordinary
)
{
    /// <summary>No population: nothing is rare.</summary>
    public static HonestLevels None { get; } =
        new(
            "none",
            PopulationLevel.None,
            PopulationLevel.None,
            PopulationLevel.None,
            PopulationLevel.None,
            PopulationLevel.None,
            new Dictionary<DetectorId, PopulationLevel>(),
            new Dictionary<DetectorId, Ordinary>()
        );
}
