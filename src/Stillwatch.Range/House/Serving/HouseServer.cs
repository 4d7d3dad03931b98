using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stillwatch.Hosting;
using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Serving;

/// <summary>
/// A model server on loopback that speaks OpenAI's chat completions and completions, in front of a <see cref="BatchDecoder"/>. Until it has
/// a model it answers 503 and says how far it is.
/// </summary>
internal sealed class HouseServer : IAsyncDisposable
{
    /// <summary>The name under which the house model is served.</summary>
    public const string ModelName = "stillwatch-house";

    private const int MostBody = 4 << 20;
    private const int MostWaiting = 256; // answers; who comes then is told to come again

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly int _threads;
    private volatile Serving? _serving;
    private volatile string _notReady = "the house model is not there yet";
    private long _count,
        _cancelled;

    private HouseServer(HouseServerOptions options, TimeProvider clock)
    {
        (_clock, _threads, Exposure, Sampler) = (clock, options.Threads, options.Exposure, options.Sampler);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MostBody;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    private sealed record Serving(HouseModel Model, BatchDecoder Decoder);

    /// <summary>Where it answers.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What it hands out of the reasoning; may be changed while it serves.</summary>
    public Exposure Exposure { get; set; }

    /// <summary>What draws tokens; may be changed while it serves.</summary>
    public Sampler Sampler { get; set; }

    /// <summary>What is told while there is no model; null from then on.</summary>
    public string? NotReady
    {
        get => _serving == null ? _notReady : null;
        set => _notReady = value ?? "";
    }

    /// <summary>Starts it, without a model.</summary>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task<HouseServer> StartAsync(HouseServerOptions options, TimeProvider clock, CancellationToken cancel)
    {
        var server = new HouseServer(options, clock);
        await server._app.StartAsync(cancel);
        server.Address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return server;
    }

    /// <summary>Serves <paramref name="model"/> from now on.</summary>
    /// <exception cref="InvalidOperationException">It serves one already.</exception>
    public void Serve(HouseModel model) =>
        _serving =
            _serving == null
                ? new Serving(model, new BatchDecoder(new Transformer(model), _threads))
                : throw new InvalidOperationException("This server has a model.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        _serving?.Decoder.Dispose();
    }

    private async Task ServeAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http);
        }
        catch (BadRequestException fault)
        {
            await RefuseAsync(http, fault.Status, "invalid_request_error", fault.Message, fault.Field, fault.Code);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException fault)
        {
            await RefuseAsync(http, fault.StatusCode, "invalid_request_error", fault.Message, null, null);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cancelled); // the client went
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            await RefuseAsync(http, 500, "server_error", $"The house model failed: {fault.Message}", null, "internal_error");
        }
    }

    private Task RouteAsync(HttpContext http) =>
        (http.Request.Method, http.Request.Path.Value) switch
        {
            ("GET", "/healthz" or "/health") => _serving == null
                ? RefuseAsync(http, 503, "server_error", _notReady, null, "model_not_ready")
                : http.Response.WriteAsync("ok\n"),
            ("GET", "/metrics") => http.Response.WriteAsync(Metrics()),
            ("GET", "/v1/models") => http.Response.WriteAsJsonAsync(
                new JsonObject { ["object"] = "list", ["data"] = new JsonArray(Named()) }
            ),
            ("GET", $"/v1/models/{ModelName}") => http.Response.WriteAsJsonAsync(Named()),
            ("POST", "/v1/chat/completions") => AnswerAsync(http, chat: true),
            ("POST", "/v1/completions") => AnswerAsync(http, chat: false),
            _ => RefuseAsync(
                http,
                404,
                "invalid_request_error",
                $"There is no {http.Request.Method} {http.Request.Path}: the house model answers chat completions and completions.",
                null,
                "not_found"
            ),
        };

    private static JsonObject Named() =>
        new()
        {
            ["id"] = ModelName,
            ["object"] = "model",
            ["created"] = 0,
            ["owned_by"] = "stillwatch",
        };

    /// <summary>The flow: 1. read and check, 2. begin all answers, 3. tell them whole or piece by piece.</summary>
    private async Task AnswerAsync(HttpContext http, bool chat)
    {
        if (_serving is not { } serving)
        {
            http.Response.Headers.RetryAfter = "5";
            await RefuseAsync(http, 503, "server_error", _notReady, null, "model_not_ready");
            return;
        }

        if (serving.Decoder.Load.Waiting > MostWaiting)
        {
            http.Response.Headers.RetryAfter = "1";
            await RefuseAsync(http, 503, "server_error", "The house model has more to answer than it can.", null, "overloaded");
            return;
        }

        var tokenizer = serving.Model.Tokenizer;
        var asked = await ReadAsync(http, chat, tokenizer); // 1
        var id = $"{(chat ? "chatcmpl" : "cmpl")}-house-{Interlocked.Increment(ref _count)}";
        var created = _clock.GetUtcNow().ToUnixTimeSeconds();
        AnswerForm form = chat ? new ChatForm(id, ModelName, created, tokenizer) : new CompletionForm(id, ModelName, created, tokenizer);
        await using var answers = new AnswersUnderWay(
            asked,
            serving.Model,
            serving.Decoder,
            Sampler,
            chat ? Exposure : Exposure.Withheld,
            isTurn: chat
        ); // 2
        if (asked.Stream) // 3
        {
            await StreamAsync(http, asked, answers, form);
            return;
        }

        var choices = await answers.WholeAsync(form, http.RequestAborted);
        await http.Response.WriteAsJsonAsync(form.Whole(choices, answers.Usage), http.RequestAborted);
    }

    private static async Task<Asked> ReadAsync(HttpContext http, bool chat, HouseTokenizer tokenizer)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            var name =
                body.RootElement.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String
                    ? model.GetString()!
                    : throw new BadRequestException("'model' must be given.", "model");
            return name != ModelName
                    ? throw new BadRequestException(
                        $"The model '{name}' does not exist; this server has '{ModelName}'.",
                        "model",
                        "model_not_found",
                        404
                    )
                : chat ? Asked.Chat(body.RootElement, tokenizer)
                : Asked.Completion(body.RootElement, tokenizer);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new BadRequestException($"The body is no request that this server understands: {fault.Message}");
        }
    }

    private static async Task StreamAsync(HttpContext http, Asked asked, AnswersUnderWay answers, AnswerForm form)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        await foreach (var part in answers.PartsAsync(form, http.RequestAborted))
        {
            await SendAsync(http, form.Event(part));
        }

        if (asked.Usage)
        {
            await SendAsync(http, form.Event(null, answers.Usage));
        }

        await http.Response.Body.WriteAsync("data: [DONE]\n\n"u8.ToArray(), http.RequestAborted);
    }

    private static async Task SendAsync(HttpContext http, JsonObject one)
    {
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"data: {one.ToJsonString()}\n\n"), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext http, int status, string type, string message, string? field, string? code)
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["message"] = message,
                    ["type"] = type,
                    ["param"] = field,
                    ["code"] = code,
                },
            }
        );
    }

    private string Metrics()
    {
        var (active, waiting) = _serving?.Decoder.Load ?? default;
        var (prompt, made) = _serving?.Decoder.Tokens ?? default;
        return $$"""
            # HELP house_requests_total Requests that were begun.
            # TYPE house_requests_total counter
            house_requests_total {{Interlocked.Read(ref _count)}}
            # HELP house_requests_cancelled_total Requests whose client went.
            # TYPE house_requests_cancelled_total counter
            house_requests_cancelled_total {{Interlocked.Read(ref _cancelled)}}
            # HELP house_tokens_total Tokens read of prompts, and tokens made.
            # TYPE house_tokens_total counter
            house_tokens_total{kind="prompt"} {{prompt}}
            house_tokens_total{kind="made"} {{made}}
            # HELP house_answers Answers under way, and waiting.
            # TYPE house_answers gauge
            house_answers{state="active"} {{active}}
            house_answers{state="waiting"} {{waiting}}
            # HELP house_ready Whether there is a model.
            # TYPE house_ready gauge
            house_ready {{(_serving == null ? 0 : 1)}}

            """;
    }
}
