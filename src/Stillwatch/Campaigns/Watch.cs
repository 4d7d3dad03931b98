using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Signals.Detectors;

namespace Stillwatch.Campaigns;

/// <summary>
/// The watch: exchanges in, flagged accounts and campaigns out. One path for a log, a live stream and a replay.
/// </summary>
/// <remarks>
/// <para>The flow of a tick (one second of event time), in order:</para>
/// <list type="number">
/// <item>observe: each exchange into its account's profile, links and take, and into its campaign's profile;</item>
/// <item>read: what each touched account's profile says now, and what the highest so far weighs;</item>
/// <item>tie: the values that an account newly shows, against those who hold them;</item>
/// <item>join: accounts whose ties reach the rule form or join campaigns, campaigns that touch become one;</item>
/// <item>read together: what each touched campaign's merged profile says, weighed against the best groups of honest populations;</item>
/// <item>flag: campaigns by e-BH over the period's candidates, accounts at 1/α or with their campaign.</item>
/// </list>
/// <para>Within a tick nothing depends on order. What arrives after its tick has closed counts in the open tick. Not thread-safe.</para>
/// </remarks>
public sealed class Watch
{
    private const double Alike = 0.6;       // halves of one seed set come to 0.9 and more, different sources mostly under one half
    private const int LeastFlagged = 16;   // so many flagged are counted at the least: a price of searching that does not begin at nothing

    private static readonly Link[] Links = [.. Link.All];

    private readonly Calibration _calibration;
    private readonly WatchRules _rules;
    private readonly NullDistribution?[] _byAccount;
    private readonly NullDistribution?[] _byGroup;
    private readonly NullDistribution?[] _byAccountsOfGroup;
    private readonly double[] _medians;   // by detector, what an ordinary account comes to
    private readonly int[] _linkOffsets;
    private readonly TieIndex _ties;
    private readonly List<WatchedAccount> _accounts = [];
    private readonly List<Campaign> _campaigns = [];
    private readonly List<int> _touched = [];
    private readonly List<Campaign> _touchedCampaigns = [];
    private readonly List<Campaign> _grown = [];   // flagged, with accounts that may not be yet
    private readonly Dictionary<int, Campaign> _campaignOf = [];   // by the lowest account of the graph's set
    private readonly TieGraph _graph = new([.. Links.Select(link => (link.Id.Family, link.Further))]);
    private readonly List<(int Other, float Bits, float Total)> _shared = [];
    private long _tick = long.MinValue;
    private long _periodEnd = long.MaxValue;
    private EventTime _latest;
    private bool _candidatesChanged;
    private int _flagged;   // sets: campaigns, and accounts on their own

    /// <summary>Begins a watch that weighs by <paramref name="calibration"/> and flags by <paramref name="rules"/>.</summary>
    public Watch(Calibration calibration, WatchRules rules)
    {
        _calibration = calibration;
        _rules = rules;
        _byAccount = [.. Detector.All.Select(detector => calibration.ByAccount.GetValueOrDefault(detector.Id))];
        _byGroup = [.. Detector.All.Select(detector => calibration.ByGroup.GetValueOrDefault(detector.Id))];
        _byAccountsOfGroup = [.. Detector.All.Select(detector => calibration.ByAccountsOfGroup.GetValueOrDefault(detector.Id))];
        _medians = [.. _byAccount.Select(distribution => distribution?.Median ?? 0)];
        _ties = new([.. Links.Select(link => (float)(calibration.LinkBits.TryGetValue(link.Id.ToString(), out var bits) ? Math.Max(bits, link.LeastBits) : 0))]);
        _linkOffsets = new int[Links.Length + 1];
        for (var i = 0; i < Links.Length; i++)
        {
            _linkOffsets[i + 1] = _linkOffsets[i] + Links[i].Size;
        }
    }

    /// <summary>The accounts, by number.</summary>
    public IReadOnlyList<WatchedAccount> Accounts => _accounts;

    /// <summary>Every group of two and more that ever formed and was not absorbed by another, flagged or not, by number.</summary>
    public IEnumerable<Campaign> Candidates => _campaigns.Where(campaign => campaign.Accounts.Count > 0);

    /// <summary>The campaigns that are flagged, by number.</summary>
    public IEnumerable<Campaign> Flagged => Candidates.Where(campaign => campaign.DetectedAt != null);

