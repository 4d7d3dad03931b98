using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Stillwatch.Tests.Gateway.Arrive;

/// <summary>
/// R12 of the failure tests: no request is split or joined between client and model server. A canary server counts what reaches it.
/// </summary>
public sealed class StrictnessTests
{
    private const string Body = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    /// <summary>
    /// Name, head after the request line and credentials, what follows the head, and how many requests may reach the server (0 or 1).
    /// </summary>
    public static TheoryData<string, string, string, int> Requests =>
        new()
        {
            { "plain", "Content-Length: LEN", Body, 1 },
            { "chunked", "Transfer-Encoding: chunked", Chunked(Body), 1 },
            {
                "chunk extension and trailer",
                "Transfer-Encoding: chunked",
                "1;x=y\r\n{\r\n" + Chunked(Body[1..])[..^2] + "X-Trailer: 1\r\n\r\n",
                1
            },
            { "two lengths", "Content-Length: LEN\r\nContent-Length: 3", Body, 0 },
            { "length with a sign", "Content-Length: +LEN", Body, 1 }, // read as the number that it is, and framed anew
            { "negative length", "Content-Length: -1", Body, 0 },
            { "length in hex", "Content-Length: 0x10", Body, 0 },
            { "length and chunked", "Content-Length: 4\r\nTransfer-Encoding: chunked", Chunked(Body), 0 },
            { "chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Chunked(Body), 0 },
            { "identity, chunked", "Transfer-Encoding: identity, chunked", Chunked(Body), 0 },
            { "xchunked", "Transfer-Encoding: xchunked", Chunked(Body), 0 },
            { "space before the colon", "Transfer-Encoding : chunked", Chunked(Body), 0 },
            { "folded header", "X-A: b\r\n c\r\nContent-Length: LEN", Body, 0 },
            { "bare carriage return", "X-A: b\rContent-Length: 0\r\nContent-Length: LEN", Body, 0 },
            { "NUL in a header", "X-A: b\0c\r\nContent-Length: LEN", Body, 0 },
            { "bad chunk size", "Transfer-Encoding: chunked", "ZZ\r\n" + Body + "\r\n0\r\n\r\n", 0 },
            { "huge chunk size", "Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFFF\r\n" + Body + "\r\n0\r\n\r\n", 0 },
            { "chunk extension with a bare line feed", "Transfer-Encoding: chunked", "1;x\n{\r\n" + Chunked(Body[1..]), 0 },
            { "encoded body", "Content-Encoding: gzip\r\nContent-Length: LEN", Body, 0 },
            { "40 KB of headers", "X-A: " + new string('a', 40_000) + "\r\nContent-Length: LEN", Body, 0 },
            { "200 headers", string.Join("\r\n", Enumerable.Range(0, 200).Select(i => $"X-{i}: a")) + "\r\nContent-Length: LEN", Body, 0 },
            { "long user agent", "User-Agent: " + new string('a', 2_000) + "\r\nContent-Length: LEN", Body, 1 },
            { "user agent beyond all measure", "User-Agent: " + new string('a', 6_000) + "\r\nContent-Length: LEN", Body, 0 },
            { "body of a second request behind", "Content-Length: LEN", Body + "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\r\n", 1 },
        };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Send_WhenFramingIsOdd_ThenWhatReachesTheServerIsOneWholeRequestOrNone(
        string name,
        string head,
        string rest,
        int reach
    )
    {
        await using var live = await LiveDeployment.StartAsync();
        var raw =
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.Key}\r\nContent-Type: "
            + $"application/json\r\nX-Forwarded-For: 9.9.9.9\r\nX-Stillwatch-Replay-Id: forged\r\nConnection: close\r\n"
            + head.Replace("LEN", Body.Length.ToString(), StringComparison.Ordinal)
            + "\r\n\r\n"
            + rest;
        var answer = await Raw(live, raw);
        Assert.Equal(reach, live.Upstream.Asked.Count);
        if (reach == 1)
        {
            var asked = Assert.Single(live.Upstream.Asked);
            Assert.Equal(Body, Encoding.UTF8.GetString(asked.Body));
            Assert.DoesNotContain(asked.Headers.Keys, header =>
                header.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)
                || header.StartsWith("X-Stillwatch", StringComparison.OrdinalIgnoreCase)
                || header.Equals("X-Trailer", StringComparison.OrdinalIgnoreCase)
            );
            Assert.NotEqual("9.9.9.9", (string?)live.Record()[0]["client"]?["ip"]);
        }
        else
        {
            Assert.Matches("^HTTP/1.1 4[0-9][0-9] ", answer.Length == 0 ? "HTTP/1.1 400 closed" : answer); // said, or closed
        }

