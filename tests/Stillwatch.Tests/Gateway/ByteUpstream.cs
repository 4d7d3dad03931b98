using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// A model server that answers with bytes as they are given, pauses and ends between them, on connections that stay open: the server of
/// <c>shared/cases/gateway</c>, written anew. It lists the models 'm1' and 'expensive' itself.
/// </summary>
internal sealed class ByteUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, Part[]> _answers;

    /// <summary>Starts one.</summary>
    /// <param name="answers">What each POST of a connection is answered with, by its number on that connection, from 0.</param>
    public ByteUpstream(Func<int, Part[]> answers)
    {
        _answers = answers;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    /// <summary>Starts one that answers every POST alike.</summary>
    public ByteUpstream(params Part[] answer)
        : this(_ => answer) { }

    public string Address { get; }

    /// <summary>Heads and bodies of the POSTs that came.</summary>
    public ConcurrentQueue<string> Posts { get; } = [];

    /// <summary>How many POSTs were answered to the last byte of their script.</summary>
    public int Answers;

    /// <summary>How many connections were made.</summary>
    public int Connections;

    /// <summary>A whole answer of a length that is said.</summary>
    public static string Json(string body, string headers = "", string status = "200 OK") =>
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: "
        + $"{Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>The head of a stream and its events; it ends with its connection.</summary>
    public static string Stream(string events, string type = "text/event-stream") =>
        $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nConnection: close\r\n\r\n{events}";

    /// <summary>A usual answer to a chat.</summary>
    public static string Answered(int tokens) =>
        Json(
            $$$"""{"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":{{{tokens}}}}}"""
        );

    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
        return default;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            Interlocked.Increment(ref Connections);
            client.NoDelay = true;
            var stream = client.GetStream();
            var (text, posts) = ("", 0);
            var room = new byte[64 * 1024];
            try
            {
                while (true)
                {
                    int head;
                    while ((head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0 || text.Length < head + 4 + Length(text[..head]))
                    {
                        var read = await stream.ReadAsync(room, _stop.Token);
                        if (read == 0)
                        {
                            return;
                        }

                        text += Encoding.Latin1.GetString(room, 0, read);
                    }

                    var whole = head + 4 + Length(text[..head]);
                    var message = text[..whole];
                    text = text[whole..];
                    if (message.StartsWith("GET", StringComparison.Ordinal))
                    {
                        await Write(stream, Json("""{"object":"list","data":[{"id":"m1"},{"id":"expensive"}]}"""));
                        continue;
                    }

                    Posts.Enqueue(message);
                    foreach (var part in _answers(posts++))
                    {
                        if (part.Close)
                        {
                            return;
                        }

                        await (part.Wait > TimeSpan.Zero ? Task.Delay(part.Wait, _stop.Token) : Write(stream, part.Text));
                    }

                    Interlocked.Increment(ref Answers);
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The gateway went, or the test is over.
            }
        }
    }

    private static Task Write(NetworkStream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    private static int Length(string head) =>
        head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)) is { } line
            ? int.Parse(line[16..])
            : 0;

    /// <summary>Bytes, a pause, or the end of the connection.</summary>
    internal sealed record Part(string Text, TimeSpan Wait = default, bool Close = false)
    {
        /// <summary>The end of the connection.</summary>
        public static Part End { get; } = new("", Close: true);

        /// <summary>A pause.</summary>
        public static Part Pause(double seconds) => new("", TimeSpan.FromSeconds(seconds));

        public static implicit operator Part(string text) => new(text);
    }
}
