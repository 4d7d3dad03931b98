using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Stillwatch.Accounts;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Capabilities;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Gateway.Admit;
using Stillwatch.Gateway.Change;
using Stillwatch.Gateway.Enforce;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Identify;
using Stillwatch.Gateway.Settle;
using Stillwatch.Sketches;

namespace Stillwatch.Gateway;

/// <summary>What the steps of the pipeline share. Safe for use from many threads.</summary>
internal sealed class GatewayServices : IDisposable
{
    private readonly string _prefix = "req_" + RandomNumberGenerator.GetHexString(16, lowercase: true) + "-";
    private long _count;

    public GatewayServices(GatewayOptions options, GatewayPorts ports)
    {
        Metrics = new GatewayMetrics(ports.Meter);
        Options = options;
        Clock = ports.Clock;
        Directory = ports.Directory;
        Journal = ports.Journal;
        Flagged = ports.Flagged;
        Owners = ports.Owners;
        (Plans, Releases, Cases, Alert) = (ports.Plans, ports.Releases, ports.Cases, ports.Alert);
        Changes = EnforcedChanges.Instance;
        Fingerprints = ports.Fingerprints;
        Features = new FeatureTap(ports.Fingerprints, ports.Corpora);
        Log = ports.Logs.CreateLogger(ExchangeLog.Category);
        Refused = new RefusedRequests(ports.Logs.CreateLogger(RefusedRequests.Category), Clock);
        Admission = new Admission(Clock);
        Upstreams = new Upstreams(
            options.Upstreams,
            TimeSpan.FromSeconds(options.ConnectSeconds),
            TimeSpan.FromSeconds(options.HealthSeconds),
            Clock
        );
        Clients = new ClientReader(options.AsnDatabase, options.CountryDatabase);
    }

    /// <summary>The options in force; exchanges under way keep those that they began with (<see cref="Exchange.Options"/>).</summary>
    public GatewayOptions Options { get; set; }

    public TimeProvider Clock { get; }

    public IAccountDirectory Directory { get; }

    public IExchangeJournal Journal { get; }

    public IFlaggedAccounts Flagged { get; }

    public IResponseOwners Owners { get; }

    /// <summary>What is done to whom.</summary>
    public IEnforcementPlans Plans { get; }

    /// <summary>What is released to whom.</summary>
    public IReleases Releases { get; }

    /// <summary>Told what people should look at.</summary>
    public Action<GatewayAlert>? Alert { get; }

    /// <summary>What customers may know of cases about them; null where there are none.</summary>
    public ICustomerCases? Cases { get; }

    /// <summary>The deployment's key of fingerprints.</summary>
    public KeyedHash Fingerprints { get; }

    /// <summary>Takes the features of exchanges as they pass.</summary>
    public FeatureTap Features { get; }

    /// <summary>What changes exchanges on their way; null for nothing.</summary>
    public IExchangeChanges? Changes { get; set; }

    /// <summary>The program's log of exchanges.</summary>
    public ILogger Log { get; }

    /// <summary>Lines for requests of nobody.</summary>
    public RefusedRequests Refused { get; }

    public Admission Admission { get; }

    public Upstreams Upstreams { get; set; }

    public ClientReader Clients { get; }

    public InFlight InFlight { get; } = new();

    public Served Served { get; } = new();

    public GatewayMetrics Metrics { get; }

    /// <summary>The share of memory in use, 0 to 1; set by the sweeper.</summary>
    public double MemoryShare { get; set; }

    /// <summary>Whether the gateway takes no new requests because it is about to stop.</summary>
    public volatile bool Draining;

    /// <summary>An id that no other exchange of this deployment has.</summary>
    public string NextId() => _prefix + Interlocked.Increment(ref _count).ToString();

    public EventTime Now() =>
        new(Clock.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond - DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <inheritdoc/>
    public void Dispose()
    {
        Upstreams.Dispose();
        Clients.Dispose();
    }
}
