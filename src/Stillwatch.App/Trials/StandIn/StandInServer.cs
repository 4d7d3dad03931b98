using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Hosting;
using Stillwatch.Reports;

namespace Stillwatch.App.Trials.StandIn;

/// <summary>
/// A stand-in for a model server: it answers with what a log recorded, else with something plain of the right form. It is no model and says
/// so.
/// </summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30),
        Step = TimeSpan.FromMilliseconds(8);

    private readonly WebApplication _app;
    private readonly Answers _answers;
    private readonly Pace _pace;
    private long _count;

    private StandInServer(Answers answers, int port, Pace pace)
    {
        _answers = answers;
        _pace = pace;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    /// <summary>Where it answers.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts one.</summary>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task<StandInServer> StartAsync(Answers answers, int port, Pace pace, CancellationToken cancel)
    {
        var server = new StandInServer(answers, port, pace);
        await server._app.StartAsync(cancel);
        server.Address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path == "/v1/models")
        {
            await http.Response.WriteAsJsonAsync(
                new
                {
                    @object = "list",
                    data = _answers
                        .Models.DefaultIfEmpty("stand-in")
                        .Select(id => new
                        {
                            id,
                            @object = "model",
                            created = 0,
                            owned_by = "stillwatch",
                        }),
                }
            );
            return;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var format = WireFormat.At(path) ?? WireFormat.Of(Dialect.Other);
        try
        {
            await AnswerAsync(http, format, body.ToArray());
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(
                new
                {
                    error = new
                    {
                        message = "the body is no request that this stand-in understands",
                        type = "invalid_request_error",
                        param = (string?)null,
                        code = (string?)null,
                    },
                }
            );
        }
    }

    private async Task AnswerAsync(HttpContext http, WireFormat format, byte[] body)
    {
        using var request = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth });
        var id = $"standin-{Interlocked.Increment(ref _count)}";
        var recorded = _answers.Find(http.Request.Headers["x-request-id"], body);
        var answer = recorded?.Body ?? PlainAnswer.Make(format.Dialect, request.RootElement, id);
        var stream =
            format.Writes
            && (
                format.StreamsAt(http.Request.Path.Value!)
                || request.RootElement.TryGetProperty("stream", out var streams) && streams.ValueKind == JsonValueKind.True
            );
        http.Response.StatusCode = recorded?.Status ?? 200;
        await WaitAsync(Pause, http.RequestAborted);
        if (!stream || recorded is { Status: not (>= 200 and < 300) })
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.Body.WriteAsync(answer);
            return;
        }

        http.Response.ContentType = "text/event-stream";
        using var whole = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth });
        var usage =
            request.RootElement.TryGetProperty("stream_options", out var options)
            && options.TryGetProperty("include_usage", out var include)
            && include.ValueKind == JsonValueKind.True;
        foreach (var one in BodyToStream.Events(format.Dialect, whole.RootElement, usage, recorded != null))
        {
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(one));
            if (_pace == Pace.Realistic)
            {
                await http.Response.Body.FlushAsync();
                await WaitAsync(Step, http.RequestAborted);
            }
        }
    }

    private Task WaitAsync(TimeSpan time, CancellationToken cancel) =>
        _pace == Pace.None ? Task.CompletedTask : Task.Delay(time, SystemClock.Instance, cancel);
}
