using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Stillwatch.Gateway.Forward;

/// <summary>Idle connections to one model server, the one used last first. Safe for use from many threads.</summary>
internal sealed class Http1Connections(Uri url, TimeSpan connect)
{
    private const int MostIdle = 1024;

    private readonly ConcurrentStack<Socket> _idle = new();
    private readonly DnsEndPoint _host = new(url.IdnHost.Trim('[', ']'), url.Port);
    private readonly IPAddress? _address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address : null;

    /// <summary>An idle connection; null where there is none.</summary>
    public Socket? TryTake() => _idle.TryPop(out var socket) ? socket : null;

    /// <summary>A new connection.</summary>
    /// <exception cref="UpstreamException">It cannot be made.</exception>
    public async ValueTask<Socket> DialAsync()
    {
        var socket = _address == null ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        using var limit = new CancellationTokenSource(connect);
        try
        {
            await socket.ConnectAsync(_address == null ? _host : new IPEndPoint(_address, url.Port), limit.Token);
            return socket;
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new UpstreamException(UpstreamFault.Unreachable, fault is OperationCanceledException ? $"no connection within {connect.TotalSeconds} s" : fault.Message, fault);
        }
    }

    /// <summary>Keeps a connection for the next call.</summary>
    public void Give(Socket socket)
    {
        if (_idle.Count >= MostIdle)
        {
            socket.Dispose();
            return;
        }

        _idle.Push(socket);
    }

    /// <summary>Closes what is idle.</summary>
    public void Clear()
    {
        while (_idle.TryPop(out var socket))
        {
            socket.Dispose();
        }
    }
}
