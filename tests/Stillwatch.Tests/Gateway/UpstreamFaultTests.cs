using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>
/// Model servers at their worst (R5 and R6 of the failure tests): each has a stated outcome, and a truncated answer never ends cleanly.
/// </summary>
public sealed class UpstreamFaultTests
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""",
        Stream = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Delta =
        "data: "
        + "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n";

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":", "cut in the body")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n", "cut between chunks")]
    public async Task Body_WhenItIsCut_ThenTheClientSeesABrokenConnectionAndTheRecordSaysSo(string bytes, string why)
    {
        await using var upstream = new RawUpstream(async (stream, _) => await RawUpstream.Write(stream, bytes));
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        var fault = await Xunit.Record.ExceptionAsync(async () =>
            await (await live.Send("/v1/chat/completions", Chat, when: HttpCompletionOption.ResponseHeadersRead)).Content.ReadAsStringAsync(
                TestContext.Current.CancellationToken
            )
        );
        Assert.True(fault is HttpRequestException or IOException, why);
        await LiveDeployment.Until(() => live.Record() is [var one] && (string?)one["outcome"] == "upstream_cut");
    }

    [Theory]
    [InlineData("")] // closes without a word
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")] // in the head
    [InlineData("SMTP 220 hello\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n")]
    public async Task Head_WhenItIsBroken_ThenTheClientHasA502InItsDialect(string bytes)
    {
        await using var upstream = new RawUpstream(async (stream, _) => await RawUpstream.Write(stream, bytes));
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", Chat);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(
            "server_error",
            (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["type"]
        );
        Assert.InRange(int.Parse(response.Headers.GetValues("retry-after").Single()), 1, 60);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_WhenItIsTruncated_ThenAnErrorEventComesAndTheConnectionBreaks(bool cleanly)
    {
        await using var upstream = new RawUpstream(
            async (stream, _) => await RawUpstream.Write(stream, Head + Chunk(Delta) + (cleanly ? "0\r\n\r\n" : ""))
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", Stream, when: HttpCompletionOption.ResponseHeadersRead);
        var (text, broke) = await ReadAll(response);
        Assert.True(broke);
        Assert.StartsWith(Delta, text, StringComparison.Ordinal);
        Assert.Equal("upstream_cut", (string?)JsonNode.Parse(text[Delta.Length..].Trim()["data: ".Length..])!["error"]!["code"]);
        await LiveDeployment.Until(() => live.Record() is [var one] && (string?)one["outcome"] == "upstream_cut");
        Assert.Equal("Hel", (string?)live.Record()[0]["response"]!["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task Stream_WhenAnErrorAndTheEndComeAtOnce_ThenTheClientHasBoth()
    {
        const string error = "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null,\"param\":null}}\n\n";
        await using var upstream = new RawUpstream(
            async (stream, _) => await RawUpstream.Write(stream, Head + Chunk(Delta + error + "data: [DONE]\n\n") + "0\r\n\r\n")
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", Stream, when: HttpCompletionOption.ResponseHeadersRead);
        var (text, broke) = await ReadAll(response);
        Assert.True(broke);
        Assert.Equal(Delta + error, text);
    }

    [Fact]
    public async Task Stream_WhenAMessageIsTruncated_ThenTheErrorIsInThatDialect()
    {
        const string start =
            "event: message_start\ndata: "
            + "{\"type\":\"message_start\",\"message\":{\"id\":\"x\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"m\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n";
        await using var upstream = new RawUpstream(async (stream, _) => await RawUpstream.Write(stream, Head + Chunk(start) + "0\r\n\r\n"));
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/messages", Stream, anthropic: true, when: HttpCompletionOption.ResponseHeadersRead);
        var (text, broke) = await ReadAll(response);
        Assert.True(broke);
        Assert.Contains("event: error\ndata: {\"type\":\"error\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WhenTheServerLingersAfterItsEnd_ThenTheClientIsNotKept()
    {
        var leave = new TaskCompletionSource();
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, Head + Chunk(Delta) + Chunk("data: [DONE]\n\n"));
                await leave.Task; // it would stay for ever
            }
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", Stream);
        Assert.EndsWith(
            "data: [DONE]\n\n",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.False(leave.Task.IsCompleted);
        Assert.Null(Assert.Single(live.Record())["outcome"]?.GetValue<string>() is { } outcome && outcome != "complete" ? outcome : null);
        leave.SetResult();
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Stream_WhenLinesEndInAnyWayAndBytesComeOneByOne_ThenTheyPassUnchangedAndTheRecordIsWhole(string lineEnd)
    {
        var sent = (
            "\uFEFF: comment\n\nid: 7\nretry: 10\ndata: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"He\u00e9\"}}]}\n\n"
            + Delta
            + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        ).Replace("\n", lineEnd, StringComparison.Ordinal);
        var bytes = System.Text.Encoding.UTF8.GetBytes(sent);
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, Head);
                foreach (var one in bytes)
                {
                    await stream.WriteAsync((byte[])[(byte)'1', (byte)'\r', (byte)'\n', one, (byte)'\r', (byte)'\n']);
                }

                await RawUpstream.Write(stream, "0\r\n\r\n");
            }
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", Stream);
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("HeéHel", (string?)Assert.Single(live.Record())["response"]!["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task Stall_WhenTheServerFallsSilent_ThenItIsCutAfterTheIdleTimeAndNobodyWaits()
    {
        await using var upstream = new RawUpstream(
            async (stream, request) =>
            {
                await RawUpstream.Write(stream, request.Contains("\"stream\":true", StringComparison.Ordinal) ? Head + Chunk(Delta) : "");
                Assert.Equal(0, await stream.ReadAsync(new byte[1])); // not a word, until the gateway hangs up
            }
        );
        await using var live = await LiveDeployment.StartAsync(
            [("gateway.timeouts.idle", "1"), ("gateway.timeouts.first_byte", "1"), ("gateway.timeouts.connect", "0.5")],
            upstreams: [upstream.Address]
        );
        using var silent = await live.Send("/v1/chat/completions", Chat);
        Assert.Equal(HttpStatusCode.GatewayTimeout, silent.StatusCode);
        using var response = await live.Send("/v1/chat/completions", Stream, when: HttpCompletionOption.ResponseHeadersRead);
        var (text, broke) = await ReadAll(response);
        Assert.True(broke);
        Assert.Contains("upstream_timeout", text, StringComparison.Ordinal);
        await LiveDeployment.Until(() => live.Record().Count(one => (string?)one["outcome"] == "timeout") == 2);
    }

    [Fact]
    public async Task Client_WhenItGoesAwayInTheMiddle_ThenTheServerIsLetGoAndTheRecordSaysSo()
    {
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, Head + Chunk(Delta) + Chunk(Delta) + Chunk(Delta));
                Assert.Equal(0, await stream.ReadAsync(new byte[1])); // more would follow: it ends when the gateway hangs up
            }
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using (var response = await live.Send("/v1/chat/completions", Stream, when: HttpCompletionOption.ResponseHeadersRead))
        {
            await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await body.ReadExactlyAsync(new byte[Delta.Length * 3], TestContext.Current.CancellationToken);
            Assert.Equal(1, upstream.Open);
        }

        await LiveDeployment.Until(() => upstream.Open == 0);
        await LiveDeployment.Until(() => live.Record() is [var one] && (string?)one["outcome"] == "client_gone");
        Assert.Equal(0, live.Running.Gateway.InFlight);
    }

    [Fact]
    public async Task Client_WhenItStopsReading_ThenTheServerIsHeldBackAndItIsCut()
    {
        var sent = 0L;
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, Head);
                var block = Chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + new string('x', 16_000) + "\"}}]}\n\n");
                while (true)
                {
                    await RawUpstream.Write(stream, block);
                    Interlocked.Add(ref sent, block.Length);
                }
            }
        );
        await using var live = await LiveDeployment.StartAsync([("gateway.timeouts.stalled_client", "2")], upstreams: [upstream.Address]);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192 };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(live.Running.GatewayAddress).Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(
            System.Text.Encoding.ASCII.GetBytes(
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {live.Key}\r\nContent-Type: "
                    + $"application/json\r\nContent-Length: {Stream.Length}\r\n\r\n{Stream}"
            ),
            TestContext.Current.CancellationToken
        );
        await LiveDeployment.Until(() => upstream.Open == 1);
        await LiveDeployment.Until(() => upstream.Open == 0); // cut, after two seconds in which nobody read
        // all that was taken from the server meanwhile: kernel buffers on both sides, and little of ours
        Assert.InRange(Interlocked.Read(ref sent), 1, 16 << 20);
    }

    [Fact]
    public async Task FailOver_WhenAServerRefusesOrAnswers503_ThenTheNextOneAnswersAndTheClientSeesNothing()
    {
        await using var second = new RawUpstream(
            async (stream, _) =>
                await RawUpstream.Write(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        );
        await using var busy = new RawUpstream(
            async (stream, _) => await RawUpstream.Write(stream, "HTTP/1.1 503 Busy\r\nX-Left-Over: yes\r\nContent-Length: 0\r\n\r\n")
        );
        var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var nowhere = $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}";
        await using var live = await LiveDeployment.StartAsync(
            [("gateway.health_seconds", "3600")],
            upstreams: [nowhere, busy.Address, second.Address]
        );
        closed.Stop();
        for (var i = 0; i < 8; i++)
        {
            using var response = await live.Send("/v1/chat/completions", Chat);
            Assert.Equal(
                (HttpStatusCode.OK, "{}"),
                (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            );
            Assert.False(response.Headers.Contains("x-left-over"));
        }

        Assert.Equal(8, live.Record().Count);
    }

    [Fact]
    public async Task Body_WhenItHasAHundredMegabytes_ThenItPassesAndMemoryDoesNot()
    {
        const int blocks = 1600;
        var block = new byte[64 * 1024];
        Array.Fill(block, (byte)'x');
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(
                    stream,
                    $"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {(long)blocks * block.Length}\r\n\r\n"
                );
                for (var i = 0; i < blocks; i++)
                {
                    await stream.WriteAsync(block);
                }
            }
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", Chat, when: HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var (total, most, buffer) = (0L, 0L, new byte[256 * 1024]);
        for (int read; (read = await body.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0; total += read)
        {
            most = Math.Max(
                most,
                live.Running.Gateway.Services.InFlight.All().Select(exchange => (long)exchange.Have).DefaultIfEmpty(0).Max()
            );
        }

        Assert.Equal((long)blocks * block.Length, total);
        Assert.InRange(most, 0, 512 * 1024);
    }

    private static string Chunk(string text) => $"{System.Text.Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n";

    private static async Task<(string Text, bool Broke)> ReadAll(HttpResponseMessage response)
    {
        using var text = new MemoryStream();
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            await body.CopyToAsync(text);
            return (System.Text.Encoding.UTF8.GetString(text.ToArray()), false);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return (System.Text.Encoding.UTF8.GetString(text.ToArray()), true);
        }
    }
}
