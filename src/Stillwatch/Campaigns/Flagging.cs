using Stillwatch.Campaigns.Joining;
using Stillwatch.Campaigns.Levels;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns;

/// <summary>
/// Who is flagged: campaigns whose readings come higher than those of honest populations' groups, or whose accounts draw from one source;
/// accounts with their campaign. A group of few accounts is a campaign only where a card, an address or the like ties them all. A single
/// account becomes a lead and is never flagged by itself. Accounts of a flagged campaign that clearly ask for something else leave it.
/// </summary>
/// <param name="calibration">What honest populations come to.</param>
/// <param name="scale">What groups are read by.</param>
/// <param name="rules">What is asked of a flag.</param>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="campaigns">The watch's campaigns, by number.</param>
/// <param name="signals">Told who is flagged.</param>
/// <param name="corpora">The known corpora: by them some are explained.</param>
internal sealed class Flagging(
    Calibration calibration,
    WatchScale scale,
    WatchRules rules,
    IReadOnlyList<WatchedAccount> accounts,
    IReadOnlyList<Campaign> campaigns,
    TickSignals signals,
    CorpusIndex corpora
)
{
    private readonly List<Campaign> _grown = []; // flagged, with accounts that may not be yet
    private readonly List<(Campaign Campaign, FlagCause Cause)> _ofOneSource = []; // just seen to draw from one, as no honest ones do

    private readonly List<Campaign> _read = []; // in this tick
    private readonly GroupLevels _levels = new(calibration, scale, rules, accounts, campaigns);

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

    /// <summary>Whether a group comes as high as is asked of a campaign of its kind.</summary>
    public bool IsRare(Campaign group) => group.P <= rules.AlphaOf(group);

    /// <summary>Takes a campaign that was read.</summary>
    public void Read(Campaign campaign) => _read.Add(campaign);

    /// <summary>The highest that groups come to; null where nobody asks for it.</summary>
    public GroupsSeen? Seen { get; private set; }

    /// <summary>Keeps the highest that groups come to from now on.</summary>
    public GroupsSeen See() => Seen = new(KindOf);

    /// <summary>Writes what it keeps.</summary>
    public void Save(BinaryWriter writer) => _levels.Save(writer);

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader) => _levels.Load(reader);

    /// <summary>
    /// The score of <paramref name="account"/> in bits: how rare it is that an honest account comes as high. By itself −log₂ of its p-value
    /// among honest accounts of a like volume (<see cref="Rank"/>), and less than a hundredth of a bit for what it weighs, so that those of
    /// one rank are ordered. In a flagged campaign at least <see cref="Score(Campaign)"/>.
    /// </summary>
    public double Score(WatchedAccount account)
    {
        var above = Math.Max(0, Math.Log2(account.Belief.Total / NullDistribution.Kappa));
        var own = -Math.Log2(Rank(account).P) + above / (1 + above) / 100;
        return account.Campaign is { DetectedAt: not null } campaign ? Math.Max(own, Score(campaign)) : own;
    }

    /// <summary>
    /// The p-value of <paramref name="account"/> among the calibration's honest accounts of a like volume, of several populations
    /// the largest.
    /// </summary>
    /// <returns>It, and how many honest accounts that is by; 1 and 0 where none is known.</returns>
    public (double P, long Accounts) Rank(WatchedAccount account) =>
        calibration
            .Leads.Select(ranks => ranks.P(account.Taken.Exchanges, account.Belief.Total))
            .DefaultIfEmpty((P: 1, Accounts: 0L))
            .MaxBy(rank => rank.P);

    /// <summary>
    /// The score of a group on the scale of single accounts, in bits: as rare as one account is of which there is one among all accounts
    /// here in as few populations as have such a group.
    /// </summary>
    public double Score(Campaign group) => group.Bits + Math.Log2(Math.Max(1, accounts.Count));

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

        _levels.Count(at);
        foreach (var campaign in _read.Where(campaign => campaign.Accounts.Count > 0))
        {
            _levels.Weigh(campaign);
            Seen?.Take(campaign, rules.IsOfFew(campaign));
            if (campaign.DetectedAt == null && _levels.MayBeRare(campaign) && IsCampaign(campaign))
            {
                Flag(campaign, at, FlagCause.Own);
            }
        }

        _read.Clear();
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

            if (account.Belief.Total >= 1 / rules.AccountAlpha)
            {
                Lead(account, at);
            }
        }
    }

    /// <summary>
    /// Whether a group that comes high enough is one actor. One that is not is judged again when it has a quarter more exchanges:
    /// else an office, or the customers of a product, would be judged at every tick.
    /// </summary>
    private bool IsCampaign(Campaign group)
    {
        if (group.Accounts.Count < 2 || group.Taken.Exchanges * 4 < group.ClearedAt * 5)
        {
            return false;
        }

        group.Kind = KindOf(group);
        _levels.Weigh(group);
        if (group.Kind is GroupKind.Many or GroupKind.Few or GroupKind.Own && IsRare(group) && _levels.IsOverBars(group))
        {
            return true;
        }

        group.ClearedAt = group.Taken.Exchanges;
        return false;
    }

    /// <summary>
    /// What a group is, whatever it comes to. The same judgement is asked of the groups of honest populations that it is held against.
    /// </summary>
    private GroupKind KindOf(Campaign group)
    {
        if (Explain(group) != null || !Membership.IsOneJob(group))
        {
            return GroupKind.None;
        }

        return (HaveTheirOwn(group), rules.IsOfFew(group)) switch
        {
            (false, false) => GroupKind.Many,
            (false, true) => Membership.IsInOneHand(group) ? GroupKind.Few : GroupKind.None,
            (true, _) => Membership.IsInOneHand(group) ? GroupKind.Own : GroupKind.OwnApart,
        };
    }

    private Explanation? Explain(Campaign group) =>
        corpora.Corpora.Count == 0 ? null : Explanation.Of([.. group.Accounts.Select(number => accounts[number])], corpora);

    private bool HaveTheirOwn(Campaign campaign) =>
        Exchangeability.HaveTheirOwn([.. campaign.Accounts.Select(number => accounts[number].Sample)]);

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
