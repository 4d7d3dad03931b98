using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Stillwatch.App.Configuration;
using Stillwatch.App.Operation;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Console;
using Stillwatch.Engine.Decisions;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Lake;
using Stillwatch.Engine.Storage;
using Stillwatch.Engine.Vault;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Gateway;
using Stillwatch.Hosting;
using Stillwatch.Logs;
using Stillwatch.Logs.Corpora;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Pages;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.App.Deployment;

/// <summary>
/// A deployment on one machine: gateway, journal, watch and console in one process, joined here. Started in this order, stopped in the
/// reverse.
/// </summary>
internal sealed class Running : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly IDisposable _lock;
    private readonly TimeProvider _clock;
    private readonly Calibration _calibration;
    private readonly AccountStore _accounts;
    private readonly KeyVault _vault;
    private readonly ResponseOwners _owners;
    private readonly JournalWriter _journal;
    private readonly SignalLog _signals;
    private readonly LiveWatch _watch;
    private readonly GatewayServer _gateway;
    private readonly ConsoleServer _console;
    private readonly OutsideLines _lines;
    private readonly Housekeeping _housekeeping;
    private readonly LiveDossiers _dossiers;
    private readonly DecisionStore _decisions;
    private readonly CaseDesk _desk;
    private readonly Webhooks _webhooks;
    private readonly Lock _sealing = new();
    private readonly DeploymentTraces? _traces;
    private readonly DeploymentMetrics _metrics = new();
    private readonly ILoggerFactory _logs;
    private readonly WatchSilo _silo;
    private IReadOnlyDictionary<string, AccountFacts> _facts = new Dictionary<string, AccountFacts>(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, AccountRow> _rows = new Dictionary<string, AccountRow>(StringComparer.Ordinal);
    private bool _factsKnown;
    private IReadOnlyList<string> _unknownTiers = [];

    private Running(DataFolder folder, Settings settings, TimeProvider clock)
    {
        _logs = ProgramLog.Create(settings.LogFormat, settings.LogExchanges);
        Log = _logs.CreateLogger(ProgramLog.Category);
        if (folder.MadeMasterKey)
        {
            Log.MasterKeyMade(folder.Path, MasterKey.Variable);
        }

        _folder = folder;
        _lock = folder.Lock();
        _clock = clock;
        Settings = settings;
        _calibration = CalibrationFile.Load(settings.Calibration);
        foreach (var doubt in CalibrationFit.Doubts(_calibration))
        {
            Log.CalibrationDoubt(doubt);
        }

        _accounts = new AccountStore(folder.Accounts, folder.Master, clock, follow: true) { Tiers = settings.Tiers, Faults = Faults };
        _vault = new KeyVault(folder.Vault, folder.Master, settings.Journal.Durability == Durability.Durable, clock) { Faults = Faults };
        _owners = new ResponseOwners(folder.Responses, clock);
        List<(long Position, ReadOnlyMemory<byte> Line)> unsealed = [];
        var (torn, ended) = JournalRepair.Run(settings.Journal, _vault, clock, signals: unsealed);
        Repaired = (torn, ended);
        var lake = new ExchangeLake(folder.Lake, settings.Journal, _vault);
        _journal = new JournalWriter(settings.Journal, _vault, clock, after: Frame.At(lake.SealedTo).Segment, faults: Faults);
        List<(long Position, ReadOnlyMemory<byte> Line)> recorded = [.. lake.Signals.Read()];
        var sealedTo = recorded.Count == 0 ? 0 : recorded[^1].Position;
        _signals = new SignalLog(
            _journal,
            recorded.Concat(unsealed.Where(signal => signal.Position > sealedTo)).Select(signal => signal.Line)
        );
        LearnFacts();
        _silo = new WatchSilo(_logs);
        var corpora = CorpusFolder.Index(folder.Corpora);
        var snapshot = new WatchSnapshot(folder.Snapshot);
        var watch = snapshot.Load(
            () => new JournalWatch(_calibration, folder.Fingerprints, name => _facts.GetValueOrDefault(name), _silo.Work, corpora),
            out var position
        );
        if (snapshot.Refused is { } why)
        {
            Log.SavedStateRefused(why);
        }

        watch.LearnAll();
        var files = lake.Files;
        Restored = position;
        _watch = new LiveWatch(
            _journal,
            Reader(position > 0 ? position : ExchangeLake.EndOf(files), folder.Fingerprints),
            watch,
            clock,
            _signals,
            snapshot,
            position > 0 ? null : Sealed(lake, files, lake.TickClosedAtEnd)
        )
        {
            Faults = Faults,
        };
        _dossiers = new LiveDossiers(_watch, _signals, Found, clock, Log)
        {
            Record = () => Record(lake),
            Key = folder.Fingerprints,
            Corpora = corpora,
            Sealing = _sealing,
        };
        _accounts.Changed = AccountsChanged;
        var decisions = settings.Decisions ?? folder.Decisions;
        _decisions = new DecisionStore(
            () => settings.DecisionsPostgres is { } postgres ? new PostgresDecisionLog(postgres) : new SqliteDecisionLog(decisions),
            clock,
            new PlanSnapshot(folder.DecisionsSnapshot, folder.Master),
            follow: true
        )
        {
            Faults = Faults,
        };
        _decisions.FaultChanged = DecisionsFault;
        if (_decisions.Fault is { } unreadable)
        {
            DecisionsFault(unreadable);
        }

        _desk = new CaseDesk(_decisions, _signals, clock, Log)
        {
            Flagged = withBrief => _watch.AskAsync(watch => FlaggedCampaigns.Of(Found(watch), _rows, withBrief, withTakes: false)),
            Follow = id => _watch.AskAsync(watch => watch.Found.Follow(id)),
        };
        _webhooks = new Webhooks(settings.Webhooks, _decisions, folder.WebhooksTaken, clock, Log);
        Service = new DeskService(_decisions, question => _watch.AskAsync(watch => question(Found(watch), _rows)));
        var ports = new GatewayPorts
        {
            Clock = clock,
            Directory = _accounts,
            Journal = _journal,
            Flagged = _watch,
            Owners = _owners,
            Plans = _decisions,
            Releases = _decisions,
            Cases = new DeskCases(_decisions),
            Alert = _desk.Take,
            Fingerprints = folder.Fingerprints,
            Corpora = corpora,
            Logs = _logs,
            Meter = _metrics.Meter,
            Faults = Faults,
        };
        _gateway = new GatewayServer(settings.Gateway, settings.Listen, ports)
        {
            NotReady = () => _journal.State.CannotWrite ? "the record cannot be written" : null,
        };
        var today = clock.GetUtcNow().ToUnixTimeSeconds() / 86400;
        _gateway.Services.Admission.Restore(today, _accounts.Spend(today, DateTimeOffset.UnixEpoch.AddDays(today).Day - 1));
        _gateway.Services.Served.Restore(watch.LastServed);
        _lines = new OutsideLines(_journal, _gateway.Services.Served);
        _console = new ConsoleServer(settings.Console.Address, settings.Console.Port, Parts());
        var followed =
            settings.FollowFolder == null ? null : new FollowedFolder(settings.FollowFolder, folder.Followed, _lines, clock, Log);
        _traces = settings.Traces == null ? null : new DeploymentTraces(settings.Traces, Log, clock);
        _metrics.Observe(this);
        if (_unknownTiers.Count > 0)
        {
            Log.UnknownTiers(string.Join(", ", _unknownTiers));
        }

        _housekeeping = new Housekeeping(settings, clock, Log)
        {
            Accounts = _accounts,
            Gateway = _gateway,
            Vault = _vault,
            Journal = _journal,
            Watch = _watch,
            Lake = lake,
            Sealing = _sealing,
            Followed = followed,
        };
    }

    /// <summary>From which position of the journal on the watch reads; 0 where it reads everything again.</summary>
    public long Restored { get; }

    /// <summary>The settings that it was started with.</summary>
    public Settings Settings { get; }

    /// <summary>Frames that were torn and exchanges that were ended when it started.</summary>
    public (long Torn, int Ended) Repaired { get; }

    /// <summary>What the watch is calibrated by.</summary>
    public Calibration Calibration => _calibration;

    /// <summary>Where customers reach it.</summary>
    public string GatewayAddress { get; private set; } = "";

    /// <summary>Where the console is.</summary>
    public string ConsoleAddress { get; private set; } = "";

    /// <summary>What an operator is told.</summary>
    internal ILogger Log { get; }

    internal GatewayServer Gateway => _gateway;

    internal LiveWatch Watch => _watch;

    /// <summary>Failures that are switched on.</summary>
    internal FaultSwitches Faults { get; } = new();

    internal SignalLog Signals => _signals;

    internal Housekeeping Housekeeping => _housekeeping;

    internal JournalWriter Journal => _journal;

    internal AccountStore Accounts => _accounts;

    internal DecisionStore Decisions => _decisions;

    internal ConsoleServer Console => _console;

    internal CaseDesk Desk => _desk;

    /// <summary>What people decide with.</summary>
    internal DeskService Service { get; }

    /// <summary>The administration's token.</summary>
    public string Token => _folder.Token();

    /// <summary>Tiers that accounts name and the configuration does not: their accounts are in the default one.</summary>
    public IReadOnlyList<string> UnknownTiers => _unknownTiers;

    /// <summary>Once it is disposed: whether something is lost that was held in memory. What, is in the log.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Asks what the watch believes, between two exchanges.</summary>
    public Task<TAnswer> AskAsync<TAnswer>(Func<Briefing, TAnswer> question) => _watch.AskAsync(watch => question(Found(watch)));

    /// <summary>Starts everything.</summary>
    /// <exception cref="IOException">A port cannot be had.</exception>
    public static async Task<Running> StartAsync(DataFolder folder, Settings settings, TimeProvider clock, CancellationToken cancel)
    {
        var running = new Running(folder, settings, clock);
        await running._silo.StartAsync(cancel);
        running._watch.Start();
        running.GatewayAddress = await running._gateway.StartAsync(cancel);
        running.ConsoleAddress = await running._console.StartAsync(cancel);
        await File.WriteAllTextAsync(folder.Address, running.ConsoleAddress + "\n", cancel);
        running._housekeeping.Start();
        running._dossiers.Start();
        running._desk.Start();
        running._webhooks.Start();
        return running;
    }

    /// <summary>
    /// Puts another configuration in force, without dropping a connection. Ports and the journal's place stay as they are until a restart;
    /// a certificate is read again from where it was.
    /// </summary>
    public async Task ReloadAsync(Settings settings)
    {
        Settings.Listen.Certificate?.Reload();
        _accounts.Tiers = settings.Tiers;
        await _gateway.ReloadAsync(settings.Gateway with { ReplayToken = Settings.Gateway.ReplayToken });
    }

    /// <summary>Takes no new exchanges and waits for those under way.</summary>
    public Task DrainAsync(TimeSpan most) => _gateway.DrainAsync(most);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _console.DisposeAsync();
        _webhooks.Dispose();
        _desk.Dispose();
        _dossiers.Dispose();
        _housekeeping.Dispose();
        _traces?.Dispose();
        _metrics.Dispose();
        _watch.Dispose();
        await _silo.DisposeAsync();
        _journal.Dispose();
        if (_journal.Frames.LostAtStop is var lost and > 0)
        {
            HasLost = true;
            Log.LostAtStop(lost, _journal.Frames.Fault ?? "the disk did not take them");
        }

        HasLost |= _housekeeping.Faults.ContainsKey(Housekeeping.SpendStep); // said when it began to fail
        _owners.Dispose();
        _vault.Dispose();
        _accounts.Dispose();
        _decisions.Dispose();
        _lock.Dispose();
        _logs.Dispose();
    }

    /// <summary>What is sealed, as the watch would have read it from the journal.</summary>
    private static IEnumerable<JournalEntry> Sealed(ExchangeLake lake, IReadOnlyList<string> files, bool tickClosed)
    {
        foreach (var (line, closed) in lake.SealedLines(files))
        {
            if (closed)
            {
                yield return new JournalEntry(JournalEntryKind.Tick, 0, null, default);
            }

            yield return new JournalEntry(JournalEntryKind.Line, 0, null, line);
        }

        if (tickClosed)
        {
            yield return new JournalEntry(JournalEntryKind.Tick, 0, null, default);
        }
    }

    /// <summary>All that is on record now: what is sealed, and the journal behind it up to where it is written.</summary>
    private IEnumerable<JournalEntry> Record(ExchangeLake lake)
    {
        var files = lake.Files;
        foreach (var entry in Sealed(lake, files, tickClosed: false))
        {
            yield return entry;
        }

        using var reader = Reader(ExchangeLake.EndOf(files));
        while (reader.ReadOn(out var entry))
        {
            yield return entry;
        }
    }

    private JournalReader Reader(long position, KeyedHash? features = null) =>
        new(Settings.Journal, _vault, position)
        {
            FinishedBefore = _journal.Frames.FirstSegment,
            WrittenTo = () => _journal.Frames.Readable,
            OneAtATime = true,
            Features = features,
        };

    private void DecisionsFault(string? fault)
    {
        if (fault == null)
        {
            Log.StepWorks("decisions");
        }
        else
        {
            Log.StepFails("decisions", $"{fault}; what was known last stays in force");
        }
    }

    private void AccountsChanged()
    {
        var before = _facts;
        LearnFacts();
        var changed = _facts.Where(fact => !before.TryGetValue(fact.Key, out var known) || known != fact.Value).ToList();
        if (changed.Count > 0)
        {
            _ = _watch.AskAsync(watch =>
            {
                foreach (var (name, facts) in changed)
                {
                    watch.Learn(name, facts);
                }

                return true;
            });
        }
    }

    private void LearnFacts()
    {
        var key = _folder.Fingerprints;
        var rows = _accounts.Accounts();
        _unknownTiers =
        [
            .. rows.Select(row => row.Tier)
                .OfType<string>()
                .Where(tier => tier.Length > 0 && !_accounts.Tiers.ContainsKey(tier))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Take(20),
        ];
        _factsKnown = rows.Any(row => row.Payment != null || row.EmailDomain != null);
        _rows = rows.ToDictionary(row => row.Name, StringComparer.Ordinal);
        _facts = rows.ToDictionary(row => row.Name, row => StoredFacts.Of(row, key), StringComparer.Ordinal);
    }

    private ConsoleParts Parts() =>
        new()
        {
            Token = _folder.Token(),
            Metrics = app =>
                app.UseOpenTelemetryPrometheusScrapingEndpoint(
                    _metrics.Provider,
                    predicate: null,
                    path: "/metrics",
                    configureBranchedPipeline: null,
                    optionsName: null
                ),
            Status = output =>
            {
                StatusWriter.Write(output, this, _factsKnown, _clock);
                return Task.CompletedTask;
            },
            Findings = stream => TellAsync(stream, ScanResultWriter.Write),
            Report = stream =>
                TellAsync(stream, (briefing, into) =>
                    HtmlReport.Write(
                        briefing,
                        new Dictionary<string, IReadOnlyList<Example>>(StringComparer.Ordinal),
                        _clock.GetUtcNow(),
                        into
                    )
                ),
            Live = async output => LiveView.Write(output, await _watch.AskAsync(watch => LiveView.Rows(Found(watch))), _watch.State),
            Signals = _signals.FollowAsync,
            Follow = id => _watch.AskAsync(watch => watch.Found.Follow(id)),
            Lines = _lines.TakeAsync,
            Desk = Service,
            Refresh = () =>
            {
                _vault.Refresh();
                return _accounts.Refresh() ? _unknownTiers : null;
            },
            Simulate = (what, on) => Settings.Simulate && Simulate(what, on),
            Hosts = Settings.ConsoleHosts,
        };

    private async Task TellAsync(Stream stream, Action<Briefing, Stream> write) =>
        await stream.WriteAsync(
            await _watch.AskAsync(watch =>
            {
                using var memory = new MemoryStream();
                write(Found(watch), memory);
                return memory.ToArray();
            })
        );

    private Briefing Found(JournalWatch watch) =>
        new(
            watch.Found,
            watch.Watch,
            new LogSummary(watch.Names, new Dictionary<UInt128, int>(), watch.Exchanges, watch.First, watch.Last),
            new Logs.Rejections([]),
            _calibration,
            WatchRules.Default
        )
        {
            IsLive = true,
            Dossiers = _dossiers.Latest,
        };

    /// <summary>Switches a failure on or off, so that what the configuration says about it can be tried.</summary>
    private bool Simulate(string what, bool on)
    {
        if (FaultSwitches.Named(what) is not { } fault)
        {
            return false;
        }

        Faults.Set(fault, on);
        return true;
    }
}
