using System.Text;
using Xunit;

namespace Stillwatch.Tests.Gateway.Tap;

/// <summary>
/// What comes goes on at once, save the end: a client has each event while the server still writes, and no end that is not on record.
/// </summary>
public sealed class AnswerTapTests
{
    private const string Stream = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""",
        Chat = """{"model":"m","messages":[]}""";
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Fact]
    public async Task Pass_WhenEventsComeOneByOne_ThenTheClientHasEachBeforeTheNextIsSent()
    {
        var next = new SemaphoreSlim(0);
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, Head);
                for (var i = 0; i < 20; i++)
                {
                    await RawUpstream.Write(stream, Chunk(Delta(i)));
                    Assert.True(await next.WaitAsync(LiveDeployment.Patience));
                }

                await RawUpstream.Write(stream, Chunk("data: [DONE]\n\n") + "0\r\n\r\n");
            }
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", Stream, when: HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(Delta(i), await Exactly(body, Delta(i).Length));
            next.Release();
        }

        Assert.Equal("data: [DONE]\n\n", await Exactly(body, 14));
        Assert.Equal(0, await body.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Equal(
            string.Concat(Enumerable.Range(0, 20).Select(i => $"word {i} ")),
            (string?)Assert.Single(live.Record())["response"]!["choices"]![0]!["message"]!["content"]
        );
    }

    [Fact]
    public async Task Pass_WhenABodyHasALength_ThenItsLastPieceIsHeldBackUntilAllIsThere()
    {
        var next = new SemaphoreSlim(0);
        var pieces = Enumerable.Range(0, 4).Select(i => new string((char)('a' + i), 20_000)).ToArray();
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 80000\r\n\r\n");
                foreach (var piece in pieces)
                {
                    await RawUpstream.Write(stream, piece);
                    Assert.True(await next.WaitAsync(LiveDeployment.Patience));
                }
            }
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        var asking = live.Send("/v1/chat/completions", Chat, when: HttpCompletionOption.ResponseHeadersRead);
        await LiveDeployment.Until(() => live.Running.Gateway.Services.InFlight.All() is [{ Have: 20_000 }]);
        next.Release();
        await LiveDeployment.Until(() => live.Running.Gateway.Services.InFlight.All() is [{ Have: 40_000, Sent: >= 20_000 }]);
        Assert.InRange(live.Running.Gateway.Services.InFlight.All()[0].Sent, 20_000, 39_999);
        next.Release(3);
        using var response = await asking;
        Assert.Equal(string.Concat(pieces), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5_000)]
    public async Task Pass_WhenAStreamIsLong_ThenAllOfItPassesAndIsOnRecordInWhateverPieces(int piece)
    {
        var events = piece == 1 ? 40 : 8_000;
        var sent = string.Concat(Enumerable.Range(0, events).Select(Delta)) + "data: [DONE]\n\n";
        await using var upstream = new RawUpstream(
            async (stream, _) =>
            {
                await RawUpstream.Write(stream, Head);
                foreach (var part in sent.Chunk(piece))
                {
                    await RawUpstream.Write(stream, Chunk(new string(part)));
                }

                await RawUpstream.Write(stream, "0\r\n\r\n");
            }
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        using var response = await live.Send("/v1/chat/completions", Stream);
        Assert.Equal(sent, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var line = Assert.Single(live.Record());
        Assert.Equal(
            string.Concat(Enumerable.Range(0, events).Select(i => $"word {i} ")),
            (string?)line["response"]!["choices"]![0]!["message"]!["content"]
        );
    }

    internal static string Delta(int i) => $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"word {i} \"}}}}]}}\n\n";

    internal static string Chunk(string text) => $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n";

    private static async Task<string> Exactly(Stream body, int length)
    {
        var bytes = new byte[length];
        await body.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken).AsTask().WaitAsync(LiveDeployment.Patience);
        return Encoding.UTF8.GetString(bytes);
    }
}
