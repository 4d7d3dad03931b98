using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Stillwatch.Tests.Gateway;

/// <summary>A model server that does what a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private Func<HttpContext, Task>? _list;

    private ScriptedUpstream(WebApplication app) => _app = app;

    /// <summary>What it does with a request; set it before the first.</summary>
    public Func<HttpContext, Task> Answer { get; set; } =
        http =>
            Json(
                http,
                """{"object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"""
            );

    /// <summary>The requests that came, save lists of models: path, headers, body.</summary>
    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, byte[] Body)> Asked { get; } = [];

    /// <summary>The models that it lists.</summary>
    public IReadOnlyList<string> Models { get; set; } = ["m"];

    public string Address { get; private set; } = "";

    /// <summary>Starts one on a free port.</summary>
    /// <param name="http2">Whether it speaks HTTP/2 (without TLS) and nothing else.</param>
    /// <param name="list">What it does where its models are asked for; null to list <see cref="Models"/>.</param>
    /// <param name="answer">What it does with any other request; null for the usual answer.</param>
    public static async Task<ScriptedUpstream> StartAsync(
        bool http2 = false,
        Func<HttpContext, Task>? list = null,
        Func<HttpContext, Task>? answer = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint =>
                endpoint.Protocols = http2 ? HttpProtocols.Http2 : HttpProtocols.Http1
            );
        });
        var upstream = new ScriptedUpstream(builder.Build()) { _list = list };
        upstream.Answer = answer ?? upstream.Answer;
        upstream._app.Run(upstream.ServeAsync);
        await upstream._app.StartAsync();
        upstream.Address = upstream._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return upstream;
    }

    /// <summary>Answers with JSON and its length.</summary>
    public static Task Json(HttpContext http, string body, int status = 200)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes).AsTask();
    }

    /// <summary>Answers with events, each sent by itself.</summary>
    public static async Task Events(HttpContext http, params string[] events)
    {
        if (!http.Response.HasStarted)
        {
            http.Response.ContentType = "text/event-stream";
        }

        foreach (var one in events)
        {
            await http.Response.WriteAsync(one);
            await http.Response.Body.FlushAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        if (http.Request.Path == "/v1/models" && _list != null)
        {
            await _list(http);
            return;
        }

        if (http.Request.Path == "/v1/models")
        {
            await http.Response.WriteAsJsonAsync(
                new
                {
                    @object = "list",
                    data = Models.Select(id => new
                    {
                        id,
                        @object = "model",
                        created = 1,
                        owned_by = "test",
                    }),
                }
            );
            return;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Asked.Enqueue(
            (
                http.Request.Path.Value!,
                new HeaderDictionary(
                    http.Request.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase)
                ),
                body.ToArray()
            )
        );
        body.Position = 0;
        http.Request.Body = body;
        await Answer(http);
    }
}
