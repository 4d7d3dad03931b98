using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

/// <summary>
/// What <see cref="StreamTally"/> does with single events; that its sums are those of the whole is in <see cref="AnswerTallyTests"/>.
/// </summary>
public sealed class StreamTallyTests
{
    [Theory]
    [InlineData("abc", 3, true)]
    [InlineData("\\u00e4", 2, true)]
    [InlineData("ä", 2, true)]
    [InlineData("\\ud83d\\ude00", 4, true)]
    [InlineData("\\uD83D\\uDE00", 4, true)]
    [InlineData("\\n\\\"\\\\", 3, true)]
    [InlineData("\\\\ud83d", 6, true)] // a backslash and letters, no escape
    [InlineData("\\ud83d", 3, false)] // half of a character: with the next piece it would be another
    [InlineData("x\\ude00", 4, false)]
    [InlineData("\\ud83d\\u0041", 4, false)]
    [InlineData("\\ud83d\\ud83d\\ude00", 7, false)]
    [InlineData("\\ud83d\\ude00\\ude00", 7, false)]
    public void Feed_WhenTextHasEscapes_ThenItsBytesAreCountedAndHalvesAreTold(string text, int bytes, bool exact)
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
        tally.Feed(Encoding.UTF8.GetBytes(Event(text)));
        Assert.Equal((bytes, exact), (tally.OutputBytes, tally.IsExact));
    }

    [Fact]
    public void Feed_WhenEventsDifferInTheirTextAlone_ThenEachIsCountedAsIfItCameFirst()
    {
        string[] texts = ["abc", "", "x", "ä", "\\u00e4", "a\\nb", "}", "],[", "0123456789", "\\ud83d\\ude00", "abc"];
        var random = new Random(4);
        for (var run = 0; run < 500; run++)
        {
            var chosen = Enumerable.Range(0, 8).Select(_ => texts[random.Next(texts.Length)]).ToList();
            var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
            tally.Feed(Encoding.UTF8.GetBytes(string.Concat(chosen.Select(text => Event(text)))));
            Assert.Equal(chosen.Sum(Alone), tally.OutputBytes);
            Assert.Equal(8, tally.Events);
            Assert.True(tally.IsExact);
        }
    }

    [Fact]
    public void Feed_WhenAnEventLikeTheOneBeforeReportsTokens_ThenTheyAreReadAndNotPassedOver()
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
        tally.Feed(
            Encoding.UTF8.GetBytes(Event("a") + Event("b") + Event("c\"}}],\"usage\":{\"completion_tokens\":7},\"x\":[{\"y\":{\"z\":\""))
        );
        Assert.Equal(7, tally.Tokens.Output);
    }

    [Fact]
    public void Feed_WhenTheLastEventIsNotWhole_ThenItIsLeftForTheNextPiece()
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
        var (first, second) = (Event("one"), Event("two"));
        Assert.Equal(first.Length, tally.Feed(Encoding.UTF8.GetBytes(first + second[..^1])));
        Assert.Equal((3, 1), (tally.OutputBytes, tally.Events));
        Assert.Equal(second.Length, tally.Feed(Encoding.UTF8.GetBytes(second)));
        Assert.Equal((6, 2), (tally.OutputBytes, tally.Events));
        Assert.Equal(0, tally.Feed("data: "u8));
    }

    [Fact]
    public void Feed_WhenAMarkStandsBeforeALaterPiece_ThenItIsNoStart()
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
        tally.Feed(Encoding.UTF8.GetBytes("\uFEFF" + Event("one")));
        tally.Feed(Encoding.UTF8.GetBytes("\uFEFF" + Event("two")));
        Assert.Equal((3, 1), (tally.OutputBytes, tally.Events));
    }

    [Fact]
    public void Feed_WhenBytesAreNoUtf8_ThenItIsNotExact()
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
        tally.Feed([.. "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""u8, 0xC3, .. "\"}}]}\n\n"u8]);
        Assert.False(tally.IsExact);
    }

    [Theory]
    [InlineData("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]")]
    [InlineData("{\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"text\":\"x\"}]}}]}")]
    [InlineData("{\"text\":\"x\"}")]
    public void Feed_WhenOnlyTheWholeTells_ThenItIsNotExactAndStaysSo(string data)
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
        tally.Feed(Encoding.UTF8.GetBytes("data: " + data + "\n\n" + Event("more")));
        Assert.False(tally.IsExact);
    }

    [Fact]
    public void Feed_WhenAnEventIsLikeTheOneBeforeAndBreaksOffInItsText_ThenItIsNotExactAndNothingThrows()
    {
        var whole = Event("text");
        for (var length = whole.IndexOf("text", StringComparison.Ordinal); length < whole.Length - 2; length++)
        {
            var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
            tally.Feed(Encoding.UTF8.GetBytes(whole + whole[..length] + "\n\n"));
            Assert.False(tally.IsExact);
        }
    }

    [Fact]
    public void Clear_WhenTheStreamHasNoBody_ThenNothingWasCounted()
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat)) { Tokens = new(3, 4) };
        tally.Feed(Encoding.UTF8.GetBytes(Event("text")));
        tally.Clear();
        Assert.Equal((TokenCounts.None, 0), (tally.Tokens, tally.OutputBytes));
    }

    private static int Alone(string text)
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
        tally.Feed(Encoding.UTF8.GetBytes(Event(text)));
        return tally.OutputBytes;
    }

    private static string Event(string text) =>
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
}