    /// <summary>Forces accounts into groups, for calibrating; null in a real watch.</summary>
    internal Func<int, int>? ForcedGroups { get; init; }

    /// <summary>Takes the next account; its number is the count of accounts before it.</summary>
    public WatchedAccount Add(in AccountFacts facts)
    {
        var account = new WatchedAccount(_accounts.Count, _linkOffsets[^1]) { Facts = facts };
        _accounts.Add(account);
        _graph.Add(account.Number);
        return account;
    }

    /// <summary>Takes an exchange of account number <paramref name="account"/>.</summary>
    public void Observe(int account, in ExchangeFeatures features)
    {
        var tick = features.At.Tick;
        if (tick > _tick)
        {
            CloseTick();
            _tick = tick;
            BeginPeriodIfDue(features.At);
        }

        // 1. observe
        _latest = features.At > _latest ? features.At : _latest;
        var subject = _accounts[account];
        subject.Profile.Observe(features);
        subject.Taken.Observe(features);
        for (var i = 0; i < Links.Length; i++)
        {
            Links[i].Observe(subject.Links.AsSpan(_linkOffsets[i], Links[i].Size), features);
        }

        if (!subject.Touched)
        {
            subject.Touched = true;
            _touched.Add(account);
        }

        if (subject.Campaign is { } campaign)
        {
            campaign.Profile.Observe(features);
            campaign.Taken.Observe(features);
            Touch(campaign);
        }
    }

    /// <summary>Closes the open tick: call it once at the end of a log.</summary>
    public void CloseTick()
    {
        if (_touched.Count == 0)
        {
            return;
        }

        _touched.Sort();
        foreach (var number in _touched)
        {
            var account = _accounts[number];
            account.Touched = false;
            Read(account);                                       // 2. read
            Tie(account);                                        // 3. tie
        }

        JoinTied();                                              // 4. join
        foreach (var campaign in _touchedCampaigns)
        {
            campaign.Touched = false;
            if (campaign.Accounts.Count > 0)
            {
                ReadTogether(campaign);                          // 5. read together
                Rose(campaign);
            }
        }

        _touchedCampaigns.Clear();
        Flag();                                                  // 6. flag
        _touched.Clear();
    }

    /// <summary>The score of <paramref name="account"/> in bits: log₂ of the mean of its own e-value and, in a flagged campaign, its tie's.</summary>
    public double Score(WatchedAccount account) => Math.Log2(E(account));

    /// <summary>What <paramref name="account"/>'s own tie to the rest of its flagged campaign weighs; e = 0 where it is in none.</summary>
    public Weight TieWeight(WatchedAccount account) =>
        account.Campaign is { DetectedAt: not null } ? _calibration.Tie.Weigh(account.BestTie) : new Weight(0, false);

    /// <summary>What ties two accounts: by family the best link, with its bits; families without are left out.</summary>
    public IEnumerable<(Link Link, double Bits)> TiesBetween(int first, int second)
    {
        var evidence = _ties.Between(first, second);
        for (var family = 0; family < LinkId.Families; family++)
        {
            var (link, bits) = evidence.Best(family);
            if (bits > 0)
            {
                yield return (Links[link], bits);
            }
        }
    }

    /// <summary>All pairs of accounts with a tie, with the bits of all families together; unordered.</summary>
    public IEnumerable<(int First, int Second, double Bits)> Ties => _ties.Pairs.Select(pair => (pair.First, pair.Second, (double)pair.Evidence.Total));

    private double E(WatchedAccount account) =>
        (1 - _rules.TieShare) * account.Belief.E + _rules.TieShare * TieWeight(account).E;

    private void Read(WatchedAccount account)
    {
        var before = account.Belief.E;
        if (account.Belief.Read(account.Profile, _byAccount) && account.Campaign is { } campaign)
        {
            campaign.AccountsE += account.Belief.E - before;
            Rose(campaign);
        }
    }

