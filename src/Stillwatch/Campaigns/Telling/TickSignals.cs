using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using static Stillwatch.Signals.Signal;

namespace Stillwatch.Campaigns.Telling;

/// <summary>
/// Takes down what happens in the open tick where it happens, and tells it as signals when the tick closes: in a fixed order, whatever the
/// order in which it happened.
/// Campaigns get their ids here.
/// </summary>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="rules">What is asked of a flag.</param>
internal sealed class TickSignals(IReadOnlyList<WatchedAccount> accounts, WatchRules rules)
{
    private static readonly AccountNumber Nobody = new(-1);

    private readonly HashSet<CampaignId> _given = [];

    // by account, the campaign that it was in as the tick began, of those that moved
    private readonly Dictionary<int, Campaign?> _before = [];
    private readonly List<Campaign> _formed = [];
    private readonly List<(Campaign Whole, Campaign Part)> _divided = [];
    private readonly Dictionary<Campaign, Campaign> _into = []; // who absorbed whom
    private readonly HashSet<Campaign> _flagged = [],
        _flaggedBefore = [];
    private readonly List<(WatchedAccount Account, double Bits)> _flaggedAccounts = [];
    private readonly List<WatchedAccount> _led = [];
    private (string Calibration, string Version)? _began;

    /// <summary>Whether nothing happened that a signal tells.</summary>
    public bool IsEmpty =>
        _began == null && _before.Count == 0 && _into.Count == 0 && _flagged.Count == 0 && _flaggedAccounts.Count == 0 && _led.Count == 0;

    /// <summary>The watch began.</summary>
    public void Began(string calibration, string version) => _began = (calibration, version);

    /// <summary>A snapshot was taken back: the watch began earlier, and <paramref name="given"/> are no new ids.</summary>
    public void Resume(IEnumerable<CampaignId> given)
    {
        _began = null;
        _given.UnionWith(given);
    }

    /// <summary>A campaign formed.</summary>
    public void Formed(Campaign campaign) => _formed.Add(campaign);

    /// <summary><paramref name="part"/> was taken out of <paramref name="whole"/>.</summary>
    public void Divided(Campaign whole, Campaign part) => _divided.Add((whole, part));

    /// <summary><paramref name="account"/> is about to leave its campaign, to join one, or both.</summary>
    public void Moves(WatchedAccount account) => _before.TryAdd(account.Number, account.Campaign);

    /// <summary><paramref name="into"/> is about to absorb <paramref name="from"/>.</summary>
    public void Merges(Campaign into, Campaign from)
    {
        _into[from] = into;
        if (into.DetectedAt != null && !_flagged.Contains(into))
        {
            _flaggedBefore.Add(into);
        }

        if (from.Id == default)
        {
            foreach (var number in from.Accounts)
            {
                Moves(accounts[number]);
            }
        }
    }

    /// <summary>A campaign was flagged that was not before.</summary>
    public void Flagged(Campaign campaign) => _flagged.Add(campaign);

    /// <summary>An account was flagged, with a score of <paramref name="bits"/>.</summary>
    public void Flagged(WatchedAccount account, double bits) => _flaggedAccounts.Add((account, bits));

    /// <summary>An account became a lead.</summary>
    public void Led(WatchedAccount account) => _led.Add(account);

    /// <summary>Tells all that happened and begins the next tick.</summary>
    /// <param name="at">The time of the latest exchange.</param>
    public IReadOnlyList<Signal> Close(EventTime at)
    {
        if (IsEmpty)
        {
            return [];
        }

        List<Signal> signals = [];
        if (_began is { } began)
        {
            signals.Add(new WatchBegan(at, began.Calibration, began.Version));
        }

        Name(at);
        signals.AddRange(Formed(at).OrderBy(signal => signal.Campaign));
        signals.AddRange(Divided(at).OrderBy(signal => signal.Part));
        signals.AddRange(
            _into
                .Keys.Where(from => from.Id != default)
                .Select(from => new CampaignMerged(at, Survivor(from).Id, from.Id))
                .OrderBy(signal => signal.Absorbed)
        );
        signals.AddRange(Moved(at));
        signals.AddRange(Leads(at));
        foreach (
            var campaign in _flagged
                .Select(Survivor)
                .Distinct()
                .Where(campaign => !_flaggedBefore.Contains(campaign))
                .OrderBy(campaign => campaign.Id)
        )
        {
            signals.Add(
                new CampaignFlagged(
                    at,
                    campaign.Id,
                    campaign.FlaggedFor,
                    Rounded(campaign.Bits),
                    Rounded(
                        -Math.Log2(
                            campaign.FlaggedFor switch
                            {
                                FlagCause.Source => rules.SourceAlpha,
                                FlagCause.Corpus => rules.CorpusAlpha,
                                _ => rules.AlphaOf(campaign),
                            }
                        )
                    )
                )
            );
            signals.AddRange(Recorded(Reasons.Of(campaign), at, campaign.Id, Nobody));
        }

        foreach (
            var (account, bits) in _flaggedAccounts
                .OrderBy(flagged => flagged.Account.Fingerprint)
                .ThenBy(flagged => flagged.Account.Number)
        )
        {
            signals.Add(Told(account, bits, at));
        }

        foreach (var account in _led.OrderBy(account => account.Fingerprint).ThenBy(account => account.Number))
        {
            account.Lead = account.Lead == default ? New(at, account.Fingerprint, isLead: true) : account.Lead;
            signals.Add(new LeadBegan(at, account.Lead, new(account.Number)));
            signals.AddRange(Recorded(Reasons.Of(account), at, account.Lead, new(account.Number)));
        }

        Clear();
        return signals;
    }

