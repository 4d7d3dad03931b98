using System.Net;
using System.Net.Sockets;
using Stillwatch.Gateway.Forward;
using Stillwatch.Reports;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

/// <summary>
/// What is known of a connection to a model server: whether it may be used again, and whether what was sent on it was read.
/// </summary>
public sealed class Http1ConnectionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A connection that its server closed without reading the request is told from one that it closed over the request.</summary>
    [Theory]
    [InlineData("closed before", true)]
    [InlineData("closed with the request unread", true)]
    [InlineData("closed after reading", false)]
    [InlineData("reset late after reading", false)]
    public async Task WasNotReadAsync_WhenTheConnectionEnded_ThenItSaysWhetherTheRequestMayBeSentAgain(string how, bool unread)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var clock = new SteppedClock();
        using var connection = new Http1Connection(socket, how.Contains("late", StringComparison.Ordinal) ? clock : SystemClock.Instance);
        await socket.ConnectAsync(listener.LocalEndpoint, Cancel);
        var server = await listener.AcceptSocketAsync(Cancel);
        var room = new byte[100];
        await connection.SendAsync("first"u8.ToArray());
        Assert.Equal(5, await server.ReceiveAsync(room.AsMemory(), Cancel));
        await server.SendAsync("answer"u8.ToArray(), Cancel);
        Assert.Equal(6, await connection.ReceiveAsync(room));
        Assert.True(connection.IsQuiet);
        if (how == "closed before")
        {
            server.Dispose();
        }

        await connection.SendAsync("second"u8.ToArray());
        if (how.Contains("reading", StringComparison.Ordinal))
        {
            Assert.Equal(6, await server.ReceiveAsync(room.AsMemory(), Cancel));
        }

        if (how.StartsWith("reset", StringComparison.Ordinal))
        {
            await LiveDeployment.Until(() => Acknowledged(socket) == 1 + 5 + 6); // its beginning and both messages
            clock.Advance(TimeSpan.FromMilliseconds(300));
            server.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        server.Dispose();
        try
        {
            Assert.Equal(0, await connection.ReceiveAsync(room));
        }
        catch (SocketException) when (how != "closed after reading")
        {
            // reset: the same
        }

        Assert.False(connection.IsQuiet);
        Assert.Equal(unread, await connection.WasNotReadAsync());
    }

    /// <summary>How much the other side's kernel has acknowledged.</summary>
    private static long Acknowledged(Socket socket)
    {
        const int Tcp = 6,
            TcpInfo = 11,
            BytesAcked = 120;
        Span<byte> info = new byte[256];
        socket.GetRawSocketOption(Tcp, TcpInfo, info);
        return BitConverter.ToInt64(info[BytesAcked..]);
    }
}
