using System.Net;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Forward;

namespace Stillwatch.Gateway;

/// <summary>How the gateway behaves. A change is a new object: what is under way keeps the one that it began with.</summary>
public sealed record GatewayOptions
{
    /// <summary>The model servers; at least one.</summary>
    public required IReadOnlyList<UpstreamOptions> Upstreams { get; init; }

    /// <summary>Names that clients use → names that model servers know.</summary>
    public IReadOnlyDictionary<string, string> ModelNames { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Prices by model, exact or with a star at the end.</summary>
    public IReadOnlyList<ModelPrice> Prices { get; init; } = [];

    /// <summary>What is done with a path that is not known.</summary>
    public OnUnknown UnknownPath { get; init; } = OnUnknown.Refuse;

    /// <summary>What is done with a request body that is no JSON object.</summary>
    public OnUndecodable Undecodable { get; init; } = OnUndecodable.Forward;

    /// <summary>What is done with an exchange that cannot be put on record.</summary>
    public OnJournalFault JournalFault { get; init; } = OnJournalFault.OpenUnlessFlagged;

    /// <summary>What is done while the account store does not answer.</summary>
    public OnStoreFault StoreFault { get; init; } = OnStoreFault.OpenForKnown;

    /// <summary>What is done when memory runs short.</summary>
    public OnMemoryShort MemoryShort { get; init; } = OnMemoryShort.Shed;

    /// <summary>What is done with flagged accounts while the watch is not running.</summary>
    public OnWatchDead WatchDead { get; init; } = OnWatchDead.Open;

    /// <summary>What is done while decisions cannot be read for longer than <see cref="MostPlanAgeSeconds"/>.</summary>
    public OnPlanFault PlanFault { get; init; } = OnPlanFault.ClosedForListed;

    /// <summary>For how long the last decisions that were read stay in force without another look, in seconds. Default an hour.</summary>
    public double MostPlanAgeSeconds { get; init; } = 3600;

    /// <summary>Whether what reads a model's last layer off its answers is not served. Default yes.</summary>
    public bool LogitLockdown { get; init; } = true;

    /// <summary>Bytes of a request's body. Default 32 MiB.</summary>
    public int MostRequestBytes { get; init; } = 32 << 20;

    /// <summary>Seconds to make a connection to a model server. Default 5.</summary>
    public double ConnectSeconds { get; init; } = 5;

    /// <summary>Seconds to the first byte of an answer. Default 300.</summary>
    public double FirstByteSeconds { get; init; } = 300;

    /// <summary>Seconds between two pieces of an answer. Default 60.</summary>
    public double IdleSeconds { get; init; } = 60;

    /// <summary>Seconds that a client may take none of its answer. Default 60.</summary>
    public double StalledClientSeconds { get; init; } = 60;

    /// <summary>Seconds between health checks. Default 5.</summary>
    public double HealthSeconds { get; init; } = 5;

    /// <summary>Whether model servers that answer 502, 503 or 504 are passed over while another is there. Default yes.</summary>
    public bool FailOverOnErrors { get; init; } = true;

    /// <summary>Whether a request is sent again before anything of an answer came.</summary>
    public RetryOptions Retries { get; init; } = new();

    /// <summary>
    /// Whether each account stays with one model server, as many accounts with each as the weights say: so that a canary is the same
    /// customers all day. Default no.
    /// </summary>
    public bool StickyAccounts { get; init; }

    /// <summary>Headers of what goes to model servers that are set and left out.</summary>
    public HeaderRules RequestHeaders { get; init; } = HeaderRules.None;

    /// <summary>Headers of what goes to clients that are set and left out.</summary>
    public HeaderRules ResponseHeaders { get; init; } = HeaderRules.None;

    /// <summary>
    /// Origins of pages whose scripts may call (CORS): <c>*</c> for all. Empty is none, and the default: a key in a page is anybody's.
    /// </summary>
    public IReadOnlyList<string> BrowserOrigins { get; init; } = [];

    /// <summary>Proxies whose <c>X-Forwarded-For</c> and <c>X-JA4</c> are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>A MaxMind database with autonomous systems; null for none.</summary>
    public string? AsnDatabase { get; init; }

    /// <summary>A MaxMind database with countries; null for none.</summary>
    public string? CountryDatabase { get; init; }

    /// <summary>The token by which a replay is believed; null where none is.</summary>
    public string? ReplayToken { get; init; }

    /// <summary>
    /// What tokens of a model cost, in millionths of the provider's currency, rounded up; 0 for a model that has no price.
    /// </summary>
    public long Cost(string? model, long input, long output)
    {
        if (model == null)
        {
            return 0;
        }

        foreach (var price in Prices)
        {
            if (price.IsOf(model))
            {
                // a price for a million tokens is millionths for one
                return (long)Math.Min(Math.Ceiling((double)price.Input * input + (double)price.Output * output), Admit.Need.Most);
            }
        }

        return 0;
    }
}
