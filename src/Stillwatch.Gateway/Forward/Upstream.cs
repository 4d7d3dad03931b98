using System.IO.Hashing;
using System.Net;
using System.Net.Security;
using System.Text;
using Stillwatch.Accounts;

namespace Stillwatch.Gateway.Forward;

/// <summary>A model server and what is known of it now. Safe for use from many threads.</summary>
internal sealed class Upstream : IDisposable
{
    private const double MostRestSeconds = 60;

    private readonly Http1Connections? _connections;
    private readonly HttpMessageInvoker? _client;
    private readonly string[] _models;
    private readonly string _host;
    private readonly string _basePath;
    private int _open;

    /// <summary>Takes its settings.</summary>
    public Upstream(UpstreamOptions options, TimeSpan connect, TimeProvider clock)
    {
        Options = options;
        Salt = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(options.Name));
        _host = options.Url.Authority;
        _models = [.. options.Models];
        _basePath = options.Url.AbsolutePath.TrimEnd('/');
        if (options.Url.Scheme == Uri.UriSchemeHttp && !options.Http2)
        {
            _connections = new(options.Url, connect, clock);
            return;
        }

        _client = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                UseProxy = false,
                ConnectTimeout = connect,
                EnableMultipleHttp2Connections = true,
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
                ActivityHeadersPropagator = null,
                SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = System.Security.Authentication.SslProtocols.None },
            }
        );
    }

    /// <summary>Its settings.</summary>
    public UpstreamOptions Options { get; }

    /// <summary>Whether the last check, or the last call, reached it.</summary>
    public bool Healthy { get; set; } = true;

    /// <summary>Until when it wants to be left alone, a timestamp of the clock: others are asked first.</summary>
    private long _restUntil;

    /// <summary>Whether it wants to be left alone.</summary>
    public bool Rests(long now) => now < Volatile.Read(ref _restUntil);

    /// <summary>Leaves it alone.</summary>
    /// <param name="seconds">For how long; what is none, 0 or less, for no time, and no more than a minute.</param>
    /// <param name="clock">The present.</param>
    public void Rest(double seconds, TimeProvider clock)
    {
        if (seconds > 0)
        {
            Volatile.Write(ref _restUntil, clock.GetTimestamp() + (long)(Math.Min(seconds, MostRestSeconds) * clock.TimestampFrequency));
        }
    }

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public string? Fault { get; set; }

    /// <summary>The models that it listed itself; empty where it listed none.</summary>
    public IReadOnlyDictionary<string, byte[]> Listed { get; set; } = new Dictionary<string, byte[]>(StringComparer.Ordinal);

    /// <summary>What its name adds to an account's hash.</summary>
    public ulong Salt { get; }

    /// <summary>Its place in the round, for weighing.</summary>
    public double Turn { get; set; }

    /// <summary>Calls that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Whether it serves <paramref name="model"/>, as far as is known.</summary>
    public bool Serves(string model)
    {
        if (_models.Length == 0)
        {
            return Listed.Count == 0 || Listed.ContainsKey(model);
        }

        foreach (var served in _models)
        {
            if (ModelPattern.Fits(served, model))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Begins a call.</summary>
    public UpstreamCall Call() =>
        _connections != null ? new Http1Call(_connections, _host, _basePath, Options.ApiKey) : new HttpClientCall(_client!, Options);

    /// <summary>
    /// How often an idle connection was used again, and how often one was made; zeros where the runtime's client has them.
    /// </summary>
    public (long Reused, long Made) Connections => _connections?.Uses ?? default;

    /// <summary>Closes idle connections that are of no more use.</summary>
    public void Sweep() => _connections?.Sweep();

    /// <summary>Counts a call in.</summary>
    public void Enter() => Interlocked.Increment(ref _open);

    /// <summary>Counts it out.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);

    /// <inheritdoc/>
    public void Dispose()
    {
        _connections?.Clear();
        _client?.Dispose();
    }
}
