using System.Text;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

public sealed class OtlpSpanTests
{
    [Theory]
    [InlineData("chat", true, "", "Call")]
    [InlineData("generate_content", false, "", "Call")]
    [InlineData("text_completion", false, "", "Call")]
    [InlineData("embeddings", false, "", "Call")]
    [InlineData("invoke_agent", true, "", "Around")]
    [InlineData("something_new", true, "", "Around")]
    [InlineData("something_new", false, "", "Other")]
    [InlineData("execute_tool", true, "", "Other")]
    [InlineData("create_agent", true, "", "Other")]
    [InlineData("retrieval", true, "", "Other")]
    [InlineData("", true, "", "Call")]
    [InlineData("", false, "", "Other")]
    [InlineData("", true, "gen_ai.agent.name", "Around")]
    [InlineData("", true, "traceloop.span.kind", "Around")]
    [InlineData("", false, "gen_ai.agent.name", "Other")]
    public void Kind_WhenASpanIsSeenAlone_ThenItIsACallAnAgentOrNeither(string operation, bool model, string besides, string kind)
    {
        List<(string, string)> attributes = [("gen_ai.operation.name", operation)];
        attributes.AddRange(model ? [("gen_ai.request.model", "m")] : []);
        attributes.AddRange(besides.Length > 0 ? [(besides, "x")] : []);
        Assert.Equal(kind, Of(attributes).Kind.ToString());
    }

    [Theory]
    [InlineData("\"startTimeUnixNano\":\"1772410219162000999\"", 1_772_410_219_162_000)]
    [InlineData("\"startTimeUnixNano\":1772410219162000000", 1_772_410_219_162_000)]
    [InlineData("\"start_time_unix_nano\":\"1772410219162000000\"", 1_772_410_219_162_000)]
    [InlineData("\"startTimeUnixNano\":\"0\"", null)]
    [InlineData("\"startTimeUnixNano\":\"-5\"", null)]
    [InlineData("\"startTimeUnixNano\":\"now\"", null)]
    [InlineData("\"startTimeUnixNano\":\"99999999999999999999\"", null)]
    [InlineData("\"startTimeUnixNano\":null", null)]
    [InlineData("\"x\":1", null)]
    public void Start_WhenNanosecondsAreWrittenInAnyWay_ThenItIsThatTimeOrNone(string field, long? micros) =>
        Assert.Equal(micros, Of([], field).Start?.Micros);

