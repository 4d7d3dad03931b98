using System.Buffers.Binary;
using System.Net.Sockets;

namespace Stillwatch.Gateway.Forward;

/// <summary>One connection to a model server. Used by one call at a time.</summary>
internal sealed class Http1Connection(Socket socket, TimeProvider clock) : IDisposable
{
    private const int Tcp = 6,
        TcpInfo = 11; // Linux: IPPROTO_TCP, TCP_INFO
    private const int State = 0,
        Rtt = 68,
        BytesAcked = 120; // tcpi_state, tcpi_rtt (microseconds), tcpi_bytes_acked in struct tcp_info, Linux 4.1 and later
    private const byte Closed = 7; // TCP_CLOSE
    private const uint MostRtt = 200_000;
    private const int MostUnread = 64 * 1024; // a longer message may have been read in part

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(20);

    private long _sent;
    private long _before;
    private long _sentAt;

    /// <summary>When it became idle, a timestamp of the clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>
    /// Whether nothing lies on it unread and the other side has not closed it. What comes on an idle connection answers no request of ours:
    /// a second answer, or a proxy's 408. Whoever used the connection next would take it for theirs.
    /// </summary>
    public bool IsQuiet
    {
        get
        {
            try
            {
                return !socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// Whether the other side's program cannot have read the last message, now that the connection ended without an answer: then sending it
    /// again on another connection is no second sending. It is so where its kernel acknowledged not a byte, or where it reset the
    /// connection at once: a kernel does that when its program closes, or had closed, and bytes lie unread. A program that had read the
    /// message, and ends or crashes over it, closes without a reset, or later. False where that cannot be told.
    /// </summary>
    public async ValueTask<bool> WasNotReadAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var info = new byte[256];
        while (TryInfo(info))
        {
            // the first of them is the connection's own beginning
            if (BinaryPrimitives.ReadInt64LittleEndian(info.AsSpan(BytesAcked)) - 1 <= _before)
            {
                return true;
            }

            var since = clock.GetElapsedTime(_sentAt);
            var atOnce =
                TimeSpan.FromMicroseconds(2 * Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(Rtt)), MostRtt)) + AtOnce;
            if (since > atOnce || _sent - _before > MostUnread)
            {
                return false;
            }

            if (info[State] == Closed)
            {
                return true; // reset: after a mere end it would wait for ours
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), clock); // a reset may be on its way behind the end
        }

        return false;
    }

    /// <summary>Sends all of <paramref name="message"/>.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> message)
    {
        _before = _sent;
        while (message.Length > 0)
        {
            var sent = await socket.SendAsync(message);
            _sent += sent;
            message = message[sent..];
        }

        _sentAt = clock.GetTimestamp();
    }

    /// <summary>Reads what is there, or waits for it; 0 at the end.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> room) => socket.ReceiveAsync(room);

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private bool TryInfo(Span<byte> info)
    {
        try
        {
            return socket.GetRawSocketOption(Tcp, TcpInfo, info) >= BytesAcked + 8;
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
