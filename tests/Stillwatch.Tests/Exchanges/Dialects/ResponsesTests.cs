using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Dialects;

public sealed class ResponsesTests
{
    private const string Created =
        """{"type":"response.created","response":""" + """{"id":"r1","object":"response","status":"in_progress","output":[]}}""";

    private static readonly WireFormat Format = WireFormat.Of(Dialect.Responses);

    [Theory]
    [InlineData("response.completed")]
    [InlineData("response.incomplete")]
    [InlineData("response.failed")]
    public void Assemble_WhenTheLastEventCarriesTheResponse_ThenThatIsTheBodyAndWhatFollowsIsNotRead(string last) =>
        Same(
            """{"id":"r1","output":[{"type":"message","content":[{"type":"output_text","text":"whole"}]}],"usage":{"output_tokens":2}}""",
            Body(
                Created,
                """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"who"}""",
                "{\"type\":\""
                    + last
                    + "\",\"response\":{\"id\":\"r1\",\"output\":[{\"type\":\"message\","
                    + "\"content\":[{\"type\":\"output_text\",\"text\":\"whole\"}]}],\"usage\":{\"output_tokens\":2}}}",
                """{"type":"response.completed","response":{"id":"other"}}"""
            )
        );

    [Fact]
    public void Assemble_WhenTheStreamBrokeOff_ThenAllThatCameIsThereAndSaysThatItIsNotWhole() =>
        Same(
            """
            {"id":"r1","object":"response","status":"in_progress","output":[
              {"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"So so"}],"content":[{"type":"reasoning_text",
               "text":"Hm"}],"role":"assistant","status":"incomplete"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"One"},{"type":"refusal","refusal":"No"}],
               "status":"incomplete"},
              {"type":"function_call","id":"fc","name":"f","arguments":"{\"a\":","status":"incomplete"},
              {"type":"message","id":"done","content":[]},
              {"type":"custom_tool_call","input":"in","status":"incomplete"},
              {"type":"code_interpreter_call","code":"x = 1","status":"incomplete"}]}
            """,
            Body(
                Created,
                """{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs","summary":[]}}""",
                """{"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"Hm"}""",
                """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"So "}""",
                """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"so"}""",
                """{"type":"response.refusal.delta","output_index":1,"content_index":1,"delta":"No"}""",
                """{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"On"}""",
                """{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"e"}""",
                """{"type":"response.output_item.added","output_index":2,"item":"""
                    + """{"type":"function_call","id":"fc","name":"f","arguments":""}}""",
                """{"type":"response.function_call_arguments.delta","output_index":2,"delta":"{\"a\":"}""",
                """{"type":"response.output_text.delta","output_index":3,"content_index":0,"delta":"thrown away"}""",
                """{"type":"response.output_item.done","output_index":3,"item":{"type":"message","id":"done","content":[]}}""",
                """{"type":"response.custom_tool_call_input.delta","output_index":4,"delta":"in"}""",
                """{"type":"response.code_interpreter_call_code.delta","output_index":5,"delta":"x = 1"}""",
                """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":7}""",
                "{broken",
                "[]"
            )
        );

    [Fact]
    public void Assemble_WhenAPartBeganWithoutAType_ThenNoneIsMadeUp() =>
        Same(
            """{"id":"r1","object":"response","status":"in_progress","output":[{"type":"message","role":"assistant","content":"""
                + """[{"text":"x"}]}]}""",
            Body(Created, """{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"text":"x"}}""")
        );

    [Fact]
    public void Assemble_WhenTheResponseNeverCame_ThenItsItemsStandInOne() =>
        Same(
            """{"object":"response","output":[{"type":"message","role":"assistant","content":"""
                + """[{"type":"output_text","text":"x"}],"status":"incomplete"}]}""",
            Body("""{"type":"response.output_text.delta","delta":"x"}""")
        );

    [Fact]
    public void Assemble_WhenNoEventIsOfTheDialect_ThenThereIsNoBody() =>
        Assert.Null(Body("[DONE]", """{"type":"ping"}""", """{"choices":[]}"""));

    [Fact]
    public void Count_WhenTheStreamEnds_ThenTheWholeIsCountedAndNothingBehindIt()
    {
        var tally = new StreamTally(Format);
        Feed(
            tally,
            Created,
            """{"type":"response.output_text.delta","delta":"ab"}""",
            """{"type":"response.completed","response":{"output":[{"content":[{"text":"abc"}]}],"usage":"""
                + """{"input_tokens":1,"output_tokens":2}}}""",
            """{"type":"response.completed","response":{"usage":{"output_tokens":9}}}"""
        );
        Assert.Equal((new TokenCounts(1, 2), 3), (tally.Tokens, tally.OutputBytes));
        Assert.True(tally.IsExact && Format.Ends(tally));
    }

