using Stillwatch.Campaigns.Similarity;
using Stillwatch.Campaigns.Subjects;

namespace Stillwatch.Campaigns.Joining;

/// <summary>What is asked of a tie between two sets, each named by its lowest account: docs/decisions/0004-ties.md.</summary>
/// <param name="leastAccounts">How many accounts are counted at the least: as many as the calibration knows.</param>
/// <param name="falseTies">How many false ties are allowed.</param>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="campaignOf">The campaigns, by their sets.</param>
/// <param name="likeness">How alike two sets are.</param>
/// <param name="splitter">Whether two sets are clearly two.</param>
internal sealed class MergeThreshold(
    long leastAccounts,
    double falseTies,
    IReadOnlyList<WatchedAccount> accounts,
    IReadOnlyDictionary<int, Campaign> campaignOf,
    Likeness likeness,
    Splitter splitter
)
{
    private const int Few = 3; // accounts: so many were not brought together by one coincidence
    private const int LeastSets = 64; // so many sets are counted at the least
    private const int LeastFlagged = 16; // so many flagged are counted at the least: a price of searching that does not begin at nothing

    /// <summary>How many sets are flagged or leads: campaigns, and accounts on their own.</summary>
    public int Flagged { get; set; }

    /// <summary>
    /// The bits that tie two sets: so many that among all pairs that were searched few of strangers have them. Between two that were never
    /// flagged those are all pairs of accounts; where one is flagged, the accounts times the flagged, and there a false tie would bring a
    /// stranger before an analyst, so that fewer are allowed; between two flagged ones, the pairs of those, if they are known to ask for
    /// like things. While few accounts were seen, as many as the calibration knows are counted.
    /// </summary>
    /// <param name="a">A set.</param>
    /// <param name="b">Another.</param>
    /// <param name="most">The most that can tie them: where more is asked, how much more does not matter, and nothing else is looked
    /// at.</param>
    public double Bits(int a, int b, double most)
    {
        if (DrawApart(a, b))
        {
            return double.PositiveInfinity; // two that draw from two sources are two
        }

        var (first, second) = (IsNoticed(a), IsNoticed(b));
        double all = Math.Max(accounts.Count, leastAccounts),
            flagged = Math.Max(LeastFlagged, Flagged);
        var asked = first || second ? 0 : OfStrangers(a, b, all);
        if (asked > most)
        {
            return asked;
        }

        var (alike, unlike) = likeness.Asking(a, b);
        if (unlike || WouldBeDivided(a, b))
        {
            return double.PositiveInfinity; // two that ask for different things are two, however alike their rhythm
        }

        if (!first && !second)
        {
            return asked;
        }

        return first && second && alike
            ? Math.Log2(flagged * flagged / 2 / falseTies)
            : Math.Log2((first && second ? flagged / 2 : all) * flagged / falseTies);
    }

    private bool DrawApart(int a, int b) =>
        campaignOf.TryGetValue(a, out var one) && campaignOf.TryGetValue(b, out var another) && one.IsOfOneSource && another.IsOfOneSource;

    /// <summary>Whether a set is flagged or a lead.</summary>
    private bool IsNoticed(int set) =>
        campaignOf.TryGetValue(set, out var campaign) ? campaign.DetectedAt != null : accounts[set].IsNoticed;

    /// <summary>
    /// What is asked of two that were never flagged: among the pairs of sets where both have so many accounts, among those of accounts
    /// otherwise.
    /// </summary>
    private double OfStrangers(int a, int b, double all)
    {
        var among = likeness.States.Size(a) >= Few && likeness.States.Size(b) >= Few ? Math.Max(LeastSets, campaignOf.Count) : all;
        return Math.Log2(among * among / 2 / falseTies);
    }

    private bool WouldBeDivided(int a, int b) =>
        campaignOf.TryGetValue(a, out var one)
        && campaignOf.TryGetValue(b, out var another)
        && Math.Min(one.Accounts.Count, another.Accounts.Count) >= Splitter.Fewest
        && splitter.AreApart(one, another);
}
