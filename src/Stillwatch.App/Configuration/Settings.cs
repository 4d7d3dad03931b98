using System.Net;
using System.Security.Cryptography;
using Stillwatch.Accounts;
using Stillwatch.App.Operation;
using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Forward;

namespace Stillwatch.App.Configuration;

/// <summary>All that <c>up</c> is told: one file, the environment over it, flags over both; checked before anything starts.</summary>
internal sealed record Settings
{
    /// <summary>What the environment's variables begin with; the rest is the field's path with two underscores for each dot.</summary>
    public const string Prefix = "STILLWATCH__";

    private static readonly Dictionary<string, string> Flags = new(StringComparer.Ordinal)
    {
        ["gateway.port"] = "--port",
        ["console.port"] = "--console-port",
        ["calibration"] = "--calibration",
    };

    /// <summary>Where the gateway listens.</summary>
    public required GatewayListen Listen { get; init; }

    /// <summary>How it behaves.</summary>
    public required GatewayOptions Gateway { get; init; }

    /// <summary>Where the console listens.</summary>
    public required IPEndPoint Console { get; init; }

    /// <summary>Names by which the console may be called besides addresses.</summary>
    public IReadOnlyList<string> ConsoleHosts { get; init; } = [];

    /// <summary>Whether failures may be switched on for trial (<c>/api/simulate</c>).</summary>
    public bool Simulate { get; init; }

    /// <summary>
    /// The record of decisions, where it is another than the data folder's: gateways that share it carry out the same decisions.
    /// </summary>
    public string? Decisions { get; init; }

    /// <summary>The record of decisions in PostgreSQL, in Npgsql's words; null for an embedded one.</summary>
    public string? DecisionsPostgres { get; init; }

    /// <summary>Where notices to customers are posted.</summary>
    public IReadOnlyList<WebhookSettings> Webhooks { get; init; } = [];

    /// <summary>How the journal is kept.</summary>
    public required JournalOptions Journal { get; init; }

    /// <summary>The tiers, by name.</summary>
    public required IReadOnlyDictionary<string, Tier> Tiers { get; init; }

    /// <summary>When the journal is sealed and how long what is sealed is kept.</summary>
    public required RetentionSettings Retention { get; init; }

    /// <summary>How the house model is served.</summary>
    public required HouseSettings House { get; init; }

    /// <summary>Where traces go; null for nowhere.</summary>
    public Uri? Traces { get; init; }

    /// <summary>How the program says what happens to it.</summary>
    public ProgramLogFormat LogFormat { get; init; }

    /// <summary>Whether it says a line for each exchange.</summary>
    public bool LogExchanges { get; init; }

    /// <summary>A folder whose exchange logs are followed; null for none.</summary>
    public string? FollowFolder { get; init; }