    [Fact]
    public void Ends_WhenTheStreamBrokeOff_ThenOnlyTheWholeTells()
    {
        var tally = new StreamTally(Format);
        Assert.True(Format.Ends(tally)); // nothing came: nothing is to be told
        Feed(tally, Created);
        Assert.False(Format.Ends(tally));
    }

    [Theory]
    [InlineData("""{"response":{"usage":{"output_tokens":7}},"type":"response.completed"}""")]
    [InlineData("""{"type":"response.completed","response":{"text":"a"},"response":{"text":"b"}}""")]
    [InlineData("""{"type":"response.completed","response":7}""")]
    [InlineData("7")]
    public void Count_WhenOnlyTheWholeTells_ThenItSaysSo(string data)
    {
        var tally = new StreamTally(Format);
        Feed(tally, data);
        Assert.False(tally.IsExact);
    }

    [Theory]
    [InlineData("""{"id":"resp_1","object":"response"}""", false, "resp_1")]
    [InlineData("""{"object":"response","metadata":{"id":"no"},"id":"resp_1","out""", false, "resp_1")] // the first part of an answer
    [InlineData("""{"object":"response","id":"resp_1""", false, null)]
    [InlineData("""{"response":{"id":"resp_1"}}""", false, null)]
    [InlineData("""{"id":7}""", false, null)]
    [InlineData("""{"id":"\ud800"}""", false, null)]
    [InlineData("""["id","resp_1"]""", false, null)]
    [InlineData("", false, null)]
    [InlineData("event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"outp", true, "resp_1")]
    [InlineData("data: {\"type\":\"response.created\",\"id\":\"evt_1\",\"response\":{\"id\":\"resp_1\"}}\n\n", true, "resp_1")]
    [InlineData("data: {\"type\":\"ping\",\"id\":\"evt_1\"}\n\ndata: {\"response\":{\"id\":\"resp_1\"}}\n\n", true, "resp_1")]
    [InlineData("data: {}\n\ndata: {}\n\ndata: {}\n\ndata: {}\n\ndata: {\"response\":{\"id\":\"resp_1\"}}\n\n", true, null)]
    [InlineData("data: {\"response\":7,\"id\":\"evt_1\"}\n\n", true, null)]
    [InlineData(": nothing yet", true, null)]
    public void IdOf_WhenAnAnswerBegins_ThenTheIdUnderWhichItIsKeptIsKnown(string answer, bool stream, string? id) =>
        Assert.Equal(id, Format.IdOf(Encoding.UTF8.GetBytes(answer), stream));

    [Fact]
    public void IdOf_WhenAnIdIsTooLong_ThenItIsNone()
    {
        Assert.Equal(512, Format.IdOf(Encoding.UTF8.GetBytes("{\"id\":\"" + new string('x', 512) + "\"}"), stream: false)?.Length);
        Assert.Null(Format.IdOf(Encoding.UTF8.GetBytes("{\"id\":\"" + new string('x', 513) + "\"}"), stream: false));
    }

    [Fact]
    public void ErrorEvent_WhenSomethingIsWrong_ThenItIsAnEventOfTheDialect()
    {
        var events = new SseReader(Format.ErrorEvent(new ErrorFacts(503, "server_error", "unavailable", "No \"server\"", "req_1")));
        Assert.True(events.Read());
        Assert.Equal("error", Encoding.UTF8.GetString(events.Event));
        Same("""{"type":"error","code":"unavailable","message":"No \"server\"","param":null}""", Encoding.UTF8.GetString(events.Data));
    }

    private static void Feed(StreamTally tally, params string[] events) => tally.Feed(Encoding.UTF8.GetBytes(Stream(events)));

    private static string? Body(params string[] events)
    {
        var body = StreamToBody.Assemble(Dialect.Responses, Encoding.UTF8.GetBytes(Stream(events)));
        return body == null ? null : Encoding.UTF8.GetString(body);
    }

    private static string Stream(string[] events) => string.Concat(events.Select(data => $"data: {data}\n\n"));

    private static void Same(string expected, string? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual ?? "null")), actual);
}
