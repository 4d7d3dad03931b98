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
/// <param name="Leads">How high their accounts came among those of a like volume; one a population.</param>
/// <param name="LinkBits">By link: −log₂ of the share of honest pairs of accounts that it ties.</param>
/// <param name="LinkGrades">By graded link: how alike honest accounts and sets came, all pairs counted.</param>
/// <param name="Bars">The most that all of its accounts came to; of several populations the highest.</param>
public sealed record Calibration(
    string Provenance,
    long Accounts,
    double Days,
    bool HonestList,
    IReadOnlyDictionary<DetectorId, NullDistribution> ByAccount,
    IReadOnlyDictionary<DetectorId, NullDistribution> ByVerifiedAccount,
    IReadOnlyList<VolumeRanks> Leads,
    IReadOnlyDictionary<string, double> LinkBits,
    IReadOnlyDictionary<string, LinkGrade> LinkGrades,
    Bars Bars
)
{
    /// <summary>The version of the format; it never changes meaning.</summary>
    public const int FormatVersion = 2;

    /// <summary>What independent honest populations come to: the same for every calibration, and part of none.</summary>
    public HonestLevels Levels { get; init; } = HonestLevels.None;

    /// <summary>A calibration that weighs nothing: for collecting what a real one is made of.</summary>
    public static Calibration None { get; } =
        new(
            "none",
            0,
            0,
            HonestList: false,
            new Dictionary<DetectorId, NullDistribution>(),
            new Dictionary<DetectorId, NullDistribution>(),
            [],
            new Dictionary<string, double>(StringComparer.Ordinal),
            new Dictionary<string, LinkGrade>(StringComparer.Ordinal),
            Bars.None
        );
}
