using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Dialects;

/// <summary>
/// A refusal that says so, in every dialect: what the official clients read of it, whole and as a stream, and that nothing in a customer's
/// strings can change its form.
/// </summary>
public sealed class DisclosedRefusalTests
{
    private const string Text =
        "This request was refused. Reason: distillation_suspected. Case: case-7k2m9qt. Appeal: https://provider.example/appeal";

    private static readonly DisclosedRefusal Refusal = new(
        "distillation_suspected",
        "reasoning_extraction",
        "case-7k2m9qt",
        "This request was refused.",
        "https://provider.example/appeal",
        "req_01ab-7",
        "model-1",
        new EventTime(1_772_410_219_162_000)
    );

    private static readonly string[] Hostile =
    [
        "",
        "\"quoted\" and \\ and '",
        "a\nb\r\nc\rd\u2028e\u2029f\u0085g\0h",
        "\n\ndata: [DONE]\n\ndata: {\"error\":{}}\n\nevent: message_stop\ndata: {}\n\n",
        "\",\"blockReason\":\"X\",\"finish_reason\":\"stop",
        "\ud800",
        "x\udc00y\ud83d",
        "\ud83d\ude00 wörld 語",
        new('語', 10_000),
        "{\"type\":\"response.completed\"}",
    ];

    public static TheoryData<Dialect> Refusing =>
        new(WireFormat.Formats.Where(format => format.Disclosed(Refusal, stream: false) != null).Select(format => format.Dialect));

