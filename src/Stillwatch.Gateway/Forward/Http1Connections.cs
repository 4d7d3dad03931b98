using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Stillwatch.Gateway.Forward;

/// <summary>Idle connections to one model server, the one used last first. Safe for use from many threads.</summary>
internal sealed class Http1Connections(Uri url, TimeSpan connect, TimeProvider clock)
{
    private const int MostIdle = 1024;

    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(60);

    private readonly ConcurrentStack<Http1Connection> _idle = new();
    private readonly DnsEndPoint _host = new(url.IdnHost.Trim('[', ']'), url.Port);
    private readonly IPAddress? _address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address : null;
    private long _taken,
        _dialled;

    /// <summary>How often an idle connection was used again, and how often one was made.</summary>
    public (long Reused, long Made) Uses => (Volatile.Read(ref _taken), Volatile.Read(ref _dialled));

    /// <summary>
    /// An idle connection that nothing came on; null where there is none. One that is readable or closed is never used again.
    /// </summary>
    public Http1Connection? TryTake()
    {
        while (_idle.TryPop(out var connection))
        {
            if (connection.IsQuiet)
            {
                Interlocked.Increment(ref _taken);
                return connection;
            }

            connection.Dispose();
        }

        return null;
    }

    /// <summary>A new connection.</summary>
    /// <exception cref="UpstreamException">It cannot be made.</exception>
    public async ValueTask<Http1Connection> DialAsync()
    {
        var socket =
            _address == null
                ? new Socket(SocketType.Stream, ProtocolType.Tcp)
                : new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        using var limit = new CancellationTokenSource(connect);
        try
        {
            await socket.ConnectAsync(_address == null ? _host : new IPEndPoint(_address, url.Port), limit.Token);
            Interlocked.Increment(ref _dialled);
            return new Http1Connection(socket, clock);
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new UpstreamException(
                UpstreamFault.Unreachable,
                fault is OperationCanceledException ? $"no connection within {connect.TotalSeconds} s" : fault.Message,
                fault
            );
        }
    }

    /// <summary>Keeps a connection for the next call.</summary>
    public void Give(Http1Connection connection)
    {
        if (_idle.Count >= MostIdle)
        {
            connection.Dispose();
            return;
        }

        connection.IdleSince = clock.GetTimestamp();
        _idle.Push(connection);
    }

    /// <summary>Closes those that were closed from the other side, that something came on, or that were idle for long.</summary>
    public void Sweep()
    {
        List<Http1Connection> kept = [];
        while (_idle.TryPop(out var connection))
        {
            if (connection.IsQuiet && clock.GetElapsedTime(connection.IdleSince) < LongestIdle)
            {
                kept.Add(connection);
            }
            else
            {
                connection.Dispose();
            }
        }

        for (var i = kept.Count - 1; i >= 0; i--)
        {
            _idle.Push(kept[i]);
        }
    }

    /// <summary>Closes what is idle.</summary>
    public void Clear()
    {
        while (_idle.TryPop(out var connection))
        {
            connection.Dispose();
        }
    }
}
