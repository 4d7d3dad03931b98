using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stillwatch.Console.Desk;
using Stillwatch.Hosting;
using Stillwatch.Signals;

namespace Stillwatch.Console;

/// <summary>The console's server and the administration's: on loopback unless configured otherwise, and behind a token.</summary>
public sealed class ConsoleServer : IAsyncDisposable
{
    private static readonly TimeSpan LiveEvery = TimeSpan.FromMilliseconds(500);

    private const long MostBody = 4L << 30;

    private readonly WebApplication _app;
    private readonly ConsoleParts _parts;
    private readonly byte[] _token;

    /// <summary>Prepares a server; <see cref="StartAsync"/> starts it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="parts">What it shows and does.</param>
    public ConsoleServer(System.Net.IPAddress address, int port, ConsoleParts parts)
    {
        _parts = parts;
        _token = Encoding.UTF8.GetBytes(parts.Token);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, port);
        });
        _app = builder.Build();
        _app.Use(GuardAsync);
        parts.Metrics(_app);
        _app.MapGet("/", () => Results.Content(StartPage.Html, "text/html; charset=utf-8"));
        _app.MapGet("/healthz", () => Results.Text("ok\n"));
        _app.MapGet("/status", http => JsonAsync(http, _parts.Status));
        _app.MapGet("/api/live", LiveAsync);
        _app.MapGet("/api/findings", http => StreamAsync(http, "application/json", _parts.Findings));
        _app.MapGet("/api/report", http => StreamAsync(http, "text/html; charset=utf-8", _parts.Report));
        _app.MapGet("/api/signals", new SignalsEndpoint(parts.Signals).RunAsync);
        _app.MapGet("/api/subjects/{id}", SubjectAsync);
        new DeskEndpoints(parts.Desk).Map(_app);
        _app.MapPost("/api/exchanges", LinesAsync);
        _app.MapPost("/api/accounts/refresh", () =>
            _parts.Refresh() is { } unknown
                ? Results.Json(new Dictionary<string, object>(StringComparer.Ordinal) { ["tiers_not_configured"] = unknown })
                : Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
        );
        _app.MapPost("/api/simulate/{what}", (string what, bool? on) =>
            _parts.Simulate(what, on ?? true) ? Results.NoContent() : Results.NotFound()
        );
    }

    /// <summary>Its paths, with a word in the place of what differs: for whoever checks who may call each.</summary>
    public IEnumerable<(string Method, string Path)> Routes =>
        ((IEndpointRouteBuilder)_app)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method =>
                    (method, string.Join('/', endpoint.RoutePattern.RawText!.Split('/').Select(part => part.StartsWith('{') ? "1" : part)))
                )
            );

    /// <summary>Starts it.</summary>
    /// <returns>Its address.</returns>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public async Task<string> StartAsync(CancellationToken cancel)
    {
        await _app.StartAsync(cancel);
        return _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    /// <summary>Every answer is kept out of other sites' reach; all but the start page wants the token.</summary>
    private Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (!IsOurs(http.Request.Host.Host))
        {
            http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest; // a page of somebody else's that has its own name lead here
            return http.Response.WriteAsync(
                "This console does not go by that name: call it by its address, or name the host in console.hosts.\n"
            );
        }

        if (http.Request.Path.Value is "/" or "/healthz")
        {
            return next(http);
        }

        if (CallerOf(http.Request.Headers.Authorization) is { } caller)
        {
            if (caller.IsOperator || IsForPeople(http.Request))
            {
                http.Items[typeof(Caller)] = caller;
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return http.Response.WriteAsync("That is for whoever runs the program, with the administration's token.\n");
        }

        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        headers.WWWAuthenticate = "Bearer";
        return http.Response.WriteAsync(
            "This needs the administration's token: Authorization: Bearer TOKEN. It is in the file 'console.token' of the data folder.\n"
        );
    }

    private bool IsOurs(string host) =>
        System.Net.IPAddress.TryParse(host.Trim('[', ']'), out _)
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || _parts.Hosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>What people may call who have no more than a token of their own; what they may decide is looked at there.</summary>
    private static bool IsForPeople(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || request.Path.Value is "/api/decisions" or "/api/policy/preview";

    /// <summary>Who has the token that was sent; null where nobody has.</summary>
    private Caller? CallerOf(string? authorization)
    {
        if (authorization == null || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var sent = Encoding.UTF8.GetBytes(authorization.AsSpan(7).Trim().ToString());
        return CryptographicOperations.FixedTimeEquals(sent, _token) ? Caller.Operator
            : _parts.Desk.Standing.Of(Convert.ToHexStringLower(SHA256.HashData(sent))) is { } person
                ? new Caller(person.Name, person.Roles, IsOperator: false)
            : null;
    }

    private static Task StreamAsync(HttpContext http, string type, Func<Stream, Task> write)
    {
        http.Response.ContentType = type;
        http.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
        return write(http.Response.Body);
    }

    private static async Task JsonAsync(HttpContext http, Func<IBufferWriter<byte>, Task> write)
    {
        http.Response.ContentType = "application/json";
        var output = new ArrayBufferWriter<byte>(4096);
        await write(output);
        await http.Response.Body.WriteAsync(output.WrittenMemory);
    }

    /// <summary>The live view: once as JSON, or, where events are asked for, each time that it changed.</summary>
    private async Task LiveAsync(HttpContext http)
    {
        if (!http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            await JsonAsync(http, _parts.Live);
            return;
        }

        http.Response.ContentType = "text/event-stream";
        var last = Array.Empty<byte>();
        var output = new ArrayBufferWriter<byte>(4096);
        try
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                output.ResetWrittenCount();
                await _parts.Live(output);
                if (!output.WrittenSpan.SequenceEqual(last))
                {
                    last = output.WrittenSpan.ToArray();
                    await http.Response.Body.WriteAsync("data: "u8.ToArray());
                    await http.Response.Body.WriteAsync(last);
                    await http.Response.Body.WriteAsync("\n\n"u8.ToArray());
                    await http.Response.Body.FlushAsync();
                }

                await Task.Delay(LiveEvery, http.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever watched has gone.
        }
    }

    /// <summary>
    /// What a campaign or a lead is today, and all that happened to it, so that an id that was noted down long ago still leads somewhere.
    /// </summary>
    private async Task SubjectAsync(HttpContext http, string id)
    {
        if (!CampaignId.TryParse(id, out var subject) || await _parts.Follow(subject) is not { } now)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsync("No campaign and no lead was ever called that; ids look like c-7k2m9qt and l-7k2m9qt.\n");
            return;
        }

        var output = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("id", subject.ToString());
            json.WriteString("now", now.ToString());
            json.WriteStartArray("signals");
            await foreach (var signal in _parts.Signals(null, false, http.RequestAborted))
            {
                if (signal.Names(subject.ToString()))
                {
                    json.WriteRawValue(signal.Line.Span);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(output.WrittenMemory);
    }

    private async Task LinesAsync(HttpContext http)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MostBody;
        if (http.Request.ContentLength > MostBody)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            await http.Response.WriteAsync(
                $"More than {MostBody} bytes are not taken at once: send the lines in parts. Nothing of these was taken.\n"
            );
            return;
        }

        var (taken, rejected, complaints) = await _parts.Lines(http.Request.Body, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["taken"] = taken,
                ["rejected"] = rejected,
                ["complaints"] = complaints,
            }
        );
    }
}
