using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Joining;

/// <summary>Which accounts are in one hand: they share what somebody holds, a card or an address.</summary>
/// <param name="ties">What ties pairs of accounts.</param>
internal sealed class Hands(BlockingIndex ties)
{
    private const double Held = 8; // bits: so much holds two together where a group is divided
    private const double Bound = 24; // and so much whatever they ask: more than an address weighs

    private static readonly Link[] Links = WatchScale.Links;

    /// <summary>Whether two accounts belong together whatever they ask.</summary>
    public bool AreBound(int account, int other) => InOneHand(ties.Between(account, other), Bound);

    /// <summary>The <paramref name="accounts"/>, those together that are in one hand.</summary>
    public IEnumerable<IReadOnlyList<int>> Together(IReadOnlyList<int> accounts)
    {
        var among = accounts.ToHashSet();
        var held = accounts.SelectMany(ties.PairsOf, (account, pair) =>
            (account, pair.Other, IsHeld: among.Contains(pair.Other) && InOneHand(pair.Evidence, Held))
        );
        return Components
            .Of(accounts, held.Where(pair => pair.IsHeld).Select(pair => (pair.account, pair.Other)))
            .Select(hand => hand.Order().ToList());
    }

    private static bool InOneHand(in PairEvidence evidence, double least)
    {
        for (var family = 0; family < LinkId.Families; family++)
        {
            var (link, bits) = evidence.Best(family);
            if (bits >= least && Links[link].InOneHand)
            {
                return true;
            }
        }

        return false;
    }
}
