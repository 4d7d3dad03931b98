using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Joining;
using Stillwatch.Campaigns.Levels;
using Stillwatch.Campaigns.Similarity;
using Stillwatch.Campaigns.Sources;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns;

/// <summary>
/// The watch: exchanges in, flagged accounts and campaigns out. One path for a log, a live stream and a replay.
/// </summary>
/// <remarks>
/// <para>The flow of a tick (one second of event time), in order:</para>
/// <list type="number">
/// <item>observe: each exchange into its account's profile, links and take, and into its campaign's profile
/// (<see cref="IWatchWork"/>);</item>
/// <item>read: what each touched account's profile says now, and what the highest so far weighs (the same);</item>
/// <item>tie: the values that an account newly shows, against those who hold them;</item>
/// <item>look again: groups that turn out to do two jobs are divided, who is like a flagged one joins it;</item>
/// <item>join: accounts whose ties reach the rule form or join campaigns, campaigns that touch become one;</item>
/// <item>read together: what each touched campaign's accounts come to together;</item>
/// <item>flag: campaigns that come higher than honest populations' groups do, and accounts with their campaign;</item>
/// <item>tell: what happened, as signals (<see cref="TickSignals"/>).</item>
/// </list>
/// <para>Within a tick nothing depends on order. What arrives after its tick has closed counts in the open tick. Not thread-safe.</para>
/// </remarks>
public sealed class Watch
{
    private readonly Calibration _calibration;
    private readonly WatchRules _rules;
    private readonly WatchScale _scale;
    private readonly IWatchWork _work;
    private readonly List<WatchedAccount> _accounts = [];
    private readonly List<Campaign> _campaigns = [];
    private readonly List<WatchedAccount> _touched = [];
    private readonly List<Campaign> _touchedCampaigns = [];
    private readonly HashSet<Campaign> _relearned = []; // with accounts of which the provider knows more since the last tick
    private readonly Checkpoint _checkpoint = new();
    private readonly CheckpointPart _changes; // by account
    private readonly Membership _membership;
    private readonly TickSignals _signals;
    private readonly Flagging _flagging;
    private int[] _loaded = []; // by account that was loaded, the number of its campaign
    private long _tick = long.MinValue;
    private long _periodEnd = long.MaxValue;
    private EventTime _latest;
    private Coverage _coverage;

    /// <summary>Begins a watch that weighs by <paramref name="calibration"/> and flags by <paramref name="rules"/>.</summary>
    /// <param name="calibration">What weighs.</param>
    /// <param name="rules">What is put before an analyst.</param>
    /// <param name="work">Who works on single accounts and campaigns; null for the watch itself.</param>
    /// <param name="corpora">The known benchmarks and sets of instructions; none where null.</param>
    public Watch(Calibration calibration, WatchRules rules, IWatchWork? work = null, CorpusIndex? corpora = null)
    {
        Corpora = corpora ?? CorpusIndex.None;
        _calibration = calibration;
        _rules = rules;
        _scale = new WatchScale(calibration);
        _work = work ?? OwnWork.Instance;
        _signals = new TickSignals(_accounts, rules);
        _signals.Began(calibration.Provenance, Kind());
        _changes = _checkpoint.Part(
            () => _accounts.Count,
            (number, writer) => _accounts[number].Save(writer),
            (number, reader) => _loaded[number] = _accounts[number].Load(reader)
        );
        _membership = new Membership(calibration, rules, _accounts, _campaigns, _scale, _signals, _checkpoint, Corpora)
        {
            Changed = campaign =>
            {
                Touch(campaign);
                _flagging!.Changed(campaign);
            },
            SourceSeen = campaign => _flagging!.SourceSeen(campaign),
            CorpusSeen = campaign => _flagging!.CorpusSeen(campaign),
        };
        _flagging = new Flagging(calibration, _scale, rules, _accounts, _campaigns, _signals, Corpora)
        {
            Membership = _membership,
            Left = Touch,
        };
    }

    /// <summary>The known benchmarks and sets of instructions.</summary>
    public CorpusIndex Corpora { get; }

    /// <summary>The accounts, by number.</summary>
    public IReadOnlyList<WatchedAccount> Accounts => _accounts;

    /// <summary>Every group of two and more that ever formed and was not absorbed by another, flagged or not, by number.</summary>
    public IEnumerable<Campaign> Candidates => _campaigns.Where(campaign => campaign.Accounts.Count > 0);

