using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

/// <summary>
/// What is held back until the record is safe is the line that ends a stream: a client that has it believes that all came.
/// </summary>
public sealed class StreamEndTests
{
    private const string Text =
        "data: {\"choices\":[{\"delta\":{\"content\":\"data: [DONE] and event: message_stop, said the text of "
        + "a line beyond 64 bytes\"}}]}\n\n";

    [Theory]
    [InlineData(Dialect.Chat, "data: [DONE]", 2)]
    [InlineData(Dialect.Chat, "data:[DONE]", 2)]
    [InlineData(Dialect.Completions, "data: [DONE]", 2)]
    [InlineData(Dialect.Messages, "event: message_stop", 1)]
    [InlineData(Dialect.Messages, "data: {\"type\":\"message_stop\"}", 2)]
    [InlineData(Dialect.Messages, "data: {\"type\": \"message_stop\" }", 2)]
    [InlineData(Dialect.Responses, "event: response.completed", 1)]
    [InlineData(Dialect.Responses, "data: {\"type\":\"response.failed\",\"response\":{}}", 2)]
    [InlineData(Dialect.Responses, "data: {\"type\":\"response.incomplete\",\"response\":{}}", 2)]
    public void Feed_WhenTheStreamEnds_ThenAllBeforeTheLineThatSaysSoMayGoOn(Dialect dialect, string last, int events)
    {
        var end = new StreamEnd(WireFormat.Of(dialect));
        Assert.Equal(Text.Length, end.Feed(Encoding.UTF8.GetBytes(Text + last + "\n\n")));
        Assert.True(end is { Seen: true, Complete: true, Error: false });
        Assert.Equal(events, end.Events);
        Assert.Equal(0, end.Feed("data: more\n\n"u8));
    }

    [Theory]
    [InlineData(Dialect.Chat, "data: [DONE] \n\n")]
    [InlineData(Dialect.Chat, "event: message_stop\n\n")]
    [InlineData(Dialect.Chat, " data: [DONE] \n\n")]
    [InlineData(Dialect.Messages, "data: [DONE]\n\n")]
    [InlineData(Dialect.Messages, "event: message_stopped\n\n")]
    [InlineData(Dialect.Responses, "event: response.created\n\n")]
    [InlineData(Dialect.Gemini, "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n")]
    public void Feed_WhenALineIsOnlyLikeAnEnd_ThenAllMayGoOn(Dialect dialect, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(Text + line);
        var end = new StreamEnd(WireFormat.Of(dialect));
        // what stands behind [DONE] on its line changes nothing
        var isEnd = dialect == Dialect.Chat && line.StartsWith("data: [DONE]", StringComparison.Ordinal);
        Assert.Equal(isEnd ? Text.Length : bytes.Length, end.Feed(bytes));
        Assert.Equal(isEnd, end.Seen);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Feed_WhenThePiecesAreCutAnywhere_ThenWhatWentOnEndsBeforeTheLinesEndAndTheCountsAreTheSame(string lineEnd)
    {
        var stream = Encoding.UTF8.GetBytes(
            ("data: {\"choices\":[]}\n\n: comment\ndata: {\"x\":1}\n\n" + Text + "data: [DONE]\n\n").Replace("\n", lineEnd)
        );
        var latest = stream.AsSpan().LastIndexOf("[DONE]"u8) + "[DONE]".Length;
        var random = new Random(3);
        for (var run = 0; run < 3_000; run++)
        {
            var (end, passed, at) = (new StreamEnd(WireFormat.Of(Dialect.Chat)), 0, 0);
            var most = 1 + random.Next(run % 2 == 0 ? 3 : stream.Length);
            while (at < stream.Length)
            {
                var piece = Math.Min(1 + random.Next(most), stream.Length - at);
                var may = end.Feed(stream.AsSpan(at, piece));
                Assert.InRange(may, 0, piece);
                passed = may == 0 ? passed : at + may;
                at += piece;
                Assert.Equal(at > latest, end.Seen);
                _ = end.EndsOpen; // it may be asked at any time, and changes nothing
            }

            Assert.InRange(passed, 0, latest);
            Assert.True(end.Complete);
            Assert.Equal(4, end.Events);
        }
    }

    [Fact]
    public void Events_WhenALineComesInPiecesAndIsLookedAtBetween_ThenItIsCountedOnce()
    {
        var end = new StreamEnd(WireFormat.Of(Dialect.Chat));
        foreach (var piece in new[] { "data: {\"choi", "ces\":[]", "}", "\n\n", "data: {\"choices\":[]}", "\n", "\n" })
        {
            end.Feed(Encoding.UTF8.GetBytes(piece));
            Assert.False(end.EndsOpen);
        }

        Assert.Equal(2, end.Events);
    }

    [Fact]
    public void Complete_WhenLinesEndInBoth_ThenNotBeforeTheLineFeedOfTheBlankOne()
    {
        var end = new StreamEnd(WireFormat.Of(Dialect.Chat));
        end.Feed("data: {}\r\n\r\ndata: [DONE]\r\n\r"u8);
        Assert.True(end is { Seen: true, Complete: false });
        end.Feed("\n"u8);
        Assert.True(end.Complete);
    }

    [Fact]
    public void Complete_WhenMoreLinesOfTheEventFollow_ThenNotBeforeTheBlankOne()
    {
        var end = new StreamEnd(WireFormat.Of(Dialect.Messages));
        Assert.Equal(0, end.Feed("event: message_stop\ndata: {\"type\":\"mess"u8));
        Assert.True(end is { Seen: true, Complete: false });
        end.Feed("age_stop\"}\n"u8);
        Assert.False(end.Complete);
        end.Feed("\n"u8);
        Assert.True(end.Complete);
    }

    [Fact]
    public void Complete_WhenMoreLinesFollowAndLinesEndInBoth_ThenALineFeedBehindAReturnIsNoBlankLine()
    {
        var end = new StreamEnd(WireFormat.Of(Dialect.Messages));
        end.Feed("event: message_stop\r\ndata: {\"type\":\"message_stop\"}\r\n"u8);
        Assert.True(end is { Seen: true, Complete: false });
        end.Feed("\r"u8);
        Assert.False(end.Complete);
        end.Feed("\n"u8);
        Assert.True(end.Complete);
    }

    [Fact]
    public void Feed_WhenTheLastLineHasNoEnd_ThenItIsHeldBackAndToldApartFromOneThatIsSeen()
    {
        var end = new StreamEnd(WireFormat.Of(Dialect.Chat));
        Assert.Equal("data: {}\n\n".Length, end.Feed("data: {}\n\ndata: [DONE]"u8));
        Assert.True(end is { Seen: false, EndsOpen: true });
        Assert.Equal(0, end.Feed("\n"u8));
        Assert.True(end is { Seen: true, EndsOpen: false });
    }

    [Theory]
    [InlineData(Dialect.Chat, "data: {\"error\":{\"message\":\"no\"}}\n\n")]
    [InlineData(Dialect.Chat, "event: error\ndata: {}\n\n")]
    [InlineData(Dialect.Messages, "event: error\ndata: {\"type\":\"error\"}\n\n")]
    public void Error_WhenTheStreamTellsOfOne_ThenItIsKnownAndIsNoEnd(Dialect dialect, string stream)
    {
        var end = new StreamEnd(WireFormat.Of(dialect));
        Assert.Equal(stream.Length, end.Feed(Encoding.UTF8.GetBytes(stream)));
        Assert.True(end is { Error: true, Seen: false });
    }
}
