using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// A model server down to its bytes: for answers that no decent server gives. It lists the model 'm' and hands every other request to a
/// script.
/// </summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, string, Task> _script;

    /// <summary>Starts one.</summary>
    /// <param name="script">Given the connection and the head of the request; when it returns the connection is closed.</param>
    public RawUpstream(Func<NetworkStream, string, Task> script)
    {
        _script = script;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>The heads and bodies that came, save lists of models.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Connections of exchanges that are open now.</summary>
    public int Open;

    public static ValueTask Write(NetworkStream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text));

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
            client.NoDelay = true;
            var stream = client.GetStream();
            try
            {
                while (await ReadAsync(stream) is { } request)
                {
                    if (request.StartsWith("GET /v1/models ", StringComparison.Ordinal))
                    {
                        const string list = """{"object":"list","data":[{"id":"m","object":"model"}]}""";
                        await Write(
                            stream,
                            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {list.Length}\r\n\r\n{list}"
                        );
                        continue;
                    }

                    Requests.Enqueue(request);
                    Interlocked.Increment(ref Open);
                    try
                    {
                        await _script(stream, request);
                    }
                    finally
                    {
                        Interlocked.Decrement(ref Open);
                    }

                    return;
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
            {
                // The gateway went.
            }
        }
    }

    /// <summary>A request with its body, as the gateway frames it: with a length.</summary>
    private static async Task<string?> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                return null;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            var all = text.ToString();
            var end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var length = all.Split("\r\n")
                    .FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                    is { } header
                    ? int.Parse(header[16..])
                    : 0;
                if (all.Length >= end + 4 + length)
                {
                    return all;
                }
            }
        }
    }
}