    /// <summary>The campaigns that are flagged, by number.</summary>
    public IEnumerable<Campaign> Flagged => Candidates.Where(campaign => campaign.DetectedAt != null);

    /// <summary>What the exchanges so far showed, and hence what could be seen.</summary>
    public ref readonly Coverage Coverage => ref _coverage;

    /// <summary>Accounts that draw from one source and are not flagged for it, the lowest bound first.</summary>
    public IEnumerable<SourceLead> SourceLeads =>
        _membership.Sources.Leads.Where(lead => lead.Found.P <= SourceLead.MostP && !lead.IsFlagged(_accounts));

    /// <summary>What explains accounts, so that they are neither flagged nor leads; null where nothing does.</summary>
    public Explanation? Explain(IEnumerable<int> accounts) => Explanation.Of([.. accounts.Select(number => _accounts[number])], Corpora);

    /// <summary>The search for accounts that draw from one source.</summary>
    internal SourceSearch Sources => _membership.Sources;

    /// <summary>Keeps the highest that its groups come to from now on, for who makes levels or bars of it.</summary>
    internal GroupsSeen SeeGroups() => _flagging.See();

    /// <summary>How many groups of tied accounts there are, and how many of them are of few.</summary>
    internal (int Groups, int FewGroups) CountGroups()
    {
        var few = Candidates.Count(_rules.IsOfFew);
        return (Candidates.Count() - few, few);
    }

    /// <summary>Takes the next account; its number is the count of accounts before it.</summary>
    /// <param name="facts">What the provider knows of it.</param>
    /// <param name="fingerprint">Of its name, the same in every watch: ids are made from it. Without one its number serves.</param>
    public WatchedAccount Add(in AccountFacts facts, ulong? fingerprint = null)
    {
        var account = new WatchedAccount(_accounts.Count, fingerprint ?? (ulong)_accounts.Count, _scale, _changes);
        account.Learn(facts);
        _membership.Background.Begin(facts);
        _accounts.Add(account);
        _membership.Add(account);
        return account;
    }

    /// <summary>
    /// Takes what the provider newly knows of account number <paramref name="account"/>; it counts from the end of the open tick on.
    /// </summary>
    public void Learn(int account, in AccountFacts facts)
    {
        var subject = _accounts[account];
        if (subject.Facts.Created == null)
        {
            _membership.Background.Begin(facts);
        }

        subject.Learn(facts);
        if (subject.Campaign is { } campaign)
        {
            _relearned.Add(campaign);
        }

        Touch(account);
    }

    /// <summary>
    /// Closes the open tick where <paramref name="at"/> lies in a later one. Call it before the account of an exchange is added: whoever
    /// first comes after a tick is no part of what was believed at its end.
    /// </summary>
    /// <returns>The signals of the tick that it closed; null where no later tick begins here. Until the next exchange is taken the watch
    /// stands between two ticks.</returns>
    internal IReadOnlyList<Signal>? Reach(EventTime at) => at.Tick <= _tick ? null : CloseTick();

    /// <summary>Takes an exchange of account number <paramref name="account"/>.</summary>
    /// <returns>The signals of the tick that it closed, where it is of a later one and <see cref="Reach"/> was not called before; none
    /// otherwise.</returns>
    public IReadOnlyList<Signal> Observe(int account, in ExchangeFeatures features)
    {
        IReadOnlyList<Signal> signals = [];
        if (Reach(features.At) is { } closed)
        {
            signals = closed;
            _tick = features.At.Tick;
            BeginPeriodIfDue(features.At);
        }

        // 1. observe
        _coverage.Observe(features);
        _membership.Background.Observe(features);
        _latest = features.At > _latest ? features.At : _latest;
        var subject = _accounts[account];
        Touch(account);
        _work.Observe(subject, features);
        if (subject.Campaign is { } campaign)
        {
            Touch(campaign);
            _work.Observe(campaign, features);
        }

        return signals;
    }