        Assert.NotEmpty(name);
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Body)).StatusCode); // and the next one is served
    }

    [Fact]
    public async Task Send_WhenABodyIsTooLargeOrLies_ThenItIsRefusedAndLittleIsHeld()
    {
        await using var live = await LiveDeployment.StartAsync([("gateway.max_request_bytes", "100000")]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await live.Send("/v1/chat/completions", new string('x', 100_001))).StatusCode);
        Assert.StartsWith(
            "HTTP/1.1 413",
            await Raw(
                live,
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.Key}\r\nConnection: close\r\n"
                    + "Content-Length: 99999999999\r\n\r\n"
            ),
            StringComparison.Ordinal
        );
        Assert.Empty(live.Upstream.Asked);
    }

    [Fact]
    public async Task Path_WhenItHoldsAnEncodedLineEnd_ThenItReachesTheServerEncoded()
    {
        await using var live = await LiveDeployment.StartAsync([("gateway.unknown_paths", "pass")]);
        var said = await Raw(
            live,
            $"POST /v1/x%0d%0aInjected:%20yes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.Key}\r\nConnection: close\r\n"
                + $"Content-Length: {Body.Length}\r\n\r\n{Body}"
        );
        Assert.StartsWith("HTTP/1.1 200 ", said, StringComparison.Ordinal);
        var (path, headers, body) = Assert.Single(live.Upstream.Asked); // it did reach it: as one request, of this path
        Assert.Equal(("/v1/x\r\nInjected: yes", Body), (path, Encoding.UTF8.GetString(body)));
        Assert.False(headers.ContainsKey("Injected"));
    }

    [Fact]
    public async Task Keys_WhenSomethingWasSaidOrWritten_ThenNoCredentialIsInIt()
    {
        await using var live = await LiveDeployment.StartAsync();
        using var response = await live.Send("/v1/chat/completions", Body);
        var said = response.ToString() + await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var console = live.Console();
        said +=
            await console.GetStringAsync("/status", TestContext.Current.CancellationToken)
            + await console.GetStringAsync("/metrics", TestContext.Current.CancellationToken)
            + await console.GetStringAsync("/api/findings", TestContext.Current.CancellationToken);
        said += string.Concat(live.Record().Select(record => record.ToJsonString()));
        var secret = live.Key.Split('_')[3];
        Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream-secret-key", said, StringComparison.Ordinal);
        foreach (
            var file in Directory
                .EnumerateFiles(live.Path, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) is not ("console.token" or "lock"))
        )
        {
            // whatever is held open
            using var cat = Process.Start(
                new ProcessStartInfo("cat", [file])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    StandardOutputEncoding = Encoding.Latin1,
                }
            )!;
            var text = await cat.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.False(
                text.Contains(secret, StringComparison.Ordinal) || text.Contains("upstream-secret-key", StringComparison.Ordinal),
                file
            );
        }
    }

    /// <summary>
    /// R10: bodies as parsers disagree on them. Whatever the gateway takes for JSON, the watch takes for JSON; nothing is a fault of the
    /// server's, and
    /// what is forwarded is forwarded byte for byte.
    /// </summary>
    [Fact]
    public async Task Bodies_WhenTheyAreMalformedInManyWays_ThenNoneIsAServerErrorAndWhatPassesPassesUnchanged()
    {
        await using var live = await LiveDeployment.StartAsync();
        var random = new Random(12);
        var seed = Encoding.UTF8.GetBytes(
            """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a\ud83d\ude00"},"""
                + """{"type":"image_url","image_url":{"url":"x"}}]}],"n":1,"stream":false,"tools":[],"""
                + "\"model\":\"m\",\"metadata\":{\"a\":[1e5,-0.0,null,true]}}"
        );
        for (var i = 0; i < 600; i++)
        {
            var body = seed.ToArray();
            switch (i % 4)
            {
                case 0:
                    body[random.Next(body.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    body = body[..random.Next(1, body.Length)];
                    break;
                case 2:
                    body = Encoding.UTF8.GetBytes(
                        "{\"model\":\"m\",\"x\":" + new string('[', random.Next(1, 3_000)) + new string(']', random.Next(1, 3_000)) + "}"
                    );
                    break;
                default:
                    var at = random.Next(body.Length);
                    body = [.. body[..at], .. "\\ud800"u8, .. body[at..]];
                    break;
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent(body) };
            request.Headers.Add("authorization", "Bearer " + live.Key);
            var before = live.Upstream.Asked.Count;
            using var response = await live.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode < 500, $"{response.StatusCode} for {Convert.ToHexString(body)}");
            if (live.Upstream.Asked.Count > before)
            {
                Assert.Equal(body, live.Upstream.Asked.Last().Body);
            }
        }

        await LiveDeployment.Until(() => live.Running.Watch.State is { LagSeconds: 0 } state && state.Exchanges + state.Rejected == 600);
        Assert.Equal(0, live.Running.Watch.Unreadable);
        Assert.Equal(600, live.Record().Count);
    }

    private static string Chunked(string body) => $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n";

    private static async Task<string> Raw(LiveDeployment live, string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(live.Running.GatewayAddress).Port);
        var answer = new StringBuilder();
        var buffer = new byte[64 * 1024];
        using var limit = new CancellationTokenSource(LiveDeployment.Patience);
        try
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(request));
            for (int read; (read = await socket.ReceiveAsync(buffer, limit.Token)) > 0; )
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // Closed on us: that is an answer too.
        }

        return answer.ToString();
    }
}