    private void Clear()
    {
        _began = null;
        _before.Clear();
        _formed.Clear();
        _divided.Clear();
        _into.Clear();
        _flagged.Clear();
        _flaggedBefore.Clear();
        _flaggedAccounts.Clear();
        _led.Clear();
    }

    /// <summary>
    /// Gives ids to what formed in this tick and is still there: by the account of the lowest fingerprint, so that numbers play no part.
    /// </summary>
    private void Name(EventTime at)
    {
        var newborn = _formed
            .Where(campaign => campaign.Accounts.Count > 0)
            .Select(campaign => (Campaign: campaign, Fingerprint: campaign.Accounts.Min(number => accounts[number].Fingerprint)))
            .OrderBy(one => one.Fingerprint)
            .ThenBy(one => one.Campaign.Number);
        foreach (var (campaign, fingerprint) in newborn)
        {
            campaign.Id = New(at, fingerprint, isLead: false);
        }
    }

    private CampaignId New(EventTime at, ulong fingerprint, bool isLead)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (CampaignId.Of(at.Tick, fingerprint, isLead, attempt) is var id && _given.Add(id))
            {
                return id;
            }
        }
    }

    private Campaign Survivor(Campaign campaign)
    {
        while (_into.TryGetValue(campaign, out var into))
        {
            campaign = into;
        }

        return campaign;
    }

    private IEnumerable<CampaignFormed> Formed(EventTime at) =>
        _formed
            .Where(campaign => campaign.Accounts.Count > 0 && !_divided.Exists(one => one.Part == campaign))
            .Select(campaign => new CampaignFormed(at, campaign.Id, Numbers(campaign.Accounts)));

    private IEnumerable<CampaignDivided> Divided(EventTime at) =>
        _divided
            .Where(one => one.Part.Accounts.Count > 0)
            .Select(one => new CampaignDivided(at, one.Whole.Id, one.Part.Id, Numbers(one.Part.Accounts)));

    /// <summary>Who joined and who left campaigns that were there before the tick.</summary>
    private List<Signal> Moved(EventTime at)
    {
        var newborn = _formed.ToHashSet();
        var (joined, left) = (new SortedDictionary<CampaignId, List<int>>(), new SortedDictionary<CampaignId, List<int>>());
        foreach (var (number, first) in _before)
        {
            var (before, now) = (first == null ? null : Survivor(first), accounts[number].Campaign);
            if (before == now)
            {
                continue;
            }

            if (now != null && !newborn.Contains(now))
            {
                Add(joined, now.Id, number);
            }

            if (before != null && !newborn.Contains(before) && !(now != null && _divided.Contains((first!, now))))
            {
                Add(left, before.Id, number);
            }
        }

        return
        [
            .. joined.Select(one => new CampaignGrew(at, one.Key, Numbers(one.Value))),
            .. left.Select(one => new CampaignShrank(at, one.Key, Numbers(one.Value))),
        ];
    }

    /// <summary>Flagged accounts that left: they are leads from now on.</summary>
    private IEnumerable<LeadBegan> Leads(EventTime at)
    {
        foreach (
            var account in _before
                .Keys.Select(number => accounts[number])
                .OrderBy(account => account.Fingerprint)
                .ThenBy(account => account.Number)
        )
        {
            if (
                account.FlaggedAt != null
                && account.Lead == default
                && account.Campaign is not { DetectedAt: not null }
                && !_flaggedAccounts.Exists(flagged => flagged.Account == account)
            )
            {
                account.Lead = New(at, account.Fingerprint, isLead: true);
                yield return new LeadBegan(at, account.Lead, new(account.Number));
            }
        }
    }

    private static void Add(SortedDictionary<CampaignId, List<int>> to, CampaignId id, int number)
    {
        if (!to.TryGetValue(id, out var numbers))
        {
            to[id] = numbers = [];
        }

        numbers.Add(number);
    }

    private AccountFlagged Told(WatchedAccount account, double bits, EventTime at)
    {
        var campaign = account.Campaign is { DetectedAt: not null } flagged ? flagged : null;
        if (campaign == null && account.Lead == default)
        {
            account.Lead = New(at, account.Fingerprint, isLead: true); // it was flagged and left in one tick
        }

        return new(
            at,
            new(account.Number),
            campaign?.Id ?? account.Lead,
            account.FlaggedFor,
            Rounded(bits),
            Rounded(Math.Log2(Math.Max(1, accounts.Count) / rules.CampaignAlpha)), // on the scale of its score
            account.ExchangesBeforeFlag,
            account.AnsweredBeforeFlag,
            Nobody
        );
    }

    private static IEnumerable<ReadingRecorded> Recorded(
        IReadOnlyList<Reason> reasons,
        EventTime at,
        CampaignId subject,
        AccountNumber account
    ) =>
        reasons.Select(reason => new ReadingRecorded(
            at,
            subject,
            account,
            reason.Detector,
            Rounded(reason.Bits),
            reason.Extrapolated,
            reason.Text
        ));

    private static double Rounded(double bits) => double.IsFinite(bits) ? Math.Round(bits, 2) : 0;

    private static AccountNumber[] Numbers(IEnumerable<int> numbers) => [.. numbers.Order().Select(number => new AccountNumber(number))];
}
