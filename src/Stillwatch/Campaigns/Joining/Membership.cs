using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Similarity;
using Stillwatch.Campaigns.Sources;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Joining;

/// <summary>
/// Who belongs together: offers what accounts show to the ties, joins what is tied well enough, divides what turns out to be two, takes in
/// who is like a flagged set, and lets go who clearly does not belong.
/// </summary>
/// <remarks>What it costs to be tied is in <see cref="MergeThreshold"/>; docs/decisions/0004-ties.md says why.</remarks>
internal sealed class Membership
{
    private const long AroundEvery = 6 * EventTime.Hour;

    private static readonly Link[] Links = WatchScale.Links;

    private readonly IReadOnlyList<WatchedAccount> _accounts;
    private readonly List<Campaign> _campaigns;
    private readonly WatchScale _scale;
    private readonly TickSignals _signals;
    private readonly TieGraph _graph;
    private readonly TieOffers _offers;
    private readonly Dictionary<int, Campaign> _campaignOf = []; // by the lowest account of the graph's set
    private readonly CheckpointPart _changes; // by campaign
    private readonly Likeness _likeness;
    private readonly Splitter _splitter;
    private readonly MergeThreshold _threshold;
    private readonly Adoption _adoption;
    private readonly Hands _hands;
    private readonly SourceCampaigns _sources;
    private readonly List<int> _alone = []; // flagged accounts on their own to whom others may belong: newly flagged, or at a step
    private long _lookedAround; // in which stretch of time

    /// <summary>Begins with nobody tied.</summary>
    /// <param name="calibration">How much shared values weigh.</param>
    /// <param name="rules">How many false ties are allowed.</param>
    /// <param name="accounts">The watch's accounts, by number.</param>
    /// <param name="campaigns">The watch's campaigns, by number; new ones are added here.</param>
    /// <param name="scale">What they are weighed by.</param>
    /// <param name="signals">Told who joins and leaves.</param>
    /// <param name="checkpoint">What it is a part of.</param>
    /// <param name="corpora">The known corpora.</param>
    public Membership(
        Calibration calibration,
        WatchRules rules,
        IReadOnlyList<WatchedAccount> accounts,
        List<Campaign> campaigns,
        WatchScale scale,
        TickSignals signals,
        Checkpoint checkpoint,
        CorpusIndex corpora
    )
    {
        _signals = signals;
        _accounts = accounts;
        _campaigns = campaigns;
        var sets = new SetIndex(checkpoint);
        _changes = checkpoint.Part(
            () => campaigns.Count,
            (number, writer) => campaigns[number].Save(writer),
            (number, reader) => campaigns[number].Load(reader)
        );
        _scale = scale;
        _likeness = new(scale, new SetStates(accounts, _campaignOf), Background);
        _splitter = new(scale, Background);
        _threshold = new(calibration.Accounts, rules.FalseTies, accounts, _campaignOf, _likeness, _splitter);
        _graph = new([.. Links.Select(link => (link.Id.Family, link.Further, link.Graded))], checkpoint)
        {
            AddGraded = _likeness.Add,
            MostGraded = Likeness.Most,
        };
        _adoption = new(accounts, _likeness, _graph.IsAlone);
        Ties = new(
            [
                .. Links.Select(link =>
                    (float)(calibration.LinkBits.TryGetValue(link.Id.ToString(), out var bits) ? Math.Max(bits, link.LeastBits) : 0)
                ),
            ],
            checkpoint
        )
        {
            Dropped = _graph.Forget,
        };
        _offers = new(accounts, _graph, Ties, scale, _likeness, _threshold, sets);
        _hands = new(Ties);
        _sources = new(accounts, campaigns, calibration, rules, corpora)
        {
            AreBound = _hands.AreBound,
            IsAlone = _graph.IsAlone,
            Join = (stays, goes) => _graph.Unite(stays, goes, Join),
            Divide = Divide,
            SourceSeen = campaign => SourceSeen!(campaign),
            CorpusSeen = campaign => CorpusSeen!(campaign),
        };
    }

    /// <summary>What ties pairs of accounts.</summary>
    public BlockingIndex Ties { get; }

    /// <summary>What everybody does.</summary>
    public Background Background { get; } = new();

    /// <summary>The search for accounts that draw from one source.</summary>
    public SourceSearch Sources => _sources.Search;

    /// <summary>Told each campaign whose accounts are seen to draw from one source.</summary>
    public required Action<Campaign> SourceSeen { get; init; }

    /// <summary>Told each campaign whose accounts are seen to deal a known corpus out.</summary>
    public required Action<Campaign> CorpusSeen { get; init; }