    /// <summary>Closes the open tick: call it once at the end of a log.</summary>
    /// <returns>What happened in it, in a fixed order; nothing else tells anybody what happened.</returns>
    public IReadOnlyList<Signal> CloseTick()
    {
        if (_touched.Count == 0)
        {
            return [];
        }

        _touched.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        try
        {
            _membership.Background.RefreshIfDue();
            foreach (var campaign in _relearned)
            {
                campaign.MergeLinksAnew(_accounts); // once, however many of its accounts the provider learned of
            }

            _relearned.Clear();
            ReadTouched(); // 2. read
            foreach (var account in _touched)
            {
                _membership.Offer(account); // 3. tie
            }

            TieCampaigns(); // 3. tie, 4. look again
            _membership.JoinTied(); // 5. join
            ReadTogether(); // 6. read together
            _flagging.Flag(_touched, _latest); // 7. flag
            return _signals.Close(_latest); // 8. tell
        }
        finally
        {
            foreach (var account in _touched)
            {
                account.Touched = false; // also where a fault cut the tick short: the next one begins anew
            }

            _touched.Clear();
        }
    }

    /// <summary>Whether no tick is open: only then can it be saved.</summary>
    public bool IsBetweenTicks => _touched.Count == 0;

    /// <summary>
    /// Begins to write all that is believed now to <paramref name="writer"/>, between two ticks. No text is in it. The rest is written by
    /// <see cref="SaveOn"/>, while exchanges go on; what they change is written as it is now.
    /// </summary>
    public void BeginSave(BinaryWriter writer)
    {
        if (!IsBetweenTicks)
        {
            throw new InvalidOperationException("A watch is saved between two ticks.");
        }

        writer.Write(Kind());
        writer.Write(_tick);
        writer.Write(_periodEnd);
        writer.Write(_latest.Micros);
        _flagging.Save(writer);
        writer.Put(_coverage);
        writer.Write(_accounts.Count);
        writer.Write(_campaigns.Count);
        writer.PutAll<int>([.. _touchedCampaigns.Select(campaign => campaign.Number)]); // accounts left them as the tick closed
        _membership.Save(writer);
        _checkpoint.Begin(writer);
    }

    /// <summary>Has items that are only ever added saved and loaded together with the watch.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="save">Writes item number so and so.</param>
    /// <param name="load">Reads it; called in the order of the numbers.</param>
    internal void SavedWith(Func<int> count, Action<int, BinaryWriter> save, Action<int, BinaryReader> load) =>
        _checkpoint.Part(count, save, load);

    /// <summary>Writes on what <see cref="BeginSave"/> began.</summary>
    /// <param name="enough">Asked every few accounts whether that is enough for now; null to go on to the end.</param>
    /// <returns>Whether all of it is written.</returns>
    public bool SaveOn(Func<bool>? enough) => _checkpoint.Continue(enough);

    /// <summary>Ends what <see cref="BeginSave"/> began; what was written is of no use.</summary>
    public void AbandonSave() => _checkpoint.Abandon();

    /// <summary>Writes all that is believed to <paramref name="writer"/>, between two ticks.</summary>
    public void Save(BinaryWriter writer)
    {
        BeginSave(writer);
        SaveOn(null);
    }

    /// <summary>Takes what <see cref="Save"/> wrote, into a watch that has seen nothing.</summary>
    /// <returns>False where it was written with other detectors, links, or another calibration: then nothing was taken.</returns>
    /// <exception cref="IOException">It is cut off.</exception>
    /// <exception cref="InvalidDataException">It is no snapshot.</exception>
    public bool Load(BinaryReader reader)
    {
        if (reader.ReadString() != Kind())
        {
            return false;
        }

        _tick = reader.ReadInt64();
        _periodEnd = reader.ReadInt64();
        _latest = new EventTime(reader.ReadInt64());
        _flagging.Load(reader);
        _coverage = reader.Get<Coverage>();
        _loaded = new int[reader.ReadInt32()];
        for (var number = 0; number < _loaded.Length; number++)
        {
            Add(default);
        }

        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            _membership.Begin();
        }

        var touched = reader.GetAll<int>();
        _membership.Load(reader);
        _checkpoint.Load(reader);
        foreach (var account in _accounts)
        {
            account.Campaign = _loaded[account.Number] < 0 ? null : _campaigns[_loaded[account.Number]];
        }

        _loaded = [];
        foreach (var number in touched)
        {
            Touch(_campaigns[number]);
        }

        if (_tick == long.MinValue)
        {
            return true; // it was saved before it began
        }

