using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

public sealed class OtlpMessagesTests
{
    private const string User = """[{"role":"user","content":"a"}]""";

    /// <summary>Wherever an instrumentation puts what was asked, it is the same request.</summary>
    [Theory]
    [InlineData("gen_ai.input.messages")]
    [InlineData("gen_ai.prompt")]
    [InlineData("ai.prompt.messages")]
    [InlineData("events")]
    [InlineData("all_messages_events")]
    [InlineData("pydantic_ai.all_messages")]
    [InlineData("request_data")]
    [InlineData("ai.prompt")]
    public void WriteRequest_WhenAListOfMessagesStandsUnderAnyName_ThenTheyAreTheRequests(string name) =>
        Same($$"""{"messages":{{User}}}""", Request((name, User)));

    [Fact]
    public void WriteRequest_WhenSeveralNamesHaveMessages_ThenTheOneThatIsBelievedMostCounts() =>
        Same(
            $$"""{"messages":{{User}}}""",
            Request(
                ("ai.prompt", """[{"role":"user","content":"no"}]"""),
                ("gen_ai.prompt", User),
                ("gen_ai.prompt.0.content", "no"),
                ("input.value", "no")
            )
        );

    [Theory]
    [InlineData("gen_ai.system_instructions", """[{"type":"text","content":"Be"}]""", """{"system":[{"type":"text","content":"Be"}]}""")]
    [InlineData("gen_ai.system_instructions", "Be brief", """{"system":"Be brief"}""")]
    [InlineData("gen_ai.system_instructions", "", "{}")]
    [InlineData("gen_ai.input.messages", "just text", """{"prompt":"just text"}""")]
    [InlineData("gen_ai.prompt", "just text", """{"prompt":"just text"}""")]
    [InlineData("input.value", "just text", """{"prompt":"just text"}""")]
    [InlineData(
        "gen_ai.input.messages",
        "[{\"role\":\"user\",\"content\":\"cut o",
        """{"prompt":"[{\"role\":\"user\",\"content\":\"cut o"}"""
    )]
    [InlineData("unknown", "text", "{}")]
    public void WriteRequest_WhenOneAttributeIsThere_ThenItIsWhatItSays(string name, string value, string request) =>
        Same(request, Request((name, value)));

    [Fact]
    public void WriteRequest_WhenMessagesAreNumbered_ThenTheyAreAListUntilTheFirstThatIsMissing() =>
        Same(
            """{"messages":[{"role":"system","content":"Be"},{"content":"Hi"},{"role":"assistant"},{"role":"user","content":"""
                + """[{"type":"text","text":"parts"}]},{"role":"user","content":"{\"a\":1}"}]}""",
            Request(
                ("gen_ai.prompt.0.role", "system"),
                ("gen_ai.prompt.0.content", "Be"),
                ("gen_ai.prompt.1.content", "Hi"),
                ("gen_ai.prompt.2.role", "assistant"),
                ("gen_ai.prompt.3.role", "user"),
                ("gen_ai.prompt.3.content", """[{"type":"text","text":"parts"}]"""),
                ("gen_ai.prompt.4.role", "user"),
                ("gen_ai.prompt.4.content", """{"a":1}"""),
                ("gen_ai.prompt.6.content", "behind a gap")
            )
        );

    [Fact]
    public void WriteRequest_WhenOpenInferenceNumbersThem_ThenTheyAreAList() =>
        Same(
            """{"messages":[{"role":"user","content":"Hi"}]}""",
            Request(("llm.input_messages.0.message.role", "user"), ("llm.input_messages.0.message.content", "Hi"), ("input.value", "no"))
        );

    [Fact]
    public void WriteRequest_WhenMessagesStandOnEvents_ThenEachIsTextOrWhatItSaysOfItself()
    {
        var span = Encoding.UTF8.GetBytes(
            """
            {"events":[{"name":"gen_ai.system.message","attributes":[{"key":"content","value":{"stringValue":"Be \"brief\""}}]},
             {"name":"gen_ai.user.message","attributes":[{"key":"content",
              "value":{"stringValue":"{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}"}}]},
             {"name":"gen_ai.user.message","attributes":[{"key":"content","value":{"stringValue":"{\"a\":1}"}}]},
             {"name":"gen_ai.user.message","attributes":[{"key":"content","value":{"stringValue":"[1]"}}]}]}
            """
        );
        Same(
            """{"messages":[{"role":"system","content":"Be \"brief\""},{"role":"developer","content":[{"type":"text","text":"Hi"}]},"""
                + """{"role":"user","content":"{\"a\":1}"},{"role":"user","content":[1]}]}""",
            Written(writer => OtlpMessages.WriteRequest(writer, OtlpSpan.OfSpan(span, JsonSlices.Of(span), span, new OtlpAttributes())))
        );
    }

    [Theory]
    [InlineData(
        "gen_ai.output.messages",
        """[{"role":"assistant","parts":[{"type":"text","content":"y"}]}]""",
        """{"response":{"output":[{"role":"assistant","content":[{"type":"text","content":"y"}]}]}}"""
    )]
    [InlineData(
        "gen_ai.completion",
        """[{"role":"assistant","content":"y"}]""",
        """{"response":{"output":[{"role":"assistant","content":"y"}]}}"""
    )]
    [InlineData("gen_ai.completion", "plain", """{"response":{"text":"plain"}}""")]
    [InlineData("ai.response.text", "plain", """{"response":{"text":"plain"}}""")]
    [InlineData("output.value", "plain", """{"response":{"text":"plain"}}""")]
    [InlineData("gen_ai.completion.0.content", "y", """{"response":{"output":[{"content":"y"}]}}""")]
    [InlineData("llm.output_messages.0.message.content", "y", """{"response":{"output":[{"content":"y"}]}}""")]
    [InlineData("gen_ai.completion.1.content", "y", "{}")]
    [InlineData("unknown", "y", "{}")]
    public void WriteAnswer_WhenAnAttributeHasIt_ThenItIsTheAnswers(string name, string value, string answer) =>
        Same(answer, Written(writer => OtlpMessages.WriteAnswer(writer, Span((name, value)).Attributes)));

    private static string Request(params (string Key, string Value)[] attributes) =>
        Written(writer => OtlpMessages.WriteRequest(writer, Span(attributes)));

    private static OtlpSpan Span(params (string Key, string Value)[] attributes)
    {
        var list = string.Join(
            ',',
            attributes.Select(pair =>
                $"{{\"key\":\"{pair.Key}\"," + $"\"value\":{{\"stringValue\":{JsonSerializer.Serialize(pair.Value)}}}}}"
            )
        );
        var span = Encoding.UTF8.GetBytes($"{{\"attributes\":[{list}]}}");
        return OtlpSpan.OfSpan(span, JsonSlices.Of(span), span, new OtlpAttributes());
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Same(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
