using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Forward;

/// <summary>The model servers: which one answers next, and how they are. Safe for use from many threads.</summary>
internal sealed class Upstreams : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Upstream[] _all;
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _every;
    private Task? _checks;

    /// <summary>Takes the servers; <see cref="StartAsync"/> begins to look after them.</summary>
    public Upstreams(IEnumerable<UpstreamOptions> options, TimeSpan connect, TimeSpan every)
    {
        _all = [.. options.Select(option => new Upstream(option, connect))];
        _every = every;
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

    /// <summary>The server that answers next: among the healthy ones that serve the model in turn by weight, else any that serves it.</summary>
    /// <param name="model">The model; null where the request names none.</param>
    /// <param name="tried">Servers that failed for this request already.</param>
    /// <returns>Null where none is left.</returns>
    public Upstream? Next(string? model, ReadOnlySpan<Upstream?> tried)
    {
        if (_all.Length == 1)
        {
            return tried.Length == 0 && (model == null || _all[0].Serves(model)) ? _all[0] : null;
        }

        lock (_gate)
        {
            return Pick(model, tried, healthy: true) ?? Pick(model, tried, healthy: false);
        }
    }

    /// <summary>Whether a healthy server is left besides <paramref name="upstream"/> and those that failed already.</summary>
    public bool HasHealthy(Upstream upstream, ReadOnlySpan<Upstream?> tried)
    {
        foreach (var other in _all)
        {
            if (other != upstream && other.Healthy && !tried.Contains(other))
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

    /// <summary>Smooth weighted round robin, as nginx does it: no chance needed, and no two in a row where it can be helped.</summary>
    private Upstream? Pick(string? model, ReadOnlySpan<Upstream?> tried, bool healthy)
    {
        Upstream? best = null;
        var total = 0;
        foreach (var upstream in _all)
        {
            if (upstream.Healthy != healthy || tried.Contains(upstream) || model != null && !upstream.Serves(model))
            {
                continue;
            }

            total += upstream.Options.Weight;
            upstream.Turn += upstream.Options.Weight;
            best = best == null || upstream.Turn > best.Turn ? upstream : best;
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

    /// <summary>A server is healthy where it answers the list of models with anything but an error of its own.</summary>
    private async Task CheckAsync(Upstream upstream)
    {
        using var call = upstream.Call();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await using var cut = limit.Token.Register(call.Abort);
        try
        {
            var room = new byte[64 * 1024];
            var http = new DefaultHttpContext();
            var request = new UpstreamRequest { Method = "GET", Path = "/v1/models", Id = "health-check", Accept = "application/json", Buffer = new byte[UpstreamRequest.HeadRoom], Start = UpstreamRequest.HeadRoom };
            var have = await call.SendAsync(request, http.Response, room);
            var body = new MemoryStream();
            body.Write(room, 0, have);
            while (!call.Ended && body.Length < 16 << 20)
            {
                have = await call.ReadAsync(room);
                body.Write(room, 0, have);
            }

            upstream.Healthy = call.Status < 500;
            upstream.Fault = upstream.Healthy ? null : $"it answers {call.Status}";
            upstream.Listed = call.Status == 200 ? Models(body.ToArray()) : upstream.Listed;
        }
        catch (Exception fault) when (fault is UpstreamException or JsonException)
        {
            upstream.Healthy = fault is JsonException;
            upstream.Fault = upstream.Healthy ? null : fault.Message;
        }
    }

    private static Dictionary<string, byte[]> Models(byte[] body)
    {
        var models = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var list = JsonDocument.Parse(body);
        if (list.RootElement.ValueKind == JsonValueKind.Object && list.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array)
        {
            foreach (var model in data.EnumerateArray())
            {
                if (model.ValueKind == JsonValueKind.Object && model.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
                {
                    models[id.GetString()!] = System.Text.Encoding.UTF8.GetBytes(model.GetRawText());
                }
            }
        }

        return models;
    }
}
