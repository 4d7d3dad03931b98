using Stillwatch.Population;
using Stillwatch.Statistics;

namespace Stillwatch.Signals;

/// <summary>
/// What honest subjects do, in numbers only: the one step that makes bits of raw statistics. Made by <c>stillwatch calibrate</c>, recorded
/// by its version with everything that is weighed with it. Immutable, hence thread-safe.
/// </summary>
/// <param name="Provenance">What it was made from, for people.</param>
/// <param name="Accounts">How many accounts it was made from; of several populations the fewest.</param>
/// <param name="Days">How many days of them it saw; a period has 30.</param>
/// <param name="HonestList">Whether the accounts were known to be honest.</param>
/// <param name="ByAccount">By detector: how high single accounts came that nobody verified.</param>
/// <param name="ByVerifiedAccount">The same for accounts that the provider has verified: what they do honestly goes further, and they are
/// held against their like.</param>
/// <param name="ByGroup">By detector: how high the best group of an honest population came.</param>
/// <param name="ByAccountsOfGroup">By detector: how high the accounts' own readings of the best such group came together.</param>
/// <param name="ByAccountsOfGroupJointly">How high all those readings of the best such group came, put into one statistic.</param>
/// <param name="GroupsInPopulation">How many groups such a population had: so many candidates are paid for by
/// <paramref name="ByGroup"/>.</param>
/// <param name="Tie">How well an honest account is tied to the best group that the search found without it, in bits.</param>
/// <param name="LinkBits">By link: −log₂ of the share of honest pairs of accounts that it ties.</param>
/// <param name="LinkGrades">By graded link: how alike honest accounts and sets came, all pairs counted.</param>
/// <param name="Sources">What honest populations' classes of accounts came to that are most like draws from one source.</param>
public sealed record Calibration(
    string Provenance,
    long Accounts,
    double Days,
    bool HonestList,
    IReadOnlyDictionary<DetectorId, NullDistribution> ByAccount,
    IReadOnlyDictionary<DetectorId, NullDistribution> ByVerifiedAccount,
    IReadOnlyDictionary<DetectorId, NullDistribution> ByGroup,
    IReadOnlyDictionary<DetectorId, NullDistribution> ByAccountsOfGroup,
    NullDistribution ByAccountsOfGroupJointly,
    double GroupsInPopulation,
    NullDistribution Tie,
    IReadOnlyDictionary<string, double> LinkBits,
    IReadOnlyDictionary<string, LinkGrade> LinkGrades,
    SourceLevel Sources
)
{
    /// <summary>The version of the format; it never changes meaning.</summary>
    public const int FormatVersion = 1;

    /// <summary>A calibration that weighs nothing: for collecting what a real one is made of.</summary>
    public static Calibration None { get; } =
        new(
            "none",
            0,
            0,
            HonestList: false,
            new Dictionary<DetectorId, NullDistribution>(),
            new Dictionary<DetectorId, NullDistribution>(),
            new Dictionary<DetectorId, NullDistribution>(),
            new Dictionary<DetectorId, NullDistribution>(),
            NullDistribution.Of([]),
            1,
            NullDistribution.Of([]),
            new Dictionary<string, double>(StringComparer.Ordinal),
            new Dictionary<string, LinkGrade>(StringComparer.Ordinal),
            SourceLevel.None
        );
}