        _signals.Resume(
            _campaigns.Select(campaign => campaign.Id).Concat(_accounts.Select(account => account.Lead)).Where(id => id != default)
        );
        return true;
    }

    /// <summary>What must be the same for a snapshot to mean the same.</summary>
    private string Kind() =>
        $"watch/21 {string.Join(' ', Detector.All.Select(detector => $"{detector.Id}:{detector.Size}"))} "
        + $"{string.Join(' ', WatchScale.Links.Select(link => $"{link.Id}:{link.Size}"))} "
        + $"{System.Runtime.CompilerServices.Unsafe.SizeOf<Take>()} {_calibration.Provenance} {_calibration.Accounts} "
        + $"{_calibration.Levels.Provenance} {_calibration.Bars} {_rules}";

    /// <inheritdoc cref="Flagging.Score(WatchedAccount)"/>
    public double Score(WatchedAccount account) => _flagging.Score(account);

    /// <inheritdoc cref="Flagging.IsRare"/>
    public bool IsRare(Campaign group) => _flagging.IsRare(group);

    /// <inheritdoc cref="Flagging.Rank"/>
    public (double P, long Accounts) Rank(WatchedAccount account) => _flagging.Rank(account);

    /// <inheritdoc cref="Flagging.Score(Campaign)"/>
    public double Score(Campaign group) => _flagging.Score(group);

    /// <summary>What ties two accounts: by family the best link, with its bits; families without are left out.</summary>
    public IEnumerable<(Link Link, double Bits)> TiesBetween(int first, int second)
    {
        var evidence = _membership.Ties.Between(first, second);
        for (var family = 0; family < LinkId.Families; family++)
        {
            var (link, bits) = evidence.Best(family);
            if (bits > 0)
            {
                yield return (WatchScale.Links[link], bits);
            }
        }
    }

    /// <summary>All pairs of accounts with a tie, with the bits of all families together; unordered.</summary>
    public IEnumerable<(int First, int Second, double Bits)> Ties =>
        _membership.Ties.Pairs.Select(pair => (pair.First, pair.Second, (double)pair.Evidence.Total));

    /// <summary>What everybody does, as the graded links see it.</summary>
    internal Background Background => _membership.Background;

    /// <summary>How many pairs of accounts have a tie.</summary>
    public long TiedPairs => _membership.Ties.PairCount;

    /// <summary>Reads the accounts of the tick; their campaigns count what they weigh out before and in after.</summary>
    private void ReadTouched()
    {
        foreach (var account in _touched)
        {
            account.Campaign?.Count(account, -1);
        }

        try
        {
            _work.Read(_touched);
        }
        finally
        {
            foreach (var account in _touched)
            {
                account.Campaign?.Count(account, 1);
            }
        }
    }

    private void ReadTogether()
    {
        foreach (var campaign in _touchedCampaigns)
        {
            campaign.Changing(); // also where the last tick touched it as it closed
            campaign.Touched = false;
        }

        _touchedCampaigns.RemoveAll(static campaign => campaign.Accounts.Count == 0); // another absorbed it
        _work.Read(_touchedCampaigns);
        foreach (var campaign in _touchedCampaigns)
        {
            _flagging.Read(campaign);
        }

        _touchedCampaigns.Clear();
    }

    private void TieCampaigns()
    {
        _touchedCampaigns.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        foreach (var campaign in _touchedCampaigns)
        {
            if (campaign.Accounts.Count > 1)
            {
                _membership.Offer(campaign);
            }
        }

        foreach (var campaign in _touchedCampaigns.ToArray())
        {
            _membership.LookAgain(campaign); // what is new is touched as well
        }

        _membership.LookAround(_latest);
    }

    private void Touch(int account)
    {
        if (!_accounts[account].Touched)
        {
            _accounts[account].Changing();
            _accounts[account].Touched = true;
            _touched.Add(_accounts[account]);
        }
    }

    private void Touch(Campaign campaign)
    {
        if (!campaign.Touched)
        {
            campaign.Changing();
            campaign.Touched = true;
            _touchedCampaigns.Add(campaign);
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

        _checkpoint.Continue(); // all that it has changes now
        foreach (var account in _accounts)
        {
            account.Campaign?.Count(account, -1);
            account.BeginPeriod();
            account.Campaign?.Count(account, 1);
        }

        foreach (var campaign in _campaigns)
        {
            campaign.BeginPeriod();
        }
    }
}
