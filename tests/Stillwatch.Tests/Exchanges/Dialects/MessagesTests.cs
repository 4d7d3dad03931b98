using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Dialects;

public sealed class MessagesTests
{
    private const string Start =
        """{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","content":"""
        + """[],"usage":{"input_tokens":5,"output_tokens":1}}}""";

    private static readonly WireFormat Format = WireFormat.Of(Dialect.Messages);

    [Fact]
    public void Assemble_WhenTextThinkingAndToolsStream_ThenTheBodyIsThatOfTheCallWithoutAStream() =>
        Same(
            """
            {"id":"m1","type":"message","role":"assistant","content":[
              {"type":"thinking","thinking":"Hm, so","signature":"c2ln"},
              {"type":"text","text":"Hello","citations":[{"cited_text":"a"},{"cited_text":"b"}]},
              {"type":"tool_use","id":"t1","name":"f","input":{"a":[1,"x"]}}],
             "usage":{"input_tokens":5,"output_tokens":9},"stop_reason":"tool_use","stop_sequence":null}
            """,
            Body(
                Start,
                """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
                """{"type":"ping"}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm, "}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"so"}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}""",
                """{"type":"content_block_stop","index":0}""",
                """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}""",
                """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hel"}}""",
                """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":[1,"}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"lo"}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"cited_text":"a"}}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"cited_text":"b"}}}""",
                """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"x\"]}"}}""",
                """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":9}}""",
                """{"type":"message_stop"}"""
            )
        );

    [Fact]
    public void Assemble_WhenAToolsInputBrokeOff_ThenWhatCameOfItIsKeptAsText() =>
        Same(
            """{"id":"m1","type":"message","role":"assistant","content":[{"type":"tool_use","name":"f","input":"{\"a\":"}],"usage":"""
                + """{"input_tokens":5,"output_tokens":1}}""",
            Body(
                Start,
                """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"f","input":{}}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}"""
            )
        );

    [Fact]
    public void Assemble_WhenEventsAreOddOrBroken_ThenTheOthersAreThere() =>
        Same(
            """{"id":"m1","type":"message","role":"assistant","content":[{"type":"text","text":"ab"}],"usage":"""
                + """{"input_tokens":5,"output_tokens":1}}""",
            Body(
                Start,
                "{broken",
                "[1]",
                "{}",
                """{"type":7}""",
                """{"type":"content_block_delta","index":"0","delta":{"type":"text_delta","text":"no"}}""",
                """{"type":"content_block_delta","index":0,"delta":"text"}""",
                """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a"}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"b"}}"""
            )
        );

    [Fact]
    public void Assemble_WhenTheMessageNeverBegan_ThenThereIsNoBody() =>
        Assert.Null(
            Body("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}""", """{"type":"message_stop"}""")
        );

    [Fact]
    public void Count_WhenTheMessageNeverBegan_ThenNothingWasCounted()
    {
        var tally = new StreamTally(Format);
        Feed(tally, """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"abc"}}""");
        Assert.Equal((3, true), (tally.OutputBytes, tally.IsExact));
        Assert.True(Format.Ends(tally));
        Assert.Equal(0, tally.OutputBytes);
    }

    [Fact]
    public void Count_WhenAUsageStandsBeforeTheMessage_ThenOnlyTheWholeTells()
    {
        var tally = new StreamTally(Format);
        Feed(tally, """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}""");
        Assert.False(tally.IsExact);
    }

    [Fact]
    public void Count_WhenTheUsageComesInParts_ThenTheLaterNumbersCountAndTheOthersStay()
    {
        var tally = new StreamTally(Format);
        Feed(
            tally,
            Start,
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":"""
                + """{"output_tokens":9,"cache_read_input_tokens":null}}"""
        );
        Assert.Equal(new TokenCounts(5, 9), tally.Tokens);
        Assert.True(tally.IsExact && Format.Ends(tally));
    }

    [Theory]
    // takes the place of a number and says nothing
    [InlineData("""{"type":"message_delta","delta":{},"usage":{"output_tokens":-1}}""")]
    // what it is stands behind what it says
    [InlineData("""{"delta":{"type":"text_delta","text":"x"},"type":"content_block_delta","index":0}""")]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}""")]
    [InlineData("""{"type":"content_block_delta","index":0.5,"delta":{"type":"text_delta","text":"x"}}""")]
    [InlineData("""{"type":"message_start","message":{"usage":{"output_tokens":3}}}""")] // a second beginning
    [InlineData("""{"type":"message_delta","usage":{"output_tokens":3},"usage":{"output_tokens":4}}""")]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a","citations":[]}}""")]
    [InlineData("[]")]
    public void Count_WhenOnlyTheWholeTells_ThenItSaysSo(string data)
    {
        var tally = new StreamTally(Format);
        Feed(tally, Start, data);
        Assert.False(tally.IsExact);
    }

    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "authentication_error")]
    [InlineData(403, "permission_error")]
    [InlineData(404, "not_found_error")]
    [InlineData(405, "not_found_error")]
    [InlineData(409, "invalid_request_error")]
    [InlineData(413, "request_too_large")]
    [InlineData(429, "rate_limit_error")]
    [InlineData(500, "api_error")]
    [InlineData(503, "overloaded_error")]
    [InlineData(504, "timeout_error")]
    [InlineData(529, "overloaded_error")]
    public void Error_WhenSomethingIsWrong_ThenItIsSaidInAnthropicsWordsAndForm(int status, string type)
    {
        var facts = new ErrorFacts(status, "openai_type", "openai_code", "Say \"what\"\nis wrong", "req_1");
        var expected =
            "{\"type\":\"error\",\"error\":{\"type\":\""
            + type
            + "\",\"message\":\"Say \\\"what\\\"\\nis wrong\"},\"request_id\":\"req_1\"}";
        Same(expected, Encoding.UTF8.GetString(Format.Error(facts)));
        var sent = Encoding.UTF8.GetString(Format.ErrorEvent(facts));
        Assert.StartsWith("\n\nevent: error\ndata: {", sent, StringComparison.Ordinal); // what was cut off before ends first
        Assert.EndsWith("}\n\n", sent, StringComparison.Ordinal);
        var events = new SseReader(Encoding.UTF8.GetBytes(sent));
        Assert.True(events.Read());
        Assert.Equal("error", Encoding.UTF8.GetString(events.Event));
        Same(expected, Encoding.UTF8.GetString(events.Data));
    }

    private static void Feed(StreamTally tally, params string[] events) => tally.Feed(Encoding.UTF8.GetBytes(Stream(events)));

    private static string? Body(params string[] events)
    {
        var body = StreamToBody.Assemble(Dialect.Messages, Encoding.UTF8.GetBytes(Stream(events)));
        return body == null ? null : Encoding.UTF8.GetString(body);
    }

    private static string Stream(string[] events) => string.Concat(events.Select(data => $"event: any\ndata: {data}\n\n"));

    private static void Same(string expected, string? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual ?? "null")), actual);
}
