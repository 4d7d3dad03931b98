using System.Text;
using Stillwatch.Tests.Structure;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

/// <summary>
/// What three OpenTelemetry instrumentations of the official client exported of the same exchanges (tests/recordings says how).
/// </summary>
public sealed class RecordedSpansTests
{
    [Theory]
    [InlineData("openllmetry-js")]
    [InlineData("openllmetry-js-2024")]
    public void Recorded_WhenTheTextIsOnTheSpans_ThenTheExchangesAreThereInFull(string recording)
    {
        var exchanges = Exchanges(recording);
        Assert.Equal(4, exchanges.Count); // these two export nothing of a call that failed
        Assert.All(exchanges, exchange => Assert.Equal("acct-7", (string?)exchange.Json["account"]));
        Assert.Equal(
            ["User:And in height?", "User:Count to three.", "User:How warm is it in Bern?", "User:Which tree grows fastest?"],
            exchanges.Select(exchange => exchange.Pieces[^1]).Order(StringComparer.Ordinal)
        );
        var long_ = exchanges.Single(exchange => exchange.Pieces.Count > 1);
        Assert.Equal(
            ["System:Answer in one \"word\".", "User:Größter Baum? 🌲", "Assistant:Mammutbaum", "User:And in height?"],
            long_.Pieces
        );
        var request = long_.Json["request"]!;
        Assert.Equal((0.25, 0.5, 40), ((double)request["temperature"]!, (double)request["top_p"]!, (int)request["max_tokens"]!));
        var usage = long_.Json["usage"]!;
        Assert.Equal((3, 5), ((int)usage["input_tokens"]!, (int)usage["output_tokens"]!));
        Assert.Equal("ok", (string?)long_.Json["model"]);

        // Streams are exported without counts: the answer's text stands in.
        var streamed = exchanges.Single(exchange => exchange.Pieces[^1] == "User:Count to three.");
        Assert.Equal((-1L, Encoding.UTF8.GetByteCount("hello wörld 😀")), (streamed.OutputTokens, streamed.OutputBytes));
    }

    [Fact]
    public void Recorded_WhenTheTextIsNotOnTheSpans_ThenTheExchangesHaveCountsAndTimesAndFailuresAreTold()
    {
        var exchanges = Exchanges("opentelemetry-js");
        Assert.Equal(5, exchanges.Count);
        Assert.All(exchanges, exchange => Assert.Empty(exchange.Pieces));
        Assert.All(exchanges, exchange => Assert.Equal("acct-7", (string?)exchange.Json["account"]));
        Assert.Equal(500, (int?)exchanges.Single(exchange => (string?)exchange.Json["request"]!["model"] == "e500").Json["status"]);
        Assert.Equal(3, exchanges.Count(exchange => (int?)exchange.Json["usage"]!["output_tokens"] == 5));
    }

    private static List<ReadLine.Exchange> Exchanges(string recording)
    {
        List<ReadLine.Exchange> exchanges = [];
        foreach (var line in File.ReadLines(Path.Combine(Tree.Root, "tests", "recordings", "recorded", recording + ".jsonl")))
        {
            var read = ReadLine.Of(line);
            Assert.Empty(read.Lost);
            exchanges.AddRange(read.Exchanges);
        }

        return exchanges;
    }
}
