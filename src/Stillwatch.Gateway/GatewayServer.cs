using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Gateway.Arrive;
using Stillwatch.Gateway.Enforce;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Identify;
using Stillwatch.Gateway.Surface;
using Stillwatch.Hosting;

namespace Stillwatch.Gateway;

/// <summary>The gateway's server: what customers can reach. It tells nothing of what the watch believes.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    private static readonly string[] Exposed =
    [
        "x-request-id",
        "request-id",
        "x-upstream-request-id",
        "retry-after",
        "retry-after-ms",
        "x-should-retry",
        "openai-processing-ms",
        ErrorWriter.ReasonHeader,
        ErrorWriter.CaseHeader,
        ErrorWriter.AppealHeader,
        EnforcedHeaders.Measures,
        EnforcedHeaders.Notice,
        "x-ratelimit-limit-requests",
        "x-ratelimit-remaining-requests",
        "x-ratelimit-reset-requests",
        "x-ratelimit-limit-tokens",
        "x-ratelimit-remaining-tokens",
        "x-ratelimit-reset-tokens",
    ];

    private readonly GatewayServices _services;
    private readonly GatewayPipeline _pipeline;
    private readonly Sweeper _sweeper;
    private readonly ModelList _models;
    private readonly CustomerCaseEndpoint _cases;
    private readonly WebApplication _app;

    // Lines of a head that end in a line feed alone: what is in front may have read them otherwise.
    static GatewayServer() => AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", isEnabled: true);

    /// <summary>Prepares a server; <see cref="StartAsync"/> starts it.</summary>
    public GatewayServer(GatewayOptions options, GatewayListen listen, GatewayPorts ports)
    {
        _services = new GatewayServices(options, ports);
        _pipeline = new GatewayPipeline(_services);
        _sweeper = new Sweeper(_services, ports.Faults);
        _models = new ModelList(_services);
        _cases = new CustomerCaseEndpoint(_services);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(ports.Logs);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(BlockPool.Instance);
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = listen.Inline);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MostRequestBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.MinResponseDataRate = null; // the sweeper cuts clients that stall
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(100, TimeSpan.FromSeconds(10));
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
            kestrel.Listen(listen.Address, listen.Port, endpoint =>
            {
                endpoint.Use(static next =>
                    connection =>
                    {
                        var client = new ClientConnection();
                        connection.Features.Set(client);
                        connection.ConnectionClosed.UnsafeRegister(static client => ((ClientConnection)client!).Close(), client);
                        return next(connection);
                    }
                );
                if (listen.Certificate != null)
                {
                    endpoint.UseHttps(https => Ja4.Listen(https, listen.Certificate));
                }
                else
                {
                    endpoint.Protocols = HttpProtocols.Http1;
                }
            });
        });
        builder.Services.AddCors();
        _app = builder.Build();
        _app.UseCors(cors =>
            cors.SetIsOriginAllowed(origin =>
                    _services.Options.BrowserOrigins is var allowed
                    && (allowed.Contains("*", StringComparer.Ordinal) || allowed.Contains(origin, StringComparer.OrdinalIgnoreCase))
                )
                .WithMethods("GET", "POST")
                .AllowAnyHeader()
                .WithExposedHeaders(Exposed)
                .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
        );
        _app.Run(ServeAsync);
    }

    internal GatewayServices Services => _services;

    internal Sweeper Sweeper => _sweeper;

    /// <summary>Exchanges that are under way.</summary>
    public int InFlight => _services.InFlight.Count;

    /// <summary>Each model server by name, with what is wrong with it; null for nothing.</summary>
    public IEnumerable<(string Name, string? Fault)> UpstreamFaults =>
        _services.Upstreams.All.Select(upstream =>
            (upstream.Options.Name, upstream.Healthy ? null : upstream.Fault ?? "it cannot be reached")
        );

    /// <summary>What is said beside "ready"; null for nothing.</summary>
    public string? ReadyNote { get; set; }

    /// <summary>A part of readiness that others know: what keeps the gateway from being ready; null where nothing does.</summary>
    public Func<string?>? NotReady { get; set; }

    /// <summary>Starts it.</summary>
    /// <returns>Its address.</returns>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public async Task<string> StartAsync(CancellationToken cancel)
    {
        await _services.Upstreams.StartAsync();
        _sweeper.Start();
        await _app.StartAsync(cancel);
        return _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    /// <summary>Puts other options in force. Connections and what is under way go on.</summary>
    public async Task ReloadAsync(GatewayOptions options)
    {
        var before = _services.Upstreams;
        if (!options.Upstreams.SequenceEqual(_services.Options.Upstreams, UpstreamComparer.Instance))
        {
            var next = new Forward.Upstreams(
                options.Upstreams,
                TimeSpan.FromSeconds(options.ConnectSeconds),
                TimeSpan.FromSeconds(options.HealthSeconds),
                _services.Clock
            );
            await next.StartAsync();
            _services.Upstreams = next;
        }

        _services.Options = options;
        if (before != _services.Upstreams)
        {
            before.Dispose();
        }
    }

    /// <summary>Takes no new requests, waits for those under way, then stops.</summary>
    /// <param name="most">How long to wait.</param>
    public async Task DrainAsync(TimeSpan most)
    {
        _services.Draining = true;
        var began = _services.Clock.GetTimestamp();
        while (_services.InFlight.Count > 0 && _services.Clock.GetElapsedTime(began) < most)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), _services.Clock);
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(limit.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _sweeper.Dispose();
        await _app.DisposeAsync();
        _services.Dispose();
    }

    private static WireFormat Unknown => WireFormat.Of(Dialect.Other);

    private Task ServeAsync(HttpContext http)
    {
        var options = _services.Options;
        if (Strictness.Refuses(http, _services) is { } odd)
        {
            return AnswerAsync(http, odd, Unknown);
        }

        if (_services.MemoryShare >= 0.92 && options.MemoryShort == OnMemoryShort.Shed)
        {
            http.Response.Headers.Connection = "close";
        }

        var route = Route.Of(http.Request.Method, http.Request.Path.Value ?? "");
        switch (route.Kind)
        {
            case RouteKind.Exchange:
                return _pipeline.RunAsync(http, route.Format, options);
            case RouteKind.Models or RouteKind.Model:
                return _models.ServeAsync(http, options);
            case RouteKind.CustomerCase:
                return _cases.ServeAsync(http, options);
            case RouteKind.Health:
                return http.Response.WriteAsync("ok\n");
            case RouteKind.Ready:
                return ReadyAsync(http);
            case RouteKind.WrongMethod:
                http.Response.Headers.Allow = route.Format == Unknown ? "GET" : "POST";
                return AnswerAsync(
                    http,
                    new Refusal(405, "invalid_request_error", "method_not_allowed", $"{http.Request.Method} is not taken here."),
                    route.Format
                );
            case RouteKind.Realtime:
                return AnswerAsync(
                    http,
                    Refusal.NotFound(
                        "The realtime API (WebSocket) is out of this gateway's scope: it could be neither recorded nor watched.",
                        "realtime_not_supported"
                    ),
                    Unknown
                );
            default:
                if (options.UnknownPath == OnUnknown.Pass && http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
                {
                    return SharedState.IsIn(http.Request.Path.Value!)
                        ? AnswerAsync(
                            http,
                            Refusal.Forbidden(
                                "What is kept at the model server under one credential for all would be open to every account: files, "
                                    + "batches, stored responses and their like are not passed on.",
                                "shared_state_not_supported"
                            ),
                            Unknown
                        )
                        : _pipeline.RunAsync(http, Unknown, options);
                }

                _services.Refused.Say("unknown_url", null, null, _services.Clients.Of(http, options).Ip, http.Request.Path.Value ?? "");
                return AnswerAsync(
                    http,
                    Refusal.NotFound(
                        $"Unknown request URL: {http.Request.Method} {Shown(http.Request.Path)}. This gateway knows "
                            + $"/v1/chat/completions, /v1/completions, /v1/responses, /v1/embeddings, /v1/models, /v1/messages and "
                            + $"/v1beta/models/MODEL:generateContent.",
                        "unknown_url"
                    ),
                    Unknown
                );
        }
    }

    /// <summary>Why it is not ready to take requests; null where it is.</summary>
    public string? WhyNotReady =>
        _services.Draining ? "draining"
        : NotReady?.Invoke() is { } other ? other
        : !_services.Upstreams.AnyHealthy
            ? $"no model server is healthy: {string.Join("; ", UpstreamFaults.Select(upstream => $"{upstream.Name}: {upstream.Fault}"))}"
        : null;

    private Task ReadyAsync(HttpContext http)
    {
        var why = WhyNotReady;
        http.Response.StatusCode = why == null ? 200 : 503;
        return http.Response.WriteAsync(
            why == null
                ? ReadyNote == null
                    ? "ready\n"
                    : $"ready: {ReadyNote}\n"
                : $"not ready: {why}\n"
        );
    }

    private Task AnswerAsync(HttpContext http, Refusal refusal, WireFormat format)
    {
        var id = _services.NextId();
        http.Response.Headers["x-request-id"] = id;
        _services.Metrics.Refused(refusal.Code ?? refusal.Type);
        var body = ErrorWriter.Write(http, refusal, format, id);
        return http.Response.Body.WriteAsync(body).AsTask();
    }

    private static string Shown(string path) => path.Length <= 100 ? path : path[..100] + "…";

    private sealed class UpstreamComparer : IEqualityComparer<Forward.UpstreamOptions>
    {
        public static UpstreamComparer Instance { get; } = new();

        public bool Equals(Forward.UpstreamOptions? x, Forward.UpstreamOptions? y) =>
            x! with { Models = [] } == y! with { Models = [] } && x.Models.SequenceEqual(y.Models, StringComparer.Ordinal);

        public int GetHashCode(Forward.UpstreamOptions obj) => obj.Name.Length;
    }
}
