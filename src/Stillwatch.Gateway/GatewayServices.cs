using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Stillwatch.Accounts;
using Stillwatch.Campaigns;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Gateway.Admit;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Identify;
using Stillwatch.Gateway.Surface;
using Stillwatch.Gateway.Tap;
using Stillwatch.Sketches;

namespace Stillwatch.Gateway;

/// <summary>What the steps of the pipeline share. Safe for use from many threads.</summary>
internal sealed class GatewayServices : IDisposable
{
    private const double StoreFreshSeconds = 600;

    private readonly string _prefix = "req_" + RandomNumberGenerator.GetHexString(16, lowercase: true) + "-";
    private long _count;

    public GatewayServices(GatewayOptions options, TimeProvider clock, IAccountDirectory directory, IExchangeJournal journal, IFlaggedAccounts flagged, IResponseOwners owners, KeyedHash fingerprints, ILoggerFactory logs, System.Diagnostics.Metrics.Meter meter)
    {
        Metrics = new GatewayMetrics(meter);
        Options = options;
        Clock = clock;
        Directory = directory;
        Journal = journal;
        Flagged = flagged;
        Owners = owners;
        Features = new FeatureTap(fingerprints);
        Log = logs.CreateLogger(ExchangeLog.Category);
        Refused = new RefusedRequests(logs.CreateLogger(RefusedRequests.Category), clock);
        Admission = new Admission(clock);
        Upstreams = new Upstreams(options.Upstreams, TimeSpan.FromSeconds(options.ConnectSeconds), TimeSpan.FromSeconds(options.HealthSeconds), clock);
        Clients = new ClientReader(options.AsnDatabase, options.CountryDatabase);
    }

    /// <summary>The options in force; exchanges under way keep those that they began with (<see cref="Exchange.Options"/>).</summary>
    public GatewayOptions Options { get; set; }

    public TimeProvider Clock { get; }

    public IAccountDirectory Directory { get; }

    public IExchangeJournal Journal { get; }

    public IFlaggedAccounts Flagged { get; }

    public IResponseOwners Owners { get; }

    /// <summary>Takes the features of exchanges as they pass.</summary>
    public FeatureTap Features { get; }

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

    public EventTime Now() => new(Clock.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond - DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>Whose request it is.</summary>
    public (Refusal? Refusal, Accounts.Identity Identity) Identify(HttpContext http, GatewayOptions options, ClientConnection connection, out KeyEntry key)
    {
        var (refusal, identity) = Find(http.Request.Headers, options, connection, out key);
        if (refusal is { Status: 401 or 403 })
        {
            var known = identity is Accounts.Identity.Revoked or Accounts.Identity.Expired or Accounts.Identity.Suspended;
            var reason = known ? $"{identity.ToString().ToLowerInvariant()}_key" : refusal.Code!;
            Refused.Say(reason, known ? key.Id : ApiKey.IdOf(Token(http.Request.Headers).ToString()), known ? key.Account.Name : null, Clients.Of(http, options).Ip, http.Request.Path.Value ?? "");
        }

        return (refusal, identity);
    }

    private (Refusal? Refusal, Accounts.Identity Identity) Find(IHeaderDictionary headers, GatewayOptions options, ClientConnection connection, out KeyEntry key)
    {
        key = null!;
        var token = Token(headers);
        if (token.IsEmpty)
        {
            return (Refusal.Unauthorized("You did not provide an API key: send it as 'Authorization: Bearer swk_…' or 'x-api-key'."), Accounts.Identity.Malformed);
        }

        var age = Directory.SecondsSinceAnswer;
        if (age > 5 && (options.StoreFault == OnStoreFault.Closed || age > StoreFreshSeconds))
        {
            Metrics.Policy("store", "closed");
            return (Refusal.Unavailable("The service cannot take this request now.", "unavailable"), Accounts.Identity.Unknown);
        }

        if (age > 5)
        {
            Metrics.Policy("store", "open");
        }

        var identity = connection.Find(Directory.Current, token, Now(), out key);
        return (identity switch
        {
            Accounts.Identity.Known => null,
            Accounts.Identity.Expired => Refusal.Unauthorized("This API key has expired."),
            Accounts.Identity.Suspended => Refusal.Forbidden("This account is suspended. Whoever runs this service can tell why and take an appeal.", "account_suspended"),
            Accounts.Identity.Malformed => Refusal.Unauthorized("Incorrect API key provided: it is not whole (a key begins with 'swk_' and ends with a checksum)."),
            _ => Refusal.Unauthorized("Incorrect API key provided."),
        }, identity);
    }

    /// <summary>Refuses what comes while memory is short or the gateway is about to stop.</summary>
    public Refusal? Overload(GatewayOptions options)
    {
        if (Draining)
        {
            return Refusal.Unavailable("This server is about to stop. Please try again.", "unavailable");
        }

        if (options.MemoryShort == OnMemoryShort.Shed && MemoryShare >= 0.95)
        {
            Metrics.Policy("memory", "refuse");
            return Refusal.Unavailable("The service is overloaded. Please try again.", "overloaded");
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Upstreams.Dispose();
        Clients.Dispose();
    }

    private static ReadOnlySpan<char> Token(IHeaderDictionary headers)
    {
        if (headers["x-api-key"] is { Count: 1 } key)
        {
            return key[0].AsSpan().Trim();
        }

        string? authorization = headers.Authorization;
        return authorization != null && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization.AsSpan(7).Trim() : default;
    }
}
