using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

/// <summary>Streams of Chat Completions and Completions become the bodies that the calls would have returned.</summary>
public sealed class ChoicesStreamTests
{
    [Fact]
    public void Assemble_WhenChatStreamsTextAndCalls_ThenTheBodyIsThatOfTheCallWithoutAStream() =>
        Same(
            """
            {"id":"c","object":"chat.completion","created":7,"model":"m","choices":[
              {"index":0,"message":{"role":"assistant","content":"Hello","tool_calls":[
                 {"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"t2","type":"function",
                  "function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"},
              {"index":1,"message":{"content":"other"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}
            """,
            Body(
                Dialect.Chat,
                """{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":"""
                    + """{"role":"assistant","content":""},"finish_reason":null}]}""",
                """{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":1,"delta":"""
                    + """{"content":"oth"}}],"usage":null}""",
                """{"id":"c","choices":[{"index":0,"delta":{"content":"Hel"}},{"delta":{"content":"er"},"index":1,"finish_reason":"stop"}]}""",
                """{"id":"c","choices":[{"index":0,"delta":{"content":"lo"}}]}""",
                """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t1","type":"function","function":"""
                    + """{"name":"f","arguments":""}}]}}]}""",
                """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"t2","type":"function","function":"""
                    + """{"name":"g","arguments":"{"}}]}}]}""",
                """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}},{"index":1,"function":"""
                    + """{"arguments":"}"}}]}}]}""",
                """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]},"finish_reason":"tool_calls"}]}""",
                """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}""",
                "[DONE]"
            )
        );

    [Fact]
    public void Assemble_WhenCompletionsStream_ThenTextStandsInTheChoices() =>
        Same(
            """{"id":"c","object":"text_completion","choices":[{"index":0,"text":"ab","finish_reason":"stop"}]}""",
            Body(
                Dialect.Completions,
                """{"id":"c","object":"text_completion","choices":[{"index":0,"text":"a"}]}""",
                """{"choices":[{"index":0,"text":"b","finish_reason":"stop"}]}"""
            )
        );

    [Fact]
    public void Assemble_WhenOtherNumbersStandBeforeTheIndex_ThenTheChoiceIsThatOfItsIndex() =>
        Same(
            """
            {"object":"chat.completion","choices":[{"index":0,"weight":1,"message":{"content":"a"}},{"index":1,"message":{"content":"b"}}]}
            """,
            Body(Dialect.Chat, """{"choices":[{"index":1,"delta":{"content":"b"}},{"weight":1,"index":0,"delta":{"content":"a"}}]}""")
        );

    [Fact]
    public void Assemble_WhenAnEventIsBrokenOrNoObject_ThenTheOthersAreThere() =>
        Same(
            """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"content":"ab"}}]}""",
            Body(
                Dialect.Chat,
                "{broken",
                """{"id":"c","choices":[{"index":0,"delta":{"content":"a"}}]}""",
                "[1]",
                "\"x\"",
                """{"choices":[{"index":0,"delta":{"content":"b"}}]}"""
            )
        );

    [Fact]
    public void Assemble_WhenNoEventIsThere_ThenThereIsNoBody()
    {
        Assert.Null(Body(Dialect.Chat));
        Assert.Null(Body(Dialect.Chat, "[DONE]"));
        Assert.Null(Body(Dialect.Chat, "{}"));
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"ab"}}]}""", true, 2)]
    [InlineData("""{"choices":[{"index":0,"delta":{"reasoning_content":"abc","content":null}}]}""", true, 3)]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}""", true, 2)]
    [InlineData("""{"choices":[{"index":0,"delta":{"function_call":{"name":"f","arguments":"{}"}}}]}""", true, 2)]
    [InlineData("""{"choices":[{"index":0,"text":"ab"}]}""", true, 2)]
    [InlineData("""{"choices":[{"index":0,"message":{"content":"whole"}}]}""", false, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":[{"text":"x"}]}}]}""", false, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"c\u006fntent":"x"}}]}""", false, 0)]
    [InlineData("""{"ch\u006fices":[]}""", false, 0)]
    [InlineData("""{"text":"x","choices":[]}""", false, 0)]
    [InlineData("""{"vendor":{"text":"x"},"choices":[]}""", false, 0)]
    [InlineData("""{"vendor":{"text":7},"choices":[]}""", true, 0)]
    [InlineData("""{"usage":7,"choices":[]}""", false, 0)]
    [InlineData("""{"usage":null,"choices":[]}""", true, 0)]
    [InlineData("""{"usageMetadata":{},"choices":[]}""", false, 0)]
    [InlineData("""{"choices":[7]}""", false, 0)]
    [InlineData("[DONE]", true, 0)]
    public void Count_WhenOnlyTheWholeTellsWhatAnEventMeans_ThenItSaysSo(string data, bool exact, int bytes)
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Chat));
        Assert.Equal(exact, ChoicesStream.Count(Encoding.UTF8.GetBytes(data), tally, hasDeltas: true));
        Assert.True(!exact || tally.OutputBytes == bytes, $"{tally.OutputBytes} bytes");
    }

    [Fact]
    public void Count_WhenDeltasComeWhereTheyAreNothing_ThenTheirTextIsNotCounted()
    {
        var tally = new StreamTally(WireFormat.Of(Dialect.Completions));
        Assert.True(
            ChoicesStream.Count("""{"choices":[{"index":0,"delta":{"content":"dropped"},"text":"ab"}]}"""u8, tally, hasDeltas: false)
        );
        Assert.Equal(2, tally.OutputBytes);
    }

    [Theory]
    [InlineData("\"finish_reason\":\"stop\"", true)]
    [InlineData("\"finish_reason\": \"length\"", true)]
    [InlineData("\"finish_reason\":null", false)]
    [InlineData("\"stop_reason\":\"x\"", false)]
    [InlineData("", false)]
    public void GivesReason_WhenAChoiceEnded_ThenItSaysSo(string tail, bool gives) =>
        Assert.Equal(gives, ChoicesStream.GivesReason(Encoding.UTF8.GetBytes(tail)));

    private static string? Body(Dialect dialect, params string[] events)
    {
        var body = StreamToBody.Assemble(dialect, Encoding.UTF8.GetBytes(string.Concat(events.Select(data => $"data: {data}\n\n"))));
        return body == null ? null : Encoding.UTF8.GetString(body);
    }

    private static void Same(string expected, string? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual ?? "null")), actual);
}