    [Fact]
    public void Id_WhenTraceAndSpanAreNamed_ThenItIsOfBothAndElseOfTheBytes()
    {
        Assert.Equal("aa:01", Of([], "\"traceId\":\"aa\",\"spanId\":\"01\"").Id);
        Assert.Equal("aa:01", Of([], "\"trace_id\":\"aa\",\"span_id\":\"01\"").Id);
        var (one, same, other) = (Of([], "\"traceId\":\"aa\"").Id, Of([], "\"traceId\":\"aa\"").Id, Of([], "\"traceId\":\"ab\"").Id);
        Assert.Matches("^span-[0-9a-f]{32}$", one);
        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Facts_WhenASpanStandsInATrace_ThenItsPlaceIsFoundFromItsParents()
    {
        var parent = Of([], "\"traceId\":\"aa\",\"spanId\":\"01\"").Facts;
        var child = Of([], "\"trace_id\":\"aa\",\"span_id\":\"02\",\"parent_span_id\":\"01\"").Facts;
        Assert.Equal((parent.Trace, parent.Id), (child.Trace, child.Parent));
        Assert.NotEqual(parent.Id, child.Id);
        foreach (var none in new[] { "\"parentSpanId\":\"\"", "\"parentSpanId\":\"0000000000000000\"", "\"parentSpanId\":null", "\"x\":1" })
        {
            Assert.Equal(0UL, Of([], none).Facts.Parent);
        }
    }

    [Fact]
    public void Ancestors_WhenSpansNameEachOtherForTheirParents_ThenTheyEnd()
    {
        var (a, b) = (Of([]), Of([]));
        (a.Above, b.Above) = (b, a);
        Assert.Equal([b], a.Ancestors);
        var (first, last) = (Of([]), Of([]));
        var above = last;
        for (var i = 0; i < 100; i++)
        {
            var next = Of([]);
            (next.Above, above) = (above, next);
        }

        first.Above = above;
        Assert.Equal(64, first.Ancestors.Count());
        last.Above = last; // one that names itself, below which others stand
        Assert.Equal(64, first.Ancestors.Count());
    }

    [Fact]
    public void Account_WhenSeveralHaveOne_ThenTheFirstNameCountsAndTheNearestOfIt()
    {
        string[] names = ["user.id", "enduser.id"];
        var span = Of([("enduser.id", "own")], resource: """{"attributes":[{"key":"user.id","value":{"stringValue":"sender"}}]}""");
        Assert.Equal("sender", span.Account(names));
        span.Above = Of([("user.id", "")]);
        span.Above.Above = Of([("user.id", "above")]);
        Assert.Equal("above", span.Account(names));
        Assert.Equal("own", span.Account(["enduser.id"]));
        Assert.Null(span.Account(["nobody"]));
        // LiteLLM's name for nobody
        Assert.Equal(
            "sender",
            Of([("user.id", "default_user_id")], resource: """{"attributes":[{"key":"user.id","value":{"stringValue":"sender"}}]}""")
                .Account(names)
        );
    }

    [Fact]
    public void Events_WhenTextStandsOnThem_ThenMessagesAreKeptInOrderAndOtherAttributesAreItsOwn()
    {
        var span = Of(
            [("own", "span")],
            """
            "events":[{"name":"gen_ai.system.message","attributes":[{"key":"content","value":{"stringValue":"Be"}}]},
             {"name":"gen_ai.user.message","attributes":[{"key":"gen_ai.event.content","value":{"stringValue":"{\"content\":\"Hi\"}"}},
              {"key":"content","value":{"stringValue":"no"}}]},
             {"name":"x","attributes":[{"key":"event.name","value":{"stringValue":"y"}},{"key":"own","value":{"stringValue":"event"}},
              {"key":"gen_ai.prompt","value":{"stringValue":"p"}}]},
             {"attributes":[{"key":"event.name","value":{"stringValue":"gen_ai.tool.message"}},{"key":"body",
              "value":{"stringValue":"42"}}]},
             {"name":"gen_ai.user.message","attributes":[]}]
            """
        );
        Assert.Equal(
            ["system:Be", "user:{\"content\":\"Hi\"}", "tool:42"],
            span.MessageEvents.Select(message => $"{message.Role}:{Encoding.UTF8.GetString(message.Content)}")
        );
        Assert.Equal(("span", "p"), (span.Attributes.Text("own"), span.Attributes.Text("gen_ai.prompt")));
    }

    [Fact]
    public void OfRecord_WhenTheBodyHasTheMessages_ThenTheyAreAttributesWhereItHasNone()
    {
        const string record = """
            {"timeUnixNano":"0","observedTimeUnixNano":"1772410219162000000","traceId":"aa","spanId":"01","body":{"kvlistValue":{"values":[
             {"key":"gen_ai.input.messages","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"role",
              "value":{"stringValue":"user"}}]}}]}}},
             {"key":"gen_ai.output.messages","value":{"stringValue":"from the body"}}]}},
             "attributes":[{"key":"gen_ai.output.messages","value":{"stringValue":"own"}}]}
            """;
        var bytes = Encoding.UTF8.GetBytes(record);
        var span = OtlpSpan.OfRecord(bytes, JsonSlices.Of(bytes), bytes, OtlpAttributes.OfOwner(bytes), new OtlpAttributes());
        Assert.Equal(
            ("[{\"role\":\"user\"}]", "own", "aa:01"),
            (span.Attributes.Text("gen_ai.input.messages"), span.Attributes.Text("gen_ai.output.messages"), span.Id)
        );
        Assert.Null(span.Start); // the first of its times is there, and none: no other stands in for it
    }

    private static OtlpSpan Of(IEnumerable<(string Key, string Value)> attributes, string fields = "\"name\":\"x\"", string resource = "{}")
    {
        var list = string.Join(
            ',',
            attributes.Select(pair => $"{{\"key\":\"{pair.Key}\"," + $"\"value\":{{\"stringValue\":\"{pair.Value}\"}}}}")
        );
        var span = Encoding.UTF8.GetBytes($"{{{fields},\"attributes\":[{list}]}}");
        return OtlpSpan.OfSpan(span, JsonSlices.Of(span), span, OtlpAttributes.OfOwner(Encoding.UTF8.GetBytes(resource)));
    }
}
