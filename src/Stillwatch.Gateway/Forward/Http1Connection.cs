using System.Buffers.Binary;
using System.Net.Sockets;

namespace Stillwatch.Gateway.Forward;

/// <summary>One connection to a model server. Used by one call at a time.</summary>
internal sealed class Http1Connection(Socket socket) : IDisposable
{
    private const int Tcp = 6, TcpInfo = 11;      // Linux: IPPROTO_TCP, TCP_INFO
    private const int BytesAcked = 120;           // tcpi_bytes_acked in struct tcp_info, Linux 4.1 and later

    private long _sent;
    private long _before;

    /// <summary>When it became idle, a timestamp of the clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>
    /// Whether nothing lies on it unread and the other side has not closed it. What comes on an idle connection answers no request of ours: a second answer, or a
    /// proxy's 408. Whoever used the connection next would take it for theirs.
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
    /// Whether the other side took none of the last message: its kernel acknowledged not a byte. Then it had closed the connection before the message was written, and
    /// sending it again on another connection is no second sending. False where that cannot be told.
    /// </summary>
    public bool TookNothing
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return false;
            }

            try
            {
                Span<byte> info = stackalloc byte[256];
                return socket.GetRawSocketOption(Tcp, TcpInfo, info) >= BytesAcked + 8
                    && BinaryPrimitives.ReadInt64LittleEndian(info[BytesAcked..]) - 1 <= _before;   // the first of them is the connection's own beginning
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
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
    }

    /// <summary>Reads what is there, or waits for it; 0 at the end.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> room) => socket.ReceiveAsync(room);

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