    /// <summary>The operator's own calibration; null for the built-in one.</summary>
    public string? Calibration { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="file">The file; null for none.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="flags">Flags by the field that they set.</param>
    /// <exception cref="UnusableInputException">Fields are wrong; a line for each names it.</exception>
    public static Settings Read(string? file, string data, IEnumerable<(string Path, string Value)> flags)
    {
        var environment = Environment
            .GetEnvironmentVariables()
            .Keys.Cast<string>()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new ConfigOverride(
                name[Prefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant(),
                Environment.GetEnvironmentVariable(name)!,
                name
            ));
        var root = ConfigNode.Read(
            file,
            environment.Concat(
                flags.Select(flag => new ConfigOverride(flag.Path, flag.Value, Flags.GetValueOrDefault(flag.Path, flag.Path)))
            )
        );
        var settings = Read(root, data);
        if (
            settings.Console.Port != 0
            && settings.Console.Port == settings.Listen.Port
            && (
                settings.Console.Address.Equals(settings.Listen.Address)
                || IsAny(settings.Console.Address)
                || IsAny(settings.Listen.Address)
            )
        )
        {
            root["console"]["port"].Wrong($"is {settings.Console.Port}, which is gateway.port too: they listen apart");
        }

        root.NothingElse();
        return settings;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static Settings Read(ConfigNode root, string data)
    {
        var gateway = root["gateway"];
        var timeouts = gateway["timeouts"];
        var failure = root["on_failure"];
        var tls = gateway["tls"];
        var journal = root["journal"];
        return new Settings
        {
            Listen = new GatewayListen(Address(gateway["address"]), (int)gateway["port"].Whole(8080, 0, 65535), Certificate(tls)),
            Console = new IPEndPoint(ConsoleAddress(root["console"]), (int)root["console"]["port"].Whole(8081, 0, 65535)),
            ConsoleHosts = [.. root["console"]["hosts"].Items().Select(host => host.Text() ?? host.Wrong("is no name of a host", ""))],
            Simulate = root["console"]["simulate"].Flag(false),
            Gateway = new GatewayOptions
            {
                Upstreams = Upstreams(root["upstreams"]),
                ModelNames = root["models"]
                    .Fields()
                    .ToDictionary(
                        field => field.Name,
                        field => field.Node.Text() ?? field.Node.Wrong("names no model", ""),
                        StringComparer.Ordinal
                    ),
                Prices =
                [
                    .. root["prices"]
                        .Items()
                        .Select(price => new ModelPrice(
                            price["model"].Text() ?? price.Wrong("needs 'model'", ""),
                            (decimal)price["input"].Number(0, 0, 1e6),
                            (decimal)price["output"].Number(0, 0, 1e6)
                        )),
                ],
                UnknownPath = gateway["unknown_paths"].Choice(OnUnknown.Refuse),
                LogitLockdown = gateway["logit_lockdown"].Flag(true),
                MostRequestBytes = (int)gateway["max_request_bytes"].Whole(32 << 20, 1024, 1 << 30),
                FailOverOnErrors = gateway["fail_over_on_errors"].Flag(true),
                Retries = new RetryOptions
                {
                    Most = (int)gateway["retries"]["most"].Whole(0, 0, 5),
                    MostWaitSeconds = gateway["retries"]["max_wait"].Number(5, 0, 60),
                    Budget = gateway["retries"]["budget"].Number(0.2, 0, 1),
                },
                StickyAccounts = gateway["sticky_accounts"].Flag(false),
                RequestHeaders = HeaderSettings.Read(gateway["headers"]["request"]),
                ResponseHeaders = HeaderSettings.Read(gateway["headers"]["response"]),
                BrowserOrigins = [.. gateway["cors"]["origins"].Items().Select(origin => Origin(origin))],
                TrustedProxies = [.. gateway["trusted_proxies"].Items().Select(proxy => Network(proxy))],
                AsnDatabase = ExistingFile(gateway["asn_database"]),
                CountryDatabase = ExistingFile(gateway["country_database"]),
                ConnectSeconds = timeouts["connect"].Number(5, 0.1, 600),
                FirstByteSeconds = timeouts["first_byte"].Number(300, 0.1, 86400),
                IdleSeconds = timeouts["idle"].Number(60, 0.1, 86400),
                StalledClientSeconds = timeouts["stalled_client"].Number(60, 0.1, 86400),
                HealthSeconds = gateway["health_seconds"].Number(5, 0.1, 3600),
                JournalFault = failure["journal"].Choice(OnJournalFault.OpenUnlessFlagged),
                StoreFault = failure["store"].Choice(OnStoreFault.OpenForKnown),
                Undecodable = failure["undecodable"].Choice(OnUndecodable.Forward),
                MemoryShort = failure["memory"].Choice(OnMemoryShort.Shed),
                WatchDead = failure["watch"].Choice(OnWatchDead.Open),
                PlanFault = failure["decisions"].Choice(OnPlanFault.ClosedForListed),
                MostPlanAgeSeconds = failure["decisions_age"].Number(3600, 1, 30 * 86400),
            },
            Journal = new JournalOptions(journal["folder"].Text() ?? Path.Combine(data, "journal"))
            {
                Durability = journal["durability"].Choice(Durability.ProcessSafe),
                SegmentBytes = journal["segment_bytes"].Whole(64 << 20, 1 << 20, 1 << 30),
                SyncMilliseconds = (int)journal["sync_ms"].Whole(50, 1, 10_000),
                SpillBytes = journal["spill_bytes"].Whole(256 << 20, 0, 1L << 40),
                SpillFolder = journal["spill_folder"].Text(),
            },
            Retention = RetentionSettings.Read(journal["seal"], journal["retention"]),
            Tiers = ReadTiers(root["tiers"]),
            House = HouseSettings.Read(root["house"]),
            Traces = root["telemetry"]["otlp_endpoint"] is var traces && traces.Text() is { } url ? Url(traces, url) : null,
            LogFormat = root["logs"]["format"].Choice(ProgramLogFormat.Text),
            LogExchanges = root["logs"]["exchanges"].Flag(false),
            FollowFolder =
                root["follow_folder"] is var follow && follow.Text() is { } followed && !Directory.Exists(followed)
                    ? follow.Wrong<string?>($"names {followed}, which is no folder", null)
                    : follow.Text(),
            Calibration = ExistingFile(root["calibration"]),
            Decisions = root["decisions"]["database"].Text(),
            Webhooks = WebhookSettings.Read(root["webhooks"]),
            DecisionsPostgres = root["decisions"]["postgres"].Text(),
        };
    }

    private static List<UpstreamOptions> Upstreams(ConfigNode list)
    {
        List<UpstreamOptions> upstreams = [];
        foreach (var one in list.Items())
        {
            var url = one["url"];
            var credential =
                one["api_key_env"].Text() is { } name
                    ? Environment.GetEnvironmentVariable(name)
                        ?? one["api_key_env"].Wrong<string?>($"names the variable {name}, which is not set", null)
                : ExistingFile(one["api_key_file"]) is { } file ? File.ReadAllText(file).Trim()
                : null;
            if (credential is { Length: > UpstreamRequest.MostApiKey } || credential?.Any(letter => letter is < '!' or > '~') == true)
            {
                one.Wrong(
                    $"has a credential that is no key: 1 to {UpstreamRequest.MostApiKey} printable characters without spaces are taken"
                );
            }

            var http2 = one["http2"];
            upstreams.Add(
                new UpstreamOptions
                {
                    Name = one["name"].Text() ?? $"upstream-{upstreams.Count + 1}",
                    Url = url.Text() is { } text ? PlainBase(Url(url, text)) : one.Wrong("needs 'url'", Nowhere),
                    Weight = (int)one["weight"].Whole(1, 0, 1_000_000),
                    Models = [.. one["models"].Items().Select(model => model.Text() ?? model.Wrong("names no model", ""))],
                    ApiKey = credential,
                    Http2 = http2.Flag(false),
                }
            );
        }

        if (upstreams.GroupBy(upstream => upstream.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            list.Wrong($"has two servers of the name '{twice.Key}'");
        }

        return upstreams;
    }

    private static Dictionary<string, Tier> ReadTiers(ConfigNode group)
    {
        var tiers = new Dictionary<string, Tier>(StringComparer.Ordinal) { [Tier.Default] = new(Tier.Default) };
        foreach (var (name, node) in group.Fields())
        {
            tiers[name] = new Tier(name)
            {
                Models = [.. node["models"].Items().Select(model => model.Text() ?? model.Wrong("names no model", ""))],
                Denied =
                    node["denied"].Items().Aggregate(Capability.None, (denied, one) => denied | one.Choice(Capability.None))
                    | Hidden(node["reasoning"].Choice(ReasoningShown.Full)),
                AssumedOutputTokens = (int)node["assumed_output_tokens"].Whole(4096, 1, 10_000_000),
                Key = ReadLimits(node["key"]),
                Account = ReadLimits(node["account"]),
                Organisation = ReadLimits(node["organisation"]),
                ByModel =
                [
                    .. node["by_model"]
                        .Items()
                        .Select(one => new ModelLimits(one["model"].Text() ?? one.Wrong("needs 'model'", ""), ReadLimits(one))),
                ],
            };
        }

        return tiers;
    }

    /// <summary>What of a model's reasoning is withheld.</summary>
    private static Capability Hidden(ReasoningShown shown) =>
        shown switch
        {
            ReasoningShown.None => Capability.Reasoning | Capability.ReasoningSummary,
            ReasoningShown.Summary => Capability.Reasoning,
            _ => Capability.None,
        };

    private static Limits ReadLimits(ConfigNode node) =>
        new()
        {
            RequestsPerMinute = node["requests_per_minute"].Whole(0, 0, long.MaxValue / 4),
            InputTokensPerMinute = node["input_tokens_per_minute"].Whole(0, 0, long.MaxValue / 4),
            OutputTokensPerMinute = node["output_tokens_per_minute"].Whole(0, 0, long.MaxValue / 4),
            Concurrent = node["concurrent"].Whole(0, 0, int.MaxValue),
            SpendPerDay = (long)(node["spend_per_day"].Number(0, 0, 1e12) * 1e6),
            SpendPerMonth = (long)(node["spend_per_month"].Number(0, 0, 1e12) * 1e6),
        };

    /// <summary>Its token would go over the network for everybody to read.</summary>
    private static IPAddress ConsoleAddress(ConfigNode console)
    {
        var address = Address(console["address"]);
        return console["plain_http"].Flag(false) || IPAddress.IsLoopback(address)
            ? address
            : console["address"]
                .Wrong(
                    "is not loopback, and the console speaks plain HTTP: put a proxy with TLS in front of it, or set "
                        + "console.plain_http: true where the network is nobody else's",
                    IPAddress.Loopback
                );
    }

    private static IPAddress Address(ConfigNode node) =>
        node.Text() is not { } text ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : node.Wrong($"is '{text}' and must be an IP address", IPAddress.Loopback);

    private static IPNetwork Network(ConfigNode node) =>
        IPNetwork.TryParse(
            node.Text() is { } text && !text.Contains('/', StringComparison.Ordinal)
                ? text + (text.Contains(':', StringComparison.Ordinal) ? "/128" : "/32")
                : node.Text(),
            out var network
        )
            ? network
            : node.Wrong($"is '{node.Text()}' and must be an address or a network such as 10.0.0.0/8", network);

    /// <summary>A scheme and a host as browsers send them, or a star.</summary>
    private static string Origin(ConfigNode node) =>
        node.Text() is { } text
        && (
            text == "*"
            || Uri.TryCreate(text, UriKind.Absolute, out var url)
                && url.GetLeftPart(UriPartial.Authority) == text
                && url.Scheme is "http" or "https"
        )
            ? text
            : node.Wrong($"is '{node.Text()}' and must be an origin such as https://app.example, or *", "");

    private static Uri Url(ConfigNode node, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.Query.Length == 0
        && url.UserInfo.Length == 0
            ? url
            : node.Wrong($"is '{text}' and must be an http or https URL", Nowhere);

    private static readonly Uri Nowhere = new("http://0.0.0.0/"); // in the place of one that is wrong: nothing starts then

    /// <summary>
    /// The base of a model server: whoever gives the base URL of a client library, with <c>/v1</c> at its end, means the server behind it.
    /// </summary>
    internal static Uri PlainBase(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        return path.EndsWith("/v1", StringComparison.Ordinal) ? new Uri(url.GetLeftPart(UriPartial.Authority) + path[..^3]) : url;
    }

    private static TlsCertificate? Certificate(ConfigNode tls)
    {
        var (certificate, key) = (ExistingFile(tls["certificate"]), ExistingFile(tls["key"]));
        try
        {
            return certificate == null
                ? key == null
                    ? null
                    : tls.Wrong<TlsCertificate?>("has a key and no certificate", null)
                : new TlsCertificate(certificate, key);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return tls["certificate"]
                .Wrong<TlsCertificate?>($"names {certificate}, which cannot be used with its key ({fault.Message})", null);
        }
    }

    private static string? ExistingFile(ConfigNode node) =>
        node.Text() is not { } path ? null
        : File.Exists(path) ? path
        : node.Wrong<string?>($"names the file {path}, which is not there", null);
}
