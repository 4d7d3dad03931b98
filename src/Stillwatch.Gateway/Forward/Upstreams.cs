using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Gateway.Forward;

/// <summary>The model servers: which one answers next, and how they are. Safe for use from many threads.</summary>
internal sealed class Upstreams : IDisposable
{
    private const int StatusTooMany = 429;
    private const string GoogleKey = "x-goog-api-key";

    private readonly Lock _gate = new();
    private readonly Upstream[] _all;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _every;
    private readonly TimeProvider _clock;
    private Task? _checks;

    /// <summary>Takes the servers; <see cref="StartAsync"/> begins to look after them.</summary>
    public Upstreams(IEnumerable<UpstreamOptions> options, TimeSpan connect, TimeSpan every, TimeProvider clock)
    {
        _all = [.. options.Select(option => new Upstream(option, connect, clock))];
        _every = every;
        _clock = clock;
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Upstream> All => _all;

    /// <summary>Whether any can be reached.</summary>
    public bool AnyHealthy => Array.Exists(_all, upstream => upstream.Healthy);

    /// <summary>Looks after them from now on.</summary>
    public async Task StartAsync()
    {
        await CheckAllAsync();
        _checks = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(_every);
            while (await Next(timer))
            {
                await CheckAllAsync();
            }
        });
    }

    /// <summary>
    /// The server that answers next: among the healthy ones that serve the model, and do not want to be left alone, in turn by weight; else
    /// any healthy one, else any that serves it.
    /// </summary>
    /// <param name="model">The model; null where the request names none.</param>
    /// <param name="tried">Servers that failed for this request already.</param>
    /// <param name="account">The account, where each stays with one server for as long as that is there; null where they take
    /// turns.</param>
    /// <returns>Null where none is left.</returns>
    public Upstream? Next(string? model, ReadOnlySpan<Upstream?> tried, string? account = null)
    {
        if (_all.Length == 1)
        {
            return tried.Length == 0 && (model == null || _all[0].Serves(model)) ? _all[0] : null;
        }

        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            return Pick(model, tried, account, healthy: true, now)
                ?? Pick(model, tried, account, healthy: true, long.MaxValue)
                ?? Pick(model, tried, account, healthy: false, long.MaxValue);
        }
    }

    /// <summary>
    /// Whether a healthy server that serves <paramref name="model"/> is left besides <paramref name="upstream"/> and those that failed
    /// already.
    /// </summary>
    public bool HasHealthy(string? model, Upstream upstream, ReadOnlySpan<Upstream?> tried)
    {
        foreach (var other in _all)
        {
            if (other != upstream && other.Healthy && !tried.Contains(other) && (model == null || other.Serves(model)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether any server serves <paramref name="model"/>.</summary>
    public bool Serve(string model)
    {
        foreach (var upstream in _all)
        {
            if (upstream.Serves(model))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _checks?.Wait(TimeSpan.FromSeconds(5));
        foreach (var upstream in _all)
        {
            upstream.Dispose();
        }

        _stop.Dispose();
    }

    /// <summary>
    /// Smooth weighted round robin, as nginx does it: no chance needed, and no two in a row where it can be helped. For an account,
    /// weighted rendezvous hashing (Schindelhauer and Schomaker, SPAA 2005): as many accounts as the weights say, and only those of a
    /// server that goes move.
    /// </summary>
    private Upstream? Pick(string? model, ReadOnlySpan<Upstream?> tried, string? account, bool healthy, long now)
    {
        var (mine, most) = ((Upstream?)null, double.NegativeInfinity);
        Upstream? best = null;
        var total = 0;
        foreach (var upstream in _all)
        {
            if (
                upstream.Healthy != healthy
                || tried.Contains(upstream)
                || model != null && !upstream.Serves(model)
                || now != long.MaxValue && upstream.Rests(now)
            )
            {
                continue;
            }

            if (account != null)
            {
                var draw = (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(account.AsSpan()), (long)upstream.Salt) >> 11) / (double)(1UL << 53);
                var score = upstream.Options.Weight / -Math.Log(draw + double.Epsilon);
                (mine, most) = score > most ? (upstream, score) : (mine, most);
                continue;
            }

            total += upstream.Options.Weight;
            upstream.Turn += upstream.Options.Weight;
            best = best == null || upstream.Turn > best.Turn ? upstream : best;
        }

        if (account != null)
        {
            return mine;
        }

        if (best != null)
        {
            best.Turn -= total;
        }

        return best;
    }

    private async ValueTask<bool> Next(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Task CheckAllAsync() => Task.WhenAll(_all.Select(CheckAsync));

    /// <summary>
    /// A server is healthy where it lists models. One whose models are named in the configuration need not: there it is enough that one of
    /// the paths that requests go to is there. Whoever answers 404 to all of them, or refuses the credential, could answer no request.
    /// </summary>
    private static async Task CheckAsync(Upstream upstream)
    {
        try
        {
            // Servers that speak both dialects tell by this header which list is meant: the one that says who owns a model comes first.
            // Anthropic's own list is had only with it.
            var (status, body) = await AskAsync(upstream, "GET", "/v1/models", []);
            if (status is >= 400 and < 500 and not StatusTooMany)
            {
                (status, body) = await AskAsync(upstream, "GET", "/v1/models", [], anthropicVersion: "2023-06-01");
            }

            if (status is >= 400 and < 500 and not StatusTooMany)
            {
                var (other, itsBody) = await AskAsync(upstream, "GET", "/v1beta/models", [], keyHeader: GoogleKey);
                (status, body) = other == 200 ? (other, itsBody) : (status, body);
            }

            var listed = status == 200 ? Models(body) : [];
            if (listed.Count > 0)
            {
                upstream.Listed = listed;
            }

            upstream.Fault =
                listed.Count > 0 || status == StatusTooMany ? null
                : status >= 500 ? $"it answers {status}"
                : status is 401 or 403
                    ? $"it answers {status} to /v1/models: its credential (api_key_env or api_key_file) is missing or wrong"
                : upstream.Options.Models.Count > 0
                    ? await IsThereAsync(upstream) ? null
                        : "it answers 404 to every path: is its URL the base, before /v1?"
                : status == 200 ? "it lists no model; name its models in the configuration (upstreams[].models) where it cannot list them"
                : $"it answers {status} to /v1/models: is its URL the base, before /v1? Name its models in the configuration "
                    + $"(upstreams[].models) where it cannot list them";
        }
        catch (UpstreamException fault)
        {
            upstream.Fault = fault.Message;
        }

        upstream.Healthy = upstream.Fault == null;
        upstream.Sweep();
    }

    /// <summary>Whether any of the paths that requests go to is there: an empty request is answered with anything but 404.</summary>
    private static async Task<bool> IsThereAsync(Upstream upstream)
    {
        foreach (var format in WireFormat.Formats)
        {
            if (
                format.PathFor("x") is { } path
                && (await AskAsync(upstream, "POST", path, "{}"u8.ToArray(), keyHeader: format.KeyHeader)).Status != 404
            )
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<(int Status, byte[] Body)> AskAsync(
        Upstream upstream,
        string method,
        string path,
        byte[] body,
        string? anthropicVersion = null,
        string? keyHeader = null
    )
    {
        using var call = upstream.Call();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await using var cut = limit.Token.Register(call.Abort);
        var room = new byte[64 * 1024];
        var http = new DefaultHttpContext();
        var request = new UpstreamRequest
        {
            Method = method,
            Path = path,
            Id = "health-check",
            KeyHeader = keyHeader,
            Accept = "application/json",
            AnthropicVersion = anthropicVersion,
            ContentType = body.Length == 0 ? null : "application/json",
            Buffer = [.. new byte[UpstreamRequest.HeadRoom], .. body],
            Start = UpstreamRequest.HeadRoom,
            Length = body.Length,
        };
        var have = await call.SendAsync(request, http.Response, room);
        var answer = new MemoryStream();
        answer.Write(room, 0, have);
        while (!call.Ended && answer.Length < 16 << 20)
        {
            have = await call.ReadAsync(room);
            answer.Write(room, 0, have);
        }

        return (call.Status, answer.ToArray());
    }

    private static Dictionary<string, byte[]> Models(byte[] body)
    {
        var models = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var list = Parse(body);
        if (
            list != null
            && list.RootElement.ValueKind == JsonValueKind.Object
            && list.RootElement.TryGetProperty("data", out var data)
            && data.ValueKind == JsonValueKind.Array
        )
        {
            foreach (var model in data.EnumerateArray())
            {
                if (
                    model.ValueKind == JsonValueKind.Object
                    && model.TryGetProperty("id", out var id)
                    && id.ValueKind == JsonValueKind.String
                )
                {
                    models[id.GetString()!] = System.Text.Encoding.UTF8.GetBytes(model.GetRawText());
                }
            }
        }

        if (
            list != null
            && list.RootElement.ValueKind == JsonValueKind.Object
            && list.RootElement.TryGetProperty("models", out var google)
            && google.ValueKind == JsonValueKind.Array
        )
        {
            foreach (var name in google.EnumerateArray().Select(GoogleName).OfType<string>())
            {
                models[name] = System.Text.Encoding.UTF8.GetBytes(
                    JsonSerializer.Serialize(
                        new
                        {
                            id = name,
                            @object = "model",
                            created = 0,
                            owned_by = "google",
                        }
                    )
                );
            }
        }

        return models;
    }

    /// <summary>A name in Google's list, without the word before it.</summary>
    private static string? GoogleName(JsonElement model) =>
        model.ValueKind == JsonValueKind.Object
        && model.TryGetProperty("name", out var name)
        && name.ValueKind == JsonValueKind.String
        && name.GetString()!.StartsWith("models/", StringComparison.Ordinal)
            ? name.GetString()!["models/".Length..]
            : null;

    private static JsonDocument? Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null; // no list
        }
    }
}
