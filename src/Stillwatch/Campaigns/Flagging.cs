using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns;

/// <summary>
/// Who is flagged: campaigns by e-BH over the period's candidates, or because their accounts draw from one source; accounts with their
/// campaign. A group of few accounts is a campaign only where a card, an address or the like ties them all. A single account becomes a lead
/// at 1/α and is never flagged by itself. Accounts of a flagged campaign that clearly ask for something else leave it.
/// </summary>
/// <param name="calibration">What weighs, and how many groups a population has.</param>
/// <param name="rules">What is asked of a flag.</param>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="campaigns">The watch's campaigns, by number.</param>
/// <param name="signals">Told who is flagged.</param>
/// <param name="corpora">The known corpora: by them some are explained.</param>
internal sealed class Flagging(
    Calibration calibration,
    WatchRules rules,
    IReadOnlyList<WatchedAccount> accounts,
    IReadOnlyList<Campaign> campaigns,
    TickSignals signals,
    CorpusIndex corpora
)
{
    private readonly List<Campaign> _grown = []; // flagged, with accounts that may not be yet
    private readonly List<(Campaign Campaign, FlagCause Cause)> _ofOneSource = []; // just seen to draw from one, as no honest ones do

    /// <summary>Whether a candidate's e-value rose since the last time.</summary>
    public bool CandidatesChanged { get; set; }

    /// <summary>Who lets accounts leave, and is told who is flagged.</summary>
    public required Membership Membership { get; init; }

    /// <summary>Told each campaign that an account left.</summary>
    public required Action<Campaign> Left { get; init; }

    /// <summary>Takes a campaign that formed, grew or was divided: where it is flagged its new accounts will be.</summary>
    public void Changed(Campaign campaign)
    {
        if (campaign.DetectedAt != null)
        {
            _grown.Add(campaign);
        }
    }

    /// <summary>Takes a campaign whose accounts were seen to draw from one source.</summary>
    public void SourceSeen(Campaign campaign) => _ofOneSource.Add((campaign, FlagCause.Source));

    /// <summary>Takes a campaign whose accounts were seen to deal a known corpus out.</summary>
    public void CorpusSeen(Campaign campaign) => _ofOneSource.Add((campaign, FlagCause.Corpus));

    /// <summary>Notes that a candidate's e-value rose: only one that could be a discovery at all makes the procedure run again.</summary>
    public void Rose(Campaign campaign) => CandidatesChanged |= campaign.DetectedAt == null && campaign.E >= 1 / rules.CampaignAlpha;

    /// <summary>
    /// The score of <paramref name="account"/> in bits. In a flagged campaign at least the campaign's. By itself no more than so many
    /// honest accounts as the calibration knows can bear out, the highest of n + 1 ranks: what an extrapolated tail says beyond that orders
    /// accounts, and adds less than a hundredth of a bit.
    /// </summary>
    public double Score(WatchedAccount account)
    {
        var own = Math.Log2(Math.Max(E(account), (1 - rules.TieShare) * NullDistribution.Kappa));
        if (account.Campaign is { DetectedAt: not null } campaign)
        {
            return Math.Max(own, campaign.Bits);
        }

        var most = calibration.Accounts == 0 ? double.PositiveInfinity : Math.Log2(calibration.Accounts + 1);
        return own <= most ? own : most + (own - most) / (1 + own - most) / 100;
    }

    /// <summary>What <paramref name="account"/>'s own tie to the rest of its flagged campaign weighs; e = 0 where it is in none.</summary>
    public Weight TieWeight(WatchedAccount account) =>
        account.Campaign is { DetectedAt: not null } ? calibration.Tie.Weigh(account.BestTie) : new Weight(0, false);

    /// <summary>Flags who is to be flagged as a tick closes.</summary>
    /// <param name="touched">The accounts of the tick.</param>
    /// <param name="at">The time of the latest exchange.</param>
    public void Flag(IReadOnlyList<WatchedAccount> touched, EventTime at)
    {
        foreach (var (campaign, cause) in _ofOneSource)
        {
            if (campaign.Accounts.Count > 0 && Explain(campaign) == null)
            {
                Flag(campaign, at, cause);
            }
        }

        _ofOneSource.Clear();

        if (CandidatesChanged)
        {
            CandidatesChanged = false;
            foreach (var campaign in EBenjaminiHochberg.Discoveries(campaigns, calibration.GroupsInPopulation, rules.CampaignAlpha))
            {
                if (campaign.DetectedAt == null && IsCampaign(campaign))
                {
                    Flag(campaign, at, FlagCause.Own);
                }
            }
        }

        foreach (var campaign in _grown)
        {
            LetUnlikeLeave(campaign, campaign.Accounts);
            foreach (var number in campaign.Accounts)
            {
                Flag(accounts[number], at);
            }
        }

        _grown.Clear();
        foreach (var account in touched)
        {
            if (account.Campaign is { DetectedAt: not null } campaign)
            {
                LetUnlikeLeave(campaign, [account.Number]);
            }

            if (E(account) >= 1 / rules.AccountAlpha)
            {
                Lead(account, at);
            }
        }
    }

    /// <summary>
    /// Whether a group with enough evidence is one actor. One that is not is judged again when it has a quarter more exchanges:
    /// else an office, or the customers of a product, would be judged at every tick.
    /// </summary>
    private bool IsCampaign(Campaign group)
    {
        if (
            (group.Accounts.Count < rules.FewestAccounts && !Membership.IsInOneHand(group))
            || group.Taken.Exchanges * 4 < group.ClearedAt * 5
        )
        {
            return false;
        }

        if (
            Explain(group) == null
            && Membership.IsOneJob(group)
            && (group.E >= rules.PriceOfTheirOwn / rules.CampaignAlpha || !HaveTheirOwn(group))
        )
        {
            return true;
        }

        group.ClearedAt = group.Taken.Exchanges;
        return false;
    }

    private Explanation? Explain(Campaign group) =>
        corpora.Corpora.Count == 0 ? null : Explanation.Of([.. group.Accounts.Select(number => accounts[number])], corpora);

    private bool HaveTheirOwn(Campaign campaign) =>
        Exchangeability.HaveTheirOwn([.. campaign.Accounts.Select(number => accounts[number].Sample)]);

    private double E(WatchedAccount account) => (1 - rules.TieShare) * account.Belief.E + rules.TieShare * TieWeight(account).E;

    private void Flag(Campaign campaign, EventTime at, FlagCause cause)
    {
        if (campaign.DetectedAt == null)
        {
            campaign.Detect(at, cause);
            signals.Flagged(campaign);
            _grown.Add(campaign);
        }
    }

    private void Flag(WatchedAccount account, EventTime at)
    {
        if (account.FlaggedAt != null)
        {
            return;
        }

        var noticed = account.IsNoticed;
        (account.FlaggedAt, account.FlaggedFor) = (at, FlagCause.Campaign);
        (account.ExchangesBeforeFlag, account.AnsweredBeforeFlag) = (account.Taken.Exchanges, account.Taken.Answered);
        if (!noticed)
        {
            Membership.Noticed(account);
        }

        signals.Flagged(account, Score(account));
    }

    private void Lead(WatchedAccount account, EventTime at)
    {
        if (!account.IsNoticed && (corpora.Corpora.Count == 0 || Explanation.Of([account], corpora) == null))
        {
            (account.LeadAt, account.LeadFor) = (at, FlagCause.Own);
            Membership.Noticed(account);
            signals.Led(account);
        }
    }

    private void LetUnlikeLeave(Campaign campaign, IReadOnlyList<int> who)
    {
        if (Membership.LetUnlikeLeave(campaign, who))
        {
            Left(campaign);
        }
    }
}
