using Stillwatch.Campaigns.Similarity;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;

namespace Stillwatch.Campaigns.Joining;

/// <summary>Holds what accounts and campaigns newly show against those who show the same, and notes what ties them.</summary>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="graph">Told what two sets share.</param>
/// <param name="ties">What ties pairs of accounts.</param>
/// <param name="scale">What links are weighed by.</param>
/// <param name="likeness">How alike two sets are.</param>
/// <param name="threshold">What is asked of a tie.</param>
/// <param name="sets">The sets, by the values that they stand under.</param>
internal sealed class TieOffers(
    IReadOnlyList<WatchedAccount> accounts,
    TieGraph graph,
    BlockingIndex ties,
    WatchScale scale,
    Likeness likeness,
    MergeThreshold threshold,
    SetIndex sets
)
{
    private const double LeastGrade = 8; // bits by all graded links; what is less alike is not worth the memory of a pair

    private static readonly Link[] Links = WatchScale.Links;

    private readonly List<(int Other, float Bits, float Total)> _shared = [];
    private readonly List<int> _met = [];
    private readonly HashSet<int> _heldAgainst = []; // sets, by one account or set at one step

    /// <summary>
    /// Holds the graded links' values that <paramref name="campaign"/> newly shows, as if it were one account, against those who hold them:
    /// what no account has shown yet by itself all of them may have shown together.
    /// </summary>
    public void Offer(Campaign campaign)
    {
        if (Steps.Latest(campaign.Taken.Exchanges) is var step && step == campaign.Step)
        {
            return;
        }

        campaign.Step = step;
        graph.Reconsider(campaign.Accounts[0]);
        Span<ulong> values = stackalloc ulong[ILink<byte>.MostValues];
        var set = graph.SetOf(campaign.Accounts[0]);
        foreach (var link in WatchScale.GradedLinks)
        {
            values.Clear();
            var count = Links[link].Values(campaign.LinkState(link), default, values);
            foreach (var value in values[..count])
            {
                if (value != 0 && campaign.Shown.Add(link, value) != 0)
                {
                    OfferGraded(accounts[set], link, value);
                }
            }

            MeetSets(accounts[set], link, add: true);
        }

        _heldAgainst.Clear();
    }

    /// <summary>Holds the values that <paramref name="account"/> newly shows against those who hold them.</summary>
    /// <returns>Whether it came to a step.</returns>
    public bool Offer(WatchedAccount account)
    {
        Span<ulong> values = stackalloc ulong[ILink<byte>.MostValues];
        var step = Steps.Latest(account.Taken.Exchanges);
        var atStep = step != account.Step;
        account.Step = step;
        if (atStep && account.Campaign == null)
        {
            graph.Reconsider(account.Number);
        }

        for (var link = 0; link < Links.Length; link++)
        {
            if (Links[link].Graded && !atStep)
            {
                continue; // held against others at steps only
            }

            if (Links[link].Graded && step > 0 && account.Campaign == null)
            {
                MeetSets(account, link, add: false);
            }

            values.Clear();
            var count = Links[link].Values(account.LinkState(link), account.Facts, values);
            foreach (var value in values[..count])
            {
                if (value == 0 || account.Shown.Add(link, value) is not (> 0 and var mark))
                {
                    continue;
                }

                graph.Show(account.Number, mark);
                if (Links[link].Graded)
                {
                    OfferGraded(account, link, value);
                }
                else
                {
                    OfferShared(account, link, value);
                }
            }
        }

        _heldAgainst.Clear();
        return atStep;
    }

    /// <summary>
    /// Holds the set that <paramref name="account"/> is in against those that stand under the same values, whatever number of exchanges
    /// they came to.
    /// </summary>
    private void MeetSets(WatchedAccount account, int link, bool add)
    {
        if (scale.Grades[link] == null)
        {
            return;
        }

        Span<ulong> values = stackalloc ulong[2];
        var count = Links[link].ValuesOfSet(likeness.States.LinkState(graph.SetOf(account.Number), link), values);
        foreach (var value in values[..count])
        {
            HoldAgainst(account, sets.Of(value), value);
            if (add)
            {
                sets.Add(value, account.Number);
            }
        }
    }

    private void OfferShared(WatchedAccount account, int link, ulong value)
    {
        _shared.Clear();
        ties.Offer(account.Number, link, Links[link].Id.Family, value, Links[link].ByRarity ? accounts.Count : 0, _shared);
        foreach (var (other, bits, total) in _shared)
        {
            Tie(account, other, link, bits, total, value);
        }
    }

    /// <summary>A value of a graded link only says who is to be held against whom; each set that holders are in is, once.</summary>
    private void OfferGraded(WatchedAccount account, int link, ulong value)
    {
        if (scale.Grades[link] == null)
        {
            return;
        }

        _met.Clear();
        ties.Meet(account.Number, link, value, _met);
        HoldAgainst(account, _met, value);
    }

    /// <summary>
    /// Holds the set that <paramref name="account"/> is in against each set that one of <paramref name="others"/> is in, once.
    /// </summary>
    private void HoldAgainst(WatchedAccount account, IReadOnlyList<int> others, ulong value)
    {
        var own = graph.SetOf(account.Number);
        for (var i = 0; i < others.Count; i++)
        {
            var set = graph.SetOf(others[i]);
            if (set != own && _heldAgainst.Add(set))
            {
                Grade(account, others[i], own, set, value);
            }
        }
    }

    /// <summary>Notes by which graded links two sets are alike, where all of them together say something.</summary>
    private void Grade(WatchedAccount account, int other, int own, int set, ulong value)
    {
        if (threshold.Bits(own, set, Likeness.Most) > Likeness.Most)
        {
            return; // nothing that likeness says would do; what they share brings them here again
        }

        Span<double> families = stackalloc double[LinkId.Families];
        families.Clear();
        if (likeness.Add(own, set, families, LeastGrade) < LeastGrade)
        {
            return;
        }

        TieAlike(account, other, own, set, value);
    }

    private void Tie(WatchedAccount account, int other, int link, float bits, float total, ulong value)
    {
        account.Raise(other, total);
        accounts[other].Raise(account.Number, total);
        graph.Share(account.Number, other, link, bits, value);
    }

    /// <summary>Notes by which graded links two sets are alike, as ties between an account of each.</summary>
    public void TieAlike(WatchedAccount account, int other, int own, int set, ulong value)
    {
        foreach (var link in WatchScale.GradedLinks)
        {
            var bits = (float)likeness.Of(link, own, set);
            if (bits > 0 && ties.Tie(account.Number, other, link, Links[link].Id.Family, bits) is > 0 and var total)
            {
                Tie(account, other, link, bits, total, value);
            }
        }
    }
}