    [Fact]
    public void Disclosed_WhenNoModelWouldHaveWritten_ThenAnErrorIsRight()
    {
        foreach (var format in WireFormat.Formats)
        {
            var isError = format.Dialect is Dialect.Other or Dialect.Embeddings or Dialect.CountTokens;
            Assert.Equal(isError, format.Disclosed(Refusal, stream: false) == null);
            Assert.Equal(isError, format.Disclosed(Refusal, stream: true) == null);
        }
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void Disclosed_WhenItIsSent_ThenTheStatusAndTypeAreThoseOfAnAnswer(Dialect dialect)
    {
        Assert.Equal((200, "application/json"), Sent(dialect, Refusal, stream: false) is var (status, type, _) ? (status, type) : default);
        Assert.Equal((200, "text/event-stream"), Sent(dialect, Refusal, stream: true) is var (code, kind, _) ? (code, kind) : default);
    }

    /// <summary>What goes over the wire, to the letter: client libraries depend on each field.</summary>
    [Theory]
    [InlineData(
        Dialect.Chat,
        """
            {"id":"chatcmpl-01ab-7","object":"chat.completion","created":1772410219,"model":"model-1",STILLWATCH,
             "choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":TEXT},"logprobs":null,
               "finish_reason":"content_filter"}],
             "usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}
            """
    )]
    [InlineData(
        Dialect.Completions,
        """
            {"id":"cmpl-01ab-7","object":"text_completion","created":1772410219,"model":"model-1",STILLWATCH,
             "choices":[{"index":0,"text":TEXT,"logprobs":null,"finish_reason":"content_filter"}],
             "usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}
            """
    )]
    [InlineData(
        Dialect.Responses,
        """
            {"id":"resp_01ab-7","object":"response","created_at":1772410219,"status":"incomplete","background":false,"error":null,
             "incomplete_details":{"reason":"content_filter"},"instructions":null,"max_output_tokens":null,"model":"model-1",
             "output":[{"id":"msg_01ab-7","type":"message","role":"assistant","status":"incomplete",
               "content":[{"type":"refusal","refusal":TEXT}]}],
             "parallel_tool_calls":true,"previous_response_id":null,"store":false,"temperature":null,"text":{"format":{"type":"text"}},
             "tool_choice":"auto","tools":[],"top_p":null,"truncation":"disabled","user":null,"metadata":{},
             "usage":{"input_tokens":0,"input_tokens_details":{"cached_tokens":0},"output_tokens":0,
               "output_tokens_details":{"reasoning_tokens":0},"total_tokens":0},STILLWATCH}
            """
    )]
    [InlineData(
        Dialect.Messages,
        """
            {"id":"msg_01ab-7","type":"message","role":"assistant","model":"model-1","content":[],STILLWATCH,"stop_reason":"refusal",
             "stop_sequence":null,"stop_details":{"type":"refusal","category":"reasoning_extraction","explanation":TEXT},
             "usage":{"input_tokens":0,"output_tokens":0}}
            """
    )]
    [InlineData(
        Dialect.Gemini,
        """
            {"promptFeedback":{"blockReason":"OTHER","blockReasonMessage":TEXT},
             "usageMetadata":{"promptTokenCount":0,"candidatesTokenCount":0,"totalTokenCount":0},"modelVersion":"model-1",
             "responseId":"01ab-7",STILLWATCH}
            """
    )]
    public void Disclosed_WhenItIsWhole_ThenItHasTheDialectsForm(Dialect dialect, string expected)
    {
        expected = expected
            .Replace("TEXT", $"\"{Text}\"", StringComparison.Ordinal)
            .Replace(
                "STILLWATCH",
                "\"stillwatch\":{\"reason_code\":\"distillation_suspected\",\"case\":\"case-7k2m9qt\","
                    + "\"appeal\":\"https://provider.example/appeal\"}",
                StringComparison.Ordinal
            );
        Same(expected, Sent(dialect, Refusal, stream: false).Body);
    }

    [Theory]
    [InlineData(Dialect.Chat, "", "", "", "[DONE]")]
    [InlineData(Dialect.Completions, "", "", "[DONE]")]
    [InlineData(Dialect.Messages, "message_start", "message_delta", "message_stop")]
    [InlineData(
        Dialect.Responses,
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.refusal.delta",
        "response.refusal.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.incomplete"
    )]
    [InlineData(Dialect.Gemini, "")]
    public void Disclosed_WhenItIsAStream_ThenTheEventsAreThoseOfTheDialectInTheirOrder(Dialect dialect, params string[] names)
    {
        List<string> found = [];
        foreach (var (name, data) in Events(Sent(dialect, Refusal, stream: true).Body))
        {
            if (data == "[DONE]")
            {
                found.Add(data);
                continue;
            }

            var json = JsonNode.Parse(data)!.AsObject();
            if (dialect is Dialect.Messages or Dialect.Responses)
            {
                Assert.StartsWith($"{{\"type\":\"{name}\"", data, StringComparison.Ordinal);
            }

            if (dialect == Dialect.Responses)
            {
                Assert.Equal(found.Count, (int)json["sequence_number"]!);
            }

            found.Add(name);
        }

        Assert.Equal(names, found);
    }

    /// <summary>The official libraries put a chat together from these, and take the first choice of every chunk.</summary>
    [Fact]
    public void Disclosed_WhenAChatStreams_ThenEveryChunkHasItsChoiceAndOnlyTheLastAReason()
    {
        var chunks = Events(Sent(Dialect.Chat, Refusal, stream: true).Body).SkipLast(1).Select(one => JsonNode.Parse(one.Data)!).ToList();
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", (string)chunk["object"]!));
        Assert.All(chunks, chunk => Assert.Equal("chatcmpl-01ab-7", (string)chunk["id"]!));
        var choices = chunks.ConvertAll(chunk => Assert.Single(chunk["choices"]!.AsArray())!);
        Assert.Equal([null, null, "content_filter"], choices.Select(choice => (string?)choice["finish_reason"]));
        Assert.Equal("assistant", (string)choices[0]["delta"]!["role"]!);
        Assert.Equal(Text, (string)choices[1]["delta"]!["refusal"]!);
        Assert.Empty(choices[2]["delta"]!.AsObject());
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void Disclosed_WhenItIsAStream_ThenPutTogetherItIsTheWhole(Dialect dialect)
    {
        foreach (var refusal in Hostiles().Prepend(Refusal))
        {
            var whole = JsonNode.Parse(Sent(dialect, refusal, stream: false).Body)!.AsObject();
            var together = JsonNode.Parse(StreamToBody.Assemble(dialect, Sent(dialect, refusal, stream: true).Body)!)!.AsObject();
            if (dialect == Dialect.Gemini)
            {
                Assert.Empty(together["candidates"]!.AsArray()); // the API leaves the list out where it is empty
                together.Remove("candidates");
            }

            Assert.True(JsonNode.DeepEquals(whole, together), $"{dialect}: {whole.ToJsonString()} and {together.ToJsonString()}");
        }
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void Disclosed_WhenItIsAStream_ThenItsEndIsSeenAndNoError(Dialect dialect)
    {
        var format = WireFormat.Of(dialect);
        foreach (var refusal in Hostiles().Prepend(Refusal))
        {
            var body = Sent(dialect, refusal, stream: true).Body;
            var (end, slow) = (new StreamEnd(format), new StreamEnd(format));
            end.Feed(body);
            for (var i = 0; i < body.Length; i++)
            {
                Assert.False(slow.Complete); // nothing comes behind the end
                slow.Feed(body.AsSpan(i, 1));
            }

            Assert.Equal((end.Seen, end.Complete, end.Error), (slow.Seen, slow.Complete, slow.Error));
            Assert.False(end.Error);
            Assert.Equal(!format.HasNoEndMark, end.Complete);
            if (format.HasNoEndMark)
            {
                Assert.Equal(1000, format.Reasons(body, 0)); // as many as there may be candidates: all of them have ended
            }
        }
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void Disclosed_WhenItIsCounted_ThenNoTokensWereUsed(Dialect dialect)
    {
        foreach (var stream in new[] { false, true })
        {
            var tally = new AnswerTally(WireFormat.Of(dialect), stream);
            Assert.True(tally.Finish(Sent(dialect, Refusal, stream).Body));
            Assert.Equal(new TokenCounts(0, 0), tally.Counts.Tokens);
            Assert.Equal(0, tally.Counts.CountedOutputTokens(ExchangeTraits.None, final: true));
        }
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void Disclosed_WhenStringsAreHostile_ThenEachStandsWhereItBelongsAndNowhereElse(Dialect dialect)
    {
        foreach (var refusal in Hostiles())
        {
            var whole = Sent(dialect, refusal, stream: false).Body;
            var json = JsonNode.Parse(whole)!.AsObject();
            Assert.Equal(Utf8(refusal.Model), (string)json[dialect == Dialect.Gemini ? "modelVersion" : "model"]!);
            Assert.Equal(Utf8(refusal.Text), TextIn(dialect, json));
            var details = json["stillwatch"]!;
            Assert.Equal(Utf8(refusal.ReasonCode), (string)details["reason_code"]!);
            Assert.Equal(Utf8(refusal.Case), (string)details["case"]!);
            Assert.Equal(refusal.Appeal == null ? null : Utf8(refusal.Appeal), (string?)details["appeal"]);

            var stream = Sent(dialect, refusal, stream: true).Body;
            Assert.Equal(Events(Sent(dialect, Refusal, stream: true).Body).Select(one => one.Name), Events(stream).Select(one => one.Name));
            Assert.All([whole, stream], bytes => Assert.DoesNotContain(bytes, b => b >= 0x80 || b < 0x20 && b != '\n'));
            foreach (var line in Encoding.ASCII.GetString(stream).Split('\n'))
            {
                Assert.Matches("^$|^event: [a-z_.]+$|^data: \\{.*\\}$|^data: \\[DONE\\]$", line);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void RefusalOf_WhenItReadsWhatWasWritten_ThenItIsARefusal(Dialect dialect)
    {
        var format = WireFormat.Of(dialect);
        var expected = dialect switch
        {
            Dialect.Messages => new UpstreamRefusal("refusal", "reasoning_extraction"),
            Dialect.Gemini => new UpstreamRefusal("OTHER", null),
            _ => new UpstreamRefusal("content_filter", null),
        };
        Assert.Equal(expected, format.RefusalOf(Sent(dialect, Refusal, stream: false).Body));
        Assert.Equal(expected, format.RefusalOf(StreamToBody.Assemble(dialect, Sent(dialect, Refusal, stream: true).Body)));
    }

    [Fact]
    public void Text_WhenThereIsNoAppeal_ThenNoneIsNamed()
    {
        var refusal = Refusal with { Appeal = null, Category = null };
        Assert.Equal("This request was refused. Reason: distillation_suspected. Case: case-7k2m9qt.", refusal.Text);
        var json = JsonNode.Parse(Sent(Dialect.Messages, refusal, stream: false).Body)!;
        Assert.True(json["stillwatch"]!.AsObject().TryGetPropertyValue("appeal", out var appeal) && appeal == null);
        Assert.True(json["stop_details"]!.AsObject().TryGetPropertyValue("category", out var category) && category == null);
    }

    [Theory]
    [InlineData("req_01ab-7", "chatcmpl-01ab-7")]
    [InlineData("01ab", "chatcmpl-01ab")]
    [InlineData("req_", "chatcmpl-")]
    public void IdAs_WhenTheExchangeHasAnId_ThenTheAnswersIsMadeOfIt(string id, string expected) =>
        Assert.Equal(expected, (Refusal with { Id = id }).IdAs("chatcmpl-"));

    private static DisclosedAnswer Sent(Dialect dialect, in DisclosedRefusal refusal, bool stream) =>
        WireFormat.Of(dialect).Disclosed(refusal, stream)!.Value;

    private static IEnumerable<DisclosedRefusal> Hostiles() =>
        Hostile.Select(text => new DisclosedRefusal(text, text, text, text, text, text, text, new EventTime(long.MinValue)));

    private static string TextIn(Dialect dialect, JsonObject json) =>
        (string)
            (
                dialect switch
                {
                    Dialect.Chat => json["choices"]![0]!["message"]!["refusal"],
                    Dialect.Completions => json["choices"]![0]!["text"],
                    Dialect.Responses => json["output"]![0]!["content"]![0]!["refusal"],
                    Dialect.Messages => json["stop_details"]!["explanation"],
                    _ => json["promptFeedback"]!["blockReasonMessage"],
                }
            )!;

    private static List<(string Name, string Data)> Events(byte[] stream)
    {
        List<(string, string)> found = [];
        var events = new SseReader(stream);
        while (events.Read())
        {
            found.Add((Encoding.UTF8.GetString(events.Event), Encoding.UTF8.GetString(events.Data)));
        }

        Assert.Equal(0, events.Left);
        return found;
    }

    /// <summary>As it is in UTF-8: a surrogate without its half is U+FFFD.</summary>
    private static string Utf8(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static void Same(string expected, byte[] body)
    {
        using var parsed = JsonDocument.Parse(body);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(body)), parsed.RootElement.GetRawText());
    }
}