    /// <summary>Told each campaign that formed, grew or was divided.</summary>
    public required Action<Campaign> Changed { get; init; }

    /// <summary>Writes what no part of the checkpoint has.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_threshold.Flagged);
        _graph.Save(writer);
        Background.Save(writer);
        writer.PutAll<int>([.. _alone]);
        writer.Write(_lookedAround);
        Sources.Save(writer);
        writer.Write(_campaignOf.Count);
        foreach (var (set, campaign) in _campaignOf)
        {
            writer.Write(set);
            writer.Write(campaign.Number);
        }
    }

    /// <summary>Takes what <see cref="Save"/> wrote, when all accounts and campaigns are there.</summary>
    public void Load(BinaryReader reader)
    {
        _threshold.Flagged = reader.ReadInt32();
        _graph.Load(reader);
        Background.Load(reader);
        _alone.AddRange(reader.GetAll<int>());
        _lookedAround = reader.ReadInt64();
        Sources.Load(reader);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            _campaignOf[reader.ReadInt32()] = _campaigns[reader.ReadInt32()];
        }
    }

    /// <summary>Takes the next account.</summary>
    public void Add(WatchedAccount account) => _graph.Add(account.Number, account.Shown);

    /// <inheritdoc cref="TieOffers.Offer(Campaign)"/>
    public void Offer(Campaign campaign) => _offers.Offer(campaign);

    /// <inheritdoc cref="TieOffers.Offer(WatchedAccount)"/>
    public void Offer(WatchedAccount account)
    {
        if (_offers.Offer(account) && account.Campaign == null && account.IsNoticed)
        {
            _alone.Add(account.Number);
        }
    }

    /// <summary>Joins all that is tied well enough.</summary>
    public void JoinTied() => _graph.Join(_threshold.Bits, Join);

    /// <summary>
    /// Whether something that strangers do not share, such as a card or an address, ties all accounts of <paramref name="campaign"/>: what
    /// they ask for may be alike all the same.
    /// </summary>
    public bool IsInOneHand(Campaign campaign) => _hands.Together(campaign.Accounts).Count() == 1;

    /// <summary>
    /// Notes that <paramref name="account"/> was flagged or became a lead: from the next tick on less is asked of what ties others to it.
    /// </summary>
    public void Noticed(WatchedAccount account)
    {
        _threshold.Flagged += account.Campaign is { DetectedAt: not null } campaign && campaign.Accounts[0] != account.Number ? 0 : 1;
        _graph.Reconsider(account.Number);
        if (account.Campaign == null)
        {
            _alone.Add(account.Number);
        }
    }

    /// <summary>
    /// Those of <paramref name="accounts"/> that clearly ask for something else than the rest of their flagged campaign leave it: a tie
    /// brought them in by accident. What ties others to them still ties those to the campaign. Who pays with the same card as another of
    /// them does not leave: whatever else it does.
    /// </summary>
    /// <returns>Whether any left.</returns>
    public bool LetUnlikeLeave(Campaign campaign, IReadOnlyList<int> accounts)
    {
        var leaving = Unlike(campaign, accounts);
        if (leaving.Count == 0 || leaving.Count * 2 >= campaign.Accounts.Count)
        {
            return false;
        }

        Leave(campaign, leaving);
        return true;
    }

    /// <summary>
    /// Whether fewer than half of the accounts clearly ask for something else than the rest: a group of which most do is no campaign,
    /// whatever they come to together.
    /// </summary>
    public bool IsOneJob(Campaign campaign) => Unlike(campaign, campaign.Accounts).Count * 2 < campaign.Accounts.Count;

    private List<int> Unlike(Campaign campaign, IReadOnlyList<int> accounts) =>
        [
            .. accounts.Where(number =>
                Likeness.Asking(_accounts[number].Profile, campaign.Profile).Unlike
                && !(campaign.IsOfOneSource && SourceCampaigns.Draws(_accounts[number]))
                && !campaign.Accounts.Any(other => _hands.AreBound(number, other))
            ),
        ];

    /// <summary>
    /// Looks who is like the flagged accounts that stand alone, and every six hours who is like any that is flagged: others show more as
    /// time goes on.
    /// </summary>
    public void LookAround(EventTime now)
    {
        if (now.Window(AroundEvery) != _lookedAround)
        {
            _lookedAround = now.Window(AroundEvery);
            for (var number = 0; number < _campaigns.Count; number++)
            {
                if (_campaigns[number] is { DetectedAt: not null, Accounts.Count: > 0 } campaign)
                {
                    Adopt(_graph.SetOf(campaign.Accounts[0]));
                }
            }

            _alone.AddRange(_accounts.Where(account => account.IsNoticed).Select(account => account.Number));
            _sources.Look(now);
        }

        foreach (var account in _alone)
        {
            if (_graph.IsAlone(account)) // who left a campaign is still in its set: others that are like it are not of that campaign
            {
                Adopt(account);
            }
        }

        _alone.Clear();
    }

    /// <summary>
    /// A group whose accounts turn out to do two jobs is two: the largest part keeps its name, the others are campaigns of their own,
    /// before an analyst since when it was. Who is like a flagged one joins it. Looked at whenever a quarter more came.
    /// </summary>
    public void LookAgain(Campaign campaign)
    {
        if (campaign.Accounts.Count < 2 || campaign.Taken.Exchanges * 4 < campaign.LookedAt * 5)
        {
            return;
        }

        campaign.LookedAt = campaign.Taken.Exchanges;
        Divide(campaign);
        if (campaign.DetectedAt != null)
        {
            Adopt(_graph.SetOf(campaign.Accounts[0]));
        }
    }

    private void Divide(Campaign campaign)
    {
        if (campaign.IsOfOneSource)
        {
            return; // each of its accounts could stand for any other: that is one job
        }

        if (campaign.Accounts.Count < 2 * Splitter.Fewest || _splitter.Of(_hands.Together(campaign.Accounts), _accounts) is not { } parts)
        {
            return;
        }

        Divide(campaign, parts);
    }

    /// <summary>The first of <paramref name="parts"/>, and whoever is in none, stays; each other becomes a campaign of its own.</summary>
    /// <returns>The campaigns, one a part.</returns>
    private List<Campaign> Divide(Campaign campaign, IReadOnlyList<IReadOnlyList<int>> parts)
    {
        List<Campaign> divided = [campaign];
        _campaignOf.Remove(_graph.SetOf(campaign.Accounts[0]));
        Leave(campaign, [.. parts.Skip(1).SelectMany(part => part)]);
        _graph.Divide(parts, Ties.Pairs);
        _campaignOf[_graph.SetOf(campaign.Accounts[0])] = campaign;
        Changed(campaign);
        foreach (var part in parts.Skip(1))
        {
            var own = Form();
            _signals.Divided(campaign, own);
            if (campaign.DetectedAt is { } detected)
            {
                own.Detect(detected, FlagCause.Division);
            }

            own.LookedAt = part.Sum(number => _accounts[number].Taken.Exchanges);
            foreach (var number in part)
            {
                Join(own, number);
            }

            _campaignOf[_graph.SetOf(part[0])] = own;
            _threshold.Flagged += own.DetectedAt != null ? 1 : 0;
            Changed(own);
            divided.Add(own);
        }

        return divided;
    }

    /// <summary>Who belongs to the flagged <paramref name="set"/> although nothing ties them joins it.</summary>
    private void Adopt(int set)
    {
        foreach (var account in _adoption.Of(set))
        {
            _offers.TieAlike(
                _accounts[account],
                _campaignOf.TryGetValue(set, out var campaign) ? campaign.Accounts[0] : set,
                account,
                set,
                value: 0
            );
            _graph.Unite(account, set, Join);
            set = _graph.SetOf(set);
        }
    }

    private void Join(int stays, int goes)
    {
        _campaignOf.Remove(goes, out var from);
        if (!_campaignOf.TryGetValue(stays, out var into))
        {
            into = from ?? Form();
            from = null;
            Join(into, stays);
            _campaignOf[stays] = into;
        }
        else if (from != null && from.Number < into.Number)
        {
            (into, from) = (from, into);
            _campaignOf[stays] = into;
        }

        if (from != null)
        {
            _signals.Merges(into, from);
            into.Absorb(from, _accounts);
        }
        else if (_accounts[goes].Campaign == null)
        {
            Join(into, goes);
        }

        Changed(into);
    }

    private Campaign Form()
    {
        var campaign = Begin();
        _signals.Formed(campaign);
        return campaign;
    }

    /// <summary>Adds a campaign without accounts.</summary>
    public Campaign Begin()
    {
        var campaign = new Campaign(_campaigns.Count, _scale, _changes);
        _campaigns.Add(campaign);
        return campaign;
    }

    private void Join(Campaign campaign, int account)
    {
        _signals.Moves(_accounts[account]);
        campaign.Join(_accounts[account]);
    }

    private void Leave(Campaign campaign, List<int> leaving)
    {
        foreach (var account in leaving)
        {
            _signals.Moves(_accounts[account]);
        }

        campaign.Leave(leaving, _accounts);
    }
}
