using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway.Forward;
using Stillwatch.Reports;
using Xunit;
using static Stillwatch.Tests.Gateway.ByteUpstream;

namespace Stillwatch.Tests.Gateway.Forward;

/// <summary>A call over a real socket: what is sent, what is read, and when the connection may be used again.</summary>
public sealed class Http1CallTests
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world", 11, true)]
    [InlineData(Chunked + "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n", -1, true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\nhello world", 11, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world", 11, false)]
    // more than an answer
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello worldHTTP/1.1 200 OK\r\n", 11, false)]
    // both
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n", -1, false)]
    [InlineData(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        11,
        true
    )]
    public async Task SendAsync_WhenAnAnswerComesInWhateverPieces_ThenItIsReadAndTheConnectionIsKeptWhereThatIsSafe(
        string answer,
        long length,
        bool kept
    )
    {
        foreach (var piece in new[] { 1, 7, 4096 })
        {
            await using var upstream = new ByteUpstream([.. answer.Chunk(piece).Select(part => (Part)new string(part))]);
            var connections = Connections(upstream.Address);
            var (status, said, text) = await Ask(connections);
            Assert.Equal((200, length, "hello world"), (status, said, text));
            Assert.Equal((200, length, "hello world"), await Ask(connections));
            Assert.Equal(kept ? (1, 1) : (0, 2), connections.Uses);
            connections.Clear();
        }
    }

    [Fact]
    public async Task ReadAsync_WhenTheBodyEndsWithItsConnection_ThenTheEndIsItsEnd()
    {
        await using var upstream = new ByteUpstream("HTTP/1.1 200 OK\r\n\r\nhello", Part.End);
        var connections = Connections(upstream.Address);
        Assert.Equal((200, -1, "hello"), await Ask(connections));
        Assert.Null(connections.TryTake());
    }

    [Theory]
    [InlineData("", nameof(UpstreamFault.Closed))]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", nameof(UpstreamFault.Cut))]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello", nameof(UpstreamFault.Cut))]
    [InlineData(Chunked + "5\r\nhello\r\n", nameof(UpstreamFault.Cut))]
    [InlineData(Chunked + "5\r\nhello\r\nxyz\r\n", nameof(UpstreamFault.Malformed))]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", nameof(UpstreamFault.Malformed))]
    [InlineData("220 smtp.example.org\r\n\r\n", nameof(UpstreamFault.Malformed))]
    public async Task SendAsync_WhenAnAnswerIsNotWhole_ThenItSaysHow(string answer, string fault)
    {
        await using var upstream = new ByteUpstream(answer, Part.End);
        var connections = Connections(upstream.Address);
        Assert.Equal(fault, (await Assert.ThrowsAsync<UpstreamException>(() => Ask(connections))).Fault.ToString());
        Assert.Null(connections.TryTake());
        Assert.Single(upstream.Posts); // and it was asked once
    }

    [Fact]
    public async Task SendAsync_WhenInterimAnswersDoNotEnd_ThenItIsGivenUp()
    {
        await using var upstream = new ByteUpstream(string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 17)), Json("{}"));
        Assert.Equal(
            UpstreamFault.Malformed,
            (await Assert.ThrowsAsync<UpstreamException>(() => Ask(Connections(upstream.Address)))).Fault
        );
    }

    [Theory]
    [InlineData(null, null, "Authorization: Bearer secret")]
    [InlineData("2023-06-01", null, "x-api-key: secret\r\nAuthorization: Bearer secret")]
    [InlineData(null, "x-goog-api-key", "x-goog-api-key: secret")]
    public async Task SendAsync_WhenARequestIsWritten_ThenTheHeadIsTheGatewaysOwn(string? anthropic, string? keyHeader, string credentials)
    {
        await using var upstream = new ByteUpstream(Json("{}"));
        var request = Request("{\"a\":1}");
        (request.AnthropicVersion, request.KeyHeader, request.UserAgent, request.TraceParent) = (
            anthropic,
            keyHeader,
            "bad\r\nInjected: 1",
            "ünïcode"
        );
        await Ask(Connections(upstream.Address), request);
        var version = anthropic == null ? "" : $"\r\nanthropic-version: {anthropic}";
        Assert.Equal(
            "POST /base/v1/chat/completions HTTP/1.1\r\nHost: host:7\r\nAccept-Encoding: identity\r\n"
                + $"Content-Type: application/json{version}\r\nx-request-id: id-1\r\n{credentials}\r\nContent-Length: 7\r\n\r\n{{\"a\":1}}",
            Assert.Single(upstream.Posts)
        );
    }

    [Fact]
    public async Task SendAsync_WhenARequestIsLarge_ThenAllOfItIsSentAndTheAnswerIsRead()
    {
        await using var upstream = new ByteUpstream(Json("{}"));
        var connections = Connections(upstream.Address);
        var body = new string('x', 3_000_000);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal((200, 2, "{}"), await Ask(connections, Request(body)));
        }

        Assert.All(upstream.Posts, post => Assert.EndsWith("\r\n\r\n" + body, post, StringComparison.Ordinal));
        Assert.Equal((2, (1, 1)), (upstream.Posts.Count, connections.Uses));
    }

    [Theory]
    [InlineData(false, nameof(UpstreamFault.Closed))]
    [InlineData(true, nameof(UpstreamFault.Cut))]
    public async Task Abort_WhileItWaitsForAnAnswer_ThenItEndsAtOnceAndTheConnectionIsNotUsedAgain(bool begun, string fault)
    {
        var silent = new TaskCompletionSource();
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, begun ? "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello" : "");
                await silent.Task;
            }
        );
        var connections = Connections(upstream.Address);
        using var call = new Http1Call(connections, "h", "", null);
        var asking = Ask(call, Request("{}"));
        await LiveDeployment.Until(() => !upstream.Requests.IsEmpty && (!begun || call.Status == 200));
        Assert.False(asking.IsCompleted);
        call.Abort();
        Assert.Equal(
            fault,
            (
                await Assert.ThrowsAsync<UpstreamException>(() =>
                    asking.WaitAsync(LiveDeployment.Patience, TestContext.Current.CancellationToken)
                )
            ).Fault.ToString()
        );
        call.Dispose();
        Assert.Null(connections.TryTake());
        silent.SetResult();
    }

    [Fact]
    public async Task SendAsync_WhenItWasBrokenOffBefore_ThenNothingIsSent()
    {
        await using var upstream = new ByteUpstream(Json("{}"));
        using var call = new Http1Call(Connections(upstream.Address), "h", "", null);
        call.Abort();
        Assert.Equal(UpstreamFault.Closed, (await Assert.ThrowsAsync<UpstreamException>(() => Ask(call, Request("{}")))).Fault);
        Assert.Empty(upstream.Posts);
    }

    private static Http1Connections Connections(string address) => new(new Uri(address), TimeSpan.FromSeconds(5), SystemClock.Instance);

    private static UpstreamRequest Request(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new UpstreamRequest
        {
            Method = "POST",
            Path = "/v1/chat/completions",
            Id = "id-1",
            ContentType = "application/json",
            Buffer = [.. new byte[UpstreamRequest.HeadRoom], .. bytes],
            Start = UpstreamRequest.HeadRoom,
            Length = bytes.Length,
        };
    }

    private static async Task<(int Status, long Length, string Text)> Ask(Http1Connections connections, UpstreamRequest? request = null)
    {
        using var call = new Http1Call(connections, "host:7", "/base", "secret");
        return await Ask(call, request ?? Request("{}"));
    }

    private static async Task<(int Status, long Length, string Text)> Ask(Http1Call call, UpstreamRequest request)
    {
        var room = new byte[4096];
        var text = new StringBuilder();
        var have = await call.SendAsync(request, new DefaultHttpContext().Response, room);
        text.Append(Encoding.Latin1.GetString(room, 0, have));
        while (!call.Ended)
        {
            have = await call.ReadAsync(room);
            text.Append(Encoding.Latin1.GetString(room, 0, have));
        }

        return (call.Status, call.ContentLength, text.ToString());
    }
}