    /// <summary>
    /// Reads a campaign twice: its merged profile, and its accounts' own highest readings over the median of ordinary accounts, summed and
    /// divided by √k (Stouffer's way). The first sees what only all of them together show, the second is not hurt where accounts that split a
    /// narrow seed set resemble each other.
    /// </summary>
    private void ReadTogether(Campaign campaign)
    {
        campaign.Belief.Read(campaign.Profile, _byGroup);
        Span<double> sums = stackalloc double[Profile.Count];
        sums.Clear();
        foreach (var number in campaign.Accounts)
        {
            var highest = _accounts[number].Belief.Highest;
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += double.IsFinite(highest[i]) ? highest[i] - _medians[i] : 0;
            }
        }

        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] /= Math.Sqrt(campaign.Accounts.Count);
        }

        campaign.BeliefOfAccounts.Raise(sums, _byAccountsOfGroup);
    }

    private void Tie(WatchedAccount account)
    {
        if (ForcedGroups != null)
        {
            if (account.Campaign == null)
            {
                Force(account);
            }

            return;
        }

        Span<ulong> values = stackalloc ulong[ILink<byte>.MostValues];
        for (var link = 0; link < Links.Length; link++)
        {
            values.Clear();
            var count = Links[link].Values(account.Links.AsSpan(_linkOffsets[link], Links[link].Size), account.Facts, values);
            foreach (var value in values[..count])
            {
                if (value == 0 || !account.Offer(Sketches.KeyedHash.Fold((ulong)link + 1, value)))
                {
                    continue;
                }

                _shared.Clear();
                var family = Links[link].Id.Family;
                _graph.Show(account.Number, link, value);
                _ties.Offer(account.Number, link, family, value, _shared);
                foreach (var (other, bits, total) in _shared)
                {
                    Raise(account, other, total);
                    Raise(_accounts[other], account.Number, total);
                    _graph.Share(account.Number, other, link, bits, value);
                }
            }
        }
    }

    private static void Raise(WatchedAccount account, int other, float bits)
    {
        if (bits > account.BestTie)
        {
            account.BestTie = bits;
            account.BestTieTo = other;
        }
    }

    private void JoinTied()
    {
        _graph.Join(TieBits, Join);
    }

    /// <summary>
    /// The bits that tie two sets: so many that among all pairs that were searched few of strangers have them. Between two that were never
    /// flagged those are all pairs of accounts; where one is flagged, the accounts times the flagged, and there a false tie would bring a
    /// stranger before an analyst, so that fewer are allowed; between two flagged ones, the
    /// pairs of those, if they are known to ask for like things. While few accounts were seen, as
    /// many as the calibration knows are counted.
    /// </summary>
    private double TieBits(int a, int b)
    {
        var (first, second) = (_accounts[a].FlaggedAt != null, _accounts[b].FlaggedAt != null);
        double accounts = Math.Max(_accounts.Count, _calibration.Accounts), flagged = Math.Max(LeastFlagged, _flagged);
        var likeness = TopicScatter.Likeness(ProfileOf(a).Get<TopicScatter.State>(), ProfileOf(b).Get<TopicScatter.State>());
        if (ClearlyUnlike(likeness))
        {
            return double.PositiveInfinity;   // two that ask for different things are two, however alike their rhythm
        }

        if (!first && !second)
        {
            return Math.Log2(accounts * accounts / 2 / _rules.FalseTies);
        }

        return first && second && likeness.Cosine - likeness.Error >= Alike
            ? Math.Log2(flagged * flagged / 2 / _rules.FalseTies)
            : Math.Log2((first && second ? flagged / 2 : accounts) * flagged / _rules.FalseTiesToFlagged);
    }

    private static bool ClearlyUnlike((double Cosine, double Error) likeness) => likeness.Cosine + 2 * likeness.Error < Alike;

    /// <summary>The profile of the set whose lowest account is <paramref name="set"/>.</summary>
    private Profile ProfileOf(int set) => _campaignOf.TryGetValue(set, out var campaign) ? campaign.Profile : _accounts[set].Profile;

    private void Join(int stays, int goes)
    {
        _campaignOf.Remove(goes, out var from);
        if (!_campaignOf.TryGetValue(stays, out var into))
        {
            into = from ?? Form();
            from = null;
            into.Join(_accounts[stays]);
            _campaignOf[stays] = into;
        }
        else if (from != null && from.Number < into.Number)
        {
            (into, from) = (from, into);
            _campaignOf[stays] = into;
        }

        if (from != null)
        {
            into.Absorb(from, _accounts);
        }
        else if (_accounts[goes].Campaign == null)
        {
            into.Join(_accounts[goes]);
        }

        Touch(into);
        if (into.DetectedAt == null && into.Accounts.Any(number => _accounts[number].FlaggedAt != null))
        {
            into.DetectedAt = _latest;   // whoever is tied so well to somebody flagged is before the analyst with them
        }

        if (into.DetectedAt != null)
        {
            _grown.Add(into);
        }
    }

    private Campaign Form()
    {
        var campaign = new Campaign(_campaigns.Count);
        _campaigns.Add(campaign);
        return campaign;
    }

    /// <summary>
    /// Those of <paramref name="accounts"/> that clearly ask for something else than the rest of their flagged campaign leave it: a tie brought
    /// them in by accident. What ties others to them still ties those to the campaign.
    /// </summary>
    private void LetUnlikeLeave(Campaign campaign, IEnumerable<int> accounts)
    {
        var leaving = accounts.Where(number => ClearlyUnlike(TopicScatter.Likeness(
            _accounts[number].Profile.Get<TopicScatter.State>(), campaign.Profile.Get<TopicScatter.State>()))).ToList();
        if (leaving.Count > 0 && leaving.Count * 2 < campaign.Accounts.Count)
        {
            campaign.Leave(leaving, _accounts);
            Touch(campaign);
        }
    }

    private void Force(WatchedAccount account)
    {
        var group = ForcedGroups!(account.Number);
        if (group < 0)
        {
            return;
        }

        while (_campaigns.Count <= group)
        {
            _campaigns.Add(new Campaign(_campaigns.Count));
        }

        _campaigns[group].Join(account);
        Touch(_campaigns[group]);
    }

    private void Touch(Campaign campaign)
    {
        if (!campaign.Touched)
        {
            campaign.Touched = true;
            _touchedCampaigns.Add(campaign);
        }
    }

    private void Flag()
    {
        if (_candidatesChanged)
        {
            _candidatesChanged = false;
            foreach (var campaign in EBenjaminiHochberg.Discoveries(_campaigns, _calibration.GroupsInPopulation, _rules.CampaignAlpha))
            {
                Detect(campaign);
            }
        }

        foreach (var campaign in _grown)
        {
            LetUnlikeLeave(campaign, campaign.Accounts);
            foreach (var number in campaign.Accounts)
            {
                Flag(_accounts[number]);
            }
        }

        _grown.Clear();
        foreach (var number in _touched)
        {
            if (_accounts[number].Campaign is { DetectedAt: not null } campaign)
            {
                LetUnlikeLeave(campaign, [number]);
            }

            if (E(_accounts[number]) >= 1 / _rules.AccountAlpha)
            {
                Flag(_accounts[number]);
            }
        }
    }

    /// <summary>Puts <paramref name="campaign"/> before an analyst, and all its accounts with it.</summary>
    private void Detect(Campaign campaign)
    {
        if (campaign.DetectedAt == null)
        {
            campaign.DetectedAt = _latest;
            _grown.Add(campaign);
        }
    }

    /// <summary>Notes that a candidate's e-value rose: only one that could be a discovery at all makes the procedure run again.</summary>
    private void Rose(Campaign campaign) => _candidatesChanged |= campaign.DetectedAt == null && campaign.E >= 1 / _rules.CampaignAlpha;

    private void Flag(WatchedAccount account)
    {
        if (account.FlaggedAt == null)
        {
            account.FlaggedAt = _latest;
            _flagged += account.Campaign is { DetectedAt: not null } campaign && campaign.Accounts[0] != account.Number ? 0 : 1;
            account.ExchangesBeforeFlag = account.Taken.Exchanges;
            _graph.Reconsider(account.Number);   // what ties others to it is asked less of from the next tick on
        }
    }

    /// <summary>Error rates are per period of 30 days: at its end profiles begin anew, and what was believed stays believed.</summary>
    private void BeginPeriodIfDue(EventTime at)
    {
        if (_periodEnd == long.MaxValue)
        {
            _periodEnd = (at.Window(EventTime.Day) + WatchRules.PeriodDays) * EventTime.Day;
        }

        if (at.Micros < _periodEnd)
        {
            return;
        }

        while (at.Micros >= _periodEnd)
        {
            _periodEnd += WatchRules.PeriodDays * EventTime.Day;
        }

        foreach (var account in _accounts)
        {
            account.Profile = new();
            account.Belief.BeginPeriod();
        }

        foreach (var campaign in _campaigns)
        {
            campaign.Profile = new();
            campaign.Belief.BeginPeriod();
            campaign.BeliefOfAccounts.BeginPeriod();
        }
    }
}
