using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway.Forward;
using Stillwatch.Reports;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// The forwarder of our own beside the platform's client, on thousands of hostile answers: whatever ours takes for a whole answer, the
/// platform takes for the same one, and what comes next on the connection is never somebody else's. Ours may refuse more; it refuses
/// nothing that a decent server sends.
/// </summary>
public sealed class ForwarderDifferentialTests
{
    /// <summary>
    /// What becomes of a request that is written in the moment in which the server closes: it may have worked on it, so it is not sent
    /// again.
    /// </summary>
    private const string Closed = "refused: it closed the connection without an answer";

    private const string Next = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext";

    /// <summary>Answers as decent servers send them: both take them, and the connection is used again where it may be.</summary>
    private static readonly string[] Decent =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length:5\r\nX-Empty:\r\nx-tab:\t a \t\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n00005\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;name=\"v\"\r\nhello\r\n0;last\r\nX-Trailer: a\r\nX-More: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nConnection: keep-alive, CLOSE\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ];

    /// <summary>Answers that end with their connection.</summary>
    private static readonly string[] Endless =
    [
        "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ];

    private static readonly string[] Hostile =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray",
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nstray",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nstray\r\n0\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nstray",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhellostray",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 30\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n 5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: a\nY: b\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n folded\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n Content-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nno colon\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n: no name\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a\0b\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a\rb\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX\u0001: a\r\n\r\nhello",
        "HTTP/1.1 099 Odd\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 600 Odd\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1  200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1\t200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.2 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "http/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 101 Switching\r\n\r\nhello",
        "hello",
        "",
    ];

    [Fact]
    public async Task Answers_WhenTheyAreDecent_ThenBothTakeThemAndTheConnectionIsUsedAgain()
    {
        await using var server = new Server();
        using var platform = Platform();
        foreach (var answer in Decent)
        {
            var asked = server.Add(Bytes(answer), close: false, cut: 0);
            var (ours, next, reused) = await Ours(server, asked);
            Assert.Equal(await Theirs(platform, server, asked), ours);
            Assert.StartsWith("whole", ours, StringComparison.Ordinal);
            Assert.Equal("whole 200 next", next);
            Assert.Equal(
                !answer.Contains("close", StringComparison.OrdinalIgnoreCase) && !answer.StartsWith("HTTP/1.0", StringComparison.Ordinal),
                reused
            );
        }

        foreach (var answer in Endless)
        {
            var asked = server.Add(Bytes(answer), close: true, cut: 0);
            var (ours, next, _) = await Ours(server, asked);
            Assert.Equal((await Theirs(platform, server, asked), "whole 200 next"), (ours, next));
        }
    }

    /// <summary>Every answer cut at every byte, in two pieces and broken off; and with bytes changed.</summary>
    [Fact]
    public async Task Answers_WhenTheyAreHostile_ThenOursTakesNoneForAnotherThanThePlatformDoes()
    {
        await using var server = new Server();
        using var platform = Platform();
        var random = new Random(19);
        List<int> all = [];
        foreach (var answer in (string[])[.. Decent, .. Endless, .. Hostile])
        {
            var bytes = Bytes(answer);
            all.Add(server.Add(bytes, close: true, cut: 0));
            all.AddRange(Enumerable.Range(1, Math.Max(0, bytes.Length - 1)).Select(cut => server.Add(bytes[..cut], close: true, cut: 0)));
            all.AddRange(
                Enumerable
                    .Range(0, 6)
                    .Where(_ => bytes.Length > 2)
                    .Select(_ => server.Add(bytes, close: true, cut: random.Next(1, bytes.Length)))
            );
            all.AddRange(
                Enumerable.Range(0, 30).Where(_ => bytes.Length > 0).Select(_ => server.Add(Changed(bytes, random), close: true, cut: 0))
            );
        }

        foreach (var length in (int[])[4_000, 4_096, 30_000, 65_000, 80_000])
        {
            all.Add(
                server.Add(
                    Bytes($"HTTP/1.1 200 OK\r\nX: {new string('h', length)}\r\nContent-Length: 20000\r\n\r\n{new string('b', 20_000)}"),
                    close: true,
                    cut: 0
                )
            );
            all.Add(
                server.Add(
                    Bytes(
                        $"HTTP/1.1 200 OK\r\nX: {new string('h', length)}\r\nTransfer-Encoding: "
                            + $"chunked\r\n\r\n4E20\r\n{new string('b', 20_000)}\r\n0\r\n\r\n"
                    ),
                    close: true,
                    cut: length / 2
                )
            );
        }

        Assert.InRange(all.Count, 5_000, 20_000);
        ConcurrentBag<string> differences = [];
        var (whole, refused) = (0, 0);
        await Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (asked, _) =>
            {
                var (ours, next, _) = await Ours(server, asked);
                var theirs = await Theirs(platform, server, asked);
                var taken = ours.StartsWith("whole", StringComparison.Ordinal);
                Interlocked.Add(ref whole, taken ? 1 : 0);
                Interlocked.Add(ref refused, taken ? 0 : 1);
                if (taken && ours != theirs || next is not ("whole 200 next" or Closed))
                {
                    differences.Add(
                        $"{Convert.ToHexString(server.Of(asked))[..Math.Min(100, server.Of(asked).Length * 2)]} "
                            + $"{Encoding.Latin1.GetString(server.Of(asked)).ReplaceLineEndings("|")}: ours {ours}, the platform's "
                            + $"{theirs}, then {next}"
                    );
                }
            }
        );
        Assert.True(differences.IsEmpty, string.Join('\n', differences.Take(20)));
        Assert.True(whole > 400 && refused > 4_000, $"{whole} taken, {refused} refused");
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Changed(byte[] bytes, Random random)
    {
        var changed = bytes.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && changed.Count > 0; changes--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(3))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.RemoveAt(at);
                    break;
                default:
                    changed.Insert(at, "\r\n \t:;0aF,+-\0"u8[random.Next(13)]);
                    break;
            }
        }

        return [.. changed];
    }

    private static HttpMessageInvoker Platform() =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                MaxResponseHeadersLength = 64,
                PooledConnectionLifetime = TimeSpan.Zero,
                AutomaticDecompression = DecompressionMethods.None,
            }
        );

    /// <summary>
    /// What our forwarder makes of an answer, what it gets for the next request, and whether it sent that over the same connection.
    /// </summary>
    private static async Task<(string Answer, string Next, bool Reused)> Ours(Server server, int asked)
    {
        var connections = new Http1Connections(new Uri(server.Address), TimeSpan.FromSeconds(5), SystemClock.Instance);
        var answer = await Call(connections, $"/{asked}");
        var next = await Call(connections, "/next");
        connections.Clear();
        return (answer, next, connections.Uses.Reused > 0);
    }

    private static async Task<string> Call(Http1Connections connections, string path)
    {
        using var call = new Http1Call(connections, "host", "", apiKey: null);
        var room = new byte[4096];
        var http = new DefaultHttpContext();
        var body = new byte[2];
        var request = new UpstreamRequest
        {
            Method = "POST",
            Path = path,
            Id = "x",
            Buffer = [.. new byte[UpstreamRequest.HeadRoom], .. body],
            Start = UpstreamRequest.HeadRoom,
            Length = 2,
        };
        try
        {
            var all = new MemoryStream();
            var have = await call.SendAsync(request, http.Response, room);
            all.Write(room, 0, have);
            while (!call.Ended)
            {
                have = await call.ReadAsync(room);
                all.Write(room, 0, have);
            }

            return $"whole {call.Status} {Encoding.Latin1.GetString(all.ToArray())}";
        }
        catch (UpstreamException fault)
        {
            return $"refused: {fault.Message}";
        }
    }

    private static async Task<string> Theirs(HttpMessageInvoker platform, Server server, int asked)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/{asked}")
            {
                Content = new ByteArrayContent([0, 0]),
            };
            using var answer = await platform.SendAsync(request, TestContext.Current.CancellationToken);
            return $"whole {(int)answer.StatusCode} "
                + $"{Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))}";
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return $"refused: {fault.Message}";
        }
    }

    /// <summary>Answers <c>/N</c> with the bytes of that number, <c>/next</c> with an answer that says so.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<(byte[] Bytes, bool Close, int Cut)> _answers = [];

        public Server()
        {
            _listener.Start(512);
            Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
            _ = AcceptAsync();
        }

        public string Address { get; }

        public int Add(byte[] bytes, bool close, int cut)
        {
            _answers.Add((bytes, close, cut));
            return _answers.Count - 1;
        }

        public byte[] Of(int number) => _answers[number].Bytes;

        public ValueTask DisposeAsync()
        {
            _listener.Stop();
            return default;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = ServeAsync(await _listener.AcceptSocketAsync());
                }
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // It is over.
            }
        }

        private async Task ServeAsync(Socket socket)
        {
            using (socket)
            {
                socket.NoDelay = true;
                var (text, room) = ("", new byte[4096]);
                try
                {
                    while (true)
                    {
                        int head;
                        while ((head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0 || text.Length < head + 6)
                        {
                            var read = await socket.ReceiveAsync(room.AsMemory());
                            if (read == 0)
                            {
                                return;
                            }

                            text += Encoding.Latin1.GetString(room, 0, read);
                        }

                        var path = text.Split(' ', 3)[1];
                        text = text[(head + 6)..];
                        var (bytes, close, cut) = path == "/next" ? (Bytes(Next), false, 0) : _answers[int.Parse(path[1..])];
                        if (cut > 0)
                        {
                            await socket.SendAsync(bytes.AsMemory(0, cut));
                            await Task.Delay(2);
                        }

                        await socket.SendAsync(bytes.AsMemory(cut));
                        if (close)
                        {
                            socket.Shutdown(SocketShutdown.Send);
                            return;
                        }
                    }
                }
                catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
                {
                    // The other side went.
                }
            }
        }
    }
}
