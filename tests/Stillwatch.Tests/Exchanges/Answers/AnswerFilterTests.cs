using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

public sealed class AnswerFilterTests
{
    private const Capability Thoughts = Capability.Reasoning | Capability.ReasoningSummary;

    private const Capability All = Thoughts | Capability.LogProbabilities | Capability.PromptLogProbabilities;

    [Fact]
    public void Body_WhenAChatAnswerHasReasoningAndLogProbabilities_ThenTheRestIsAsItWas() =>
        Check(
            Dialect.Chat,
            """
            {
              "id": "chatcmpl-1", "object": "chat.completion", "created": 1790000000, "model": "m",
              "choices": [
                {
                  "index": 0,
                  "message": {
                    "role": "assistant", "content": "Four.", "refusal": null, "annotations": [],
                    "reasoning_content": "secret", "reasoning": "secret",
                    "reasoning_details": [{"type": "reasoning.text", "text": "secret", "signature": null, "index": 0}]
                  },
                  "logprobs": {"content": [{"token": "secret", "logprob": -0.1, "bytes": null, "top_logprobs": []}]},
                  "finish_reason": "stop"
                }
              ],
              "usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14,
               "completion_tokens_details": {"reasoning_tokens": 7}},
              "prompt_logprobs": [null, {"5": {"logprob": -1, "decoded_token": "secret"}}],
              "kv_transfer_params": {"secret": 1}, "system_fingerprint": "fp"
            }
            """,
            """
            {
              "id": "chatcmpl-1", "object": "chat.completion", "created": 1790000000, "model": "m",
              "choices": [
                {
                  "index": 0,
                  "message": {
                    "role": "assistant", "content": "Four.", "refusal": null, "annotations": [],
                    "reasoning_details": []
                  },
                  "logprobs": null,
                  "finish_reason": "stop"
                }
              ],
              "usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14,
               "completion_tokens_details": {"reasoning_tokens": 7}}, "system_fingerprint": "fp"
            }
            """
        );

    [Fact]
    public void Body_WhenAMessageHasThinking_ThenASignedBlockStaysEmptyAndAnUnsignedOneGoes() =>
        Check(
            Dialect.Messages,
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"secret",
            "signature":"c2ln"},
            {"type":"thinking","thinking":"secret"},{"type":"redacted_thinking","data":"ZW5j"},{"type":"text","text":"Four."},
            {"type":"tool_use","id":"t","name":"add","input":{"thinking":"mine"}}],"stop_reason":"tool_use","stop_sequence":null,
            "usage":{"input_tokens":3,"output_tokens":9,"output_tokens_details":{"thinking_tokens":7}}}
            """,
            """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"",
            "signature":"c2ln"},{"type":"redacted_thinking","data":"ZW5j"},{"type":"text","text":"Four."},
            {"type":"tool_use","id":"t","name":"add","input":{"thinking":"mine"}}],"stop_reason":"tool_use","stop_sequence":null,
            "usage":{"input_tokens":3,"output_tokens":9,"output_tokens_details":{"thinking_tokens":7}}}
            """
        );

    [Fact]
    public void Body_WhenAResponseHasReasoning_ThenItsItemStaysWithWhatIsEncrypted() =>
        Check(
            Dialect.Responses,
            """
            {"id":"resp_1","object":"response","created_at":1790000000,"status":"completed","error":null,"model":"m","output":[
            {"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"secret"}],"content":[{"type":"reasoning_text",
            "text":"secret"}],"encrypted_content":"ZW5j"},
            {"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Four.",
            "annotations":[],"logprobs":[{"token":"secret"}]}]}],
            "parallel_tool_calls":true,"tool_choice":"auto","tools":[],"reasoning":{"effort":"high","summary":"auto"},
            "output_messages":["secret"],
            "usage":{"input_tokens":5,"output_tokens":9,"output_tokens_details":{"reasoning_tokens":7},"total_tokens":14},
            "metadata":{"a":"b"}}
            """,
            """
            {"id":"resp_1","object":"response","created_at":1790000000,"status":"completed","error":null,"model":"m","output":[
            {"id":"rs_1","type":"reasoning","summary":[],"content":[],"encrypted_content":"ZW5j"},
            {"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Four.",
            "annotations":[],"logprobs":[]}]}],
            "parallel_tool_calls":true,"tool_choice":"auto","tools":[],"reasoning":{"effort":"high","summary":"auto"},
            "usage":{"input_tokens":5,"output_tokens":9,"output_tokens_details":{"reasoning_tokens":7},"total_tokens":14},
            "metadata":{"a":"b"}}
            """
        );

    [Fact]
    public void Body_WhenGeminiThinks_ThenItsThoughtsGoAndASignatureStays() =>
        Check(
            Dialect.Gemini,
            """
            {"candidates":[{"content":{"parts":[{"text":"secret","thought":true},{"text":"secret","thought":true,
            "thoughtSignature":"c2ln"},
            {"text":"Four.","thoughtSignature":"c2ln"},{"functionCall":{"name":"add","args":{"thought":1}}}],"role":"model"},
            "finishReason":"STOP","avgLogprobs":-0.5,
            "logprobsResult":{"chosenCandidates":[{"token":"secret"}]},"index":0}],"usageMetadata":{"thoughtsTokenCount":7},
            "modelVersion":"m","responseId":"r"}
            """,
            """
            {"candidates":[{"content":{"parts":[{"thought":true,"thoughtSignature":"c2ln"},
            {"text":"Four.","thoughtSignature":"c2ln"},{"functionCall":{"name":"add","args":{"thought":1}}}],"role":"model"},
            "finishReason":"STOP","index":0}],"usageMetadata":{"thoughtsTokenCount":7},"modelVersion":"m","responseId":"r"}
            """
        );

    [Fact]
    public void Event_WhenChatThinks_ThenItsEventsAreLeftOutAndTheRestIsAsItWas()
    {
        string Chunk(string delta, string finish = "null") =>
            $$$"""data: {"id":"c","model":"m","choices":[{"index":0,"delta":{{{{delta}}}},"logprobs":null,"finish_reason":{{{finish}}}}]}"""
            + "\n\n";
        var (first, last) = (Chunk("\"role\":\"assistant\",\"content\":\"\""), Chunk("", "\"stop\""));
        var usage = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"completion_tokens\":9}}\n\n";
        string[] sent =
        [
            first,
            Chunk("\"reasoning_content\":\"secret\""),
            ": still secret\n\n",
            Chunk("\"content\":null,\"reasoning\":\"secret\""),
            Chunk("\"content\":\"Fo\""),
            Chunk("\"content\":\"ur.\""),
            last,
            usage,
            "data: [DONE]\n\n",
        ];
        var got = Stream(Dialect.Chat, All, sent, out var stripped);
        Assert.Equal([first, ":\n\n", sent[4], sent[5], last, usage, sent[8]], got.Where(one => one.Length > 0));
        Assert.Equal(Thoughts, stripped | Capability.ReasoningSummary);
        Assert.Equal(sent[4], got[4]); // at once, for reasoning was seen apart
    }

    [Theory]
    [InlineData(Dialect.Chat)]
    [InlineData(Dialect.Completions)]
    [InlineData(Dialect.Messages)]
    [InlineData(Dialect.Responses)]
    [InlineData(Dialect.Gemini)]
    public void Event_WhenRawReasoningStandsInATextOrItsOpeningTagIsMissing_ThenItIsCut(Dialect dialect)
    {
        string[][] texts =
        [
            ["<thi", "nk>se", "cret", "</th", "ink>\\n\\n", "Four", "."],
            ["sec", "ret</thi", "nk>", "Four", "."],
            ["Four", "."],
            ["<thin", "g>"],
        ];
        string[] left = ["Four.", "Four.", "Four.", "<thing>"];
        for (var i = 0; i < texts.Length; i++)
        {
            var sent = texts[i].Select(text => Delta(dialect, text)).Append(Finish(dialect)).ToArray();
            var all = string.Concat(Stream(dialect, Capability.Reasoning, sent, out var stripped));
            Assert.DoesNotContain("sec", all, StringComparison.Ordinal);
            Assert.DoesNotContain("ret", all, StringComparison.Ordinal);
            Assert.Equal(left[i], Texts(all));
            Assert.EndsWith(Finish(dialect), all, StringComparison.Ordinal);
            Assert.Equal(i < 2 ? Capability.Reasoning : Capability.None, stripped);
            Assert.Equal(string.Concat(sent), string.Concat(Stream(dialect, Capability.LogProbabilities, sent, out _)));
        }
    }

    [Fact]
    public void Event_WhenATextHasNoTag_ThenItWaitsForSoManyBytesAndNoLonger()
    {
        var sent = Enumerable.Range(0, 60).Select(_ => Delta(Dialect.Chat, new string('x', 100))).ToArray();
        var got = Stream(Dialect.Chat, Capability.Reasoning, sent, out _);
        Assert.All(got[..40], (one, at) => Assert.Equal(at == 31 ? ":\n\n" : "", one)); // that the connection lives
        Assert.Equal(sent[..41], got[40].Split("\n\n")[..^1].Select(one => one + "\n\n"));
        Assert.Equal(sent[41..], got[41..^1]);
    }

    [Fact]
    public void Event_WhenBlocksOfThinkingAreLeftOut_ThenTheOthersAreNumberedAnew()
    {
        string Event(string type, string fields) => $"event: {type}\ndata: {{\"type\":\"{type}\"{fields}}}\n\n";
        string Start(int index, string block) => Event("content_block_start", $",\"index\":{index},\"content_block\":{block}");
        string Piece(int index, string delta) => Event("content_block_delta", $",\"index\":{index},\"delta\":{delta}");
        string Stop(int index) => Event("content_block_stop", $",\"index\":{index}");
        const string Thinking = """{"type":"thinking","thinking":"","signature":""}""";
        var (head, tail, stop) = (
            Event(
                "message_start",
                """,message":{"id":"m","type":"message","role":"assistant","content":[],"usage":{"input_tokens":1}}""".Replace(
                    ",m",
                    ",\"m",
                    StringComparison.Ordinal
                )
            ),
            Event("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}"),
            Event("message_stop", "")
        );
        string[] sent =
        [
            head,
            Start(0, Thinking),
            Piece(0, """{"type":"thinking_delta","thinking":"secret"}"""),
            Stop(0),
            Start(1, Thinking),
            Event("ping", ""),
            Piece(1, """{"type":"thinking_delta","thinking":"secret"}"""),
            Piece(1, """{"type":"signature_delta","signature":"c2ln"}"""),
            Stop(1),
            Start(2, """{"type":"thing_of_tomorrow","text":"secret"}"""),
            Piece(2, """{"type":"text_delta","text":"secret"}"""),
            Stop(2),
            Start(3, """{"type":"text","text":""}"""),
            Piece(3, """{"type":"text_delta","text":"Four."}"""),
            Stop(3),
            tail,
            stop,
        ];
        string[] want =
        [
            head,
            Event("ping", ""),
            Start(0, Thinking),
            Piece(0, """{"type":"signature_delta","signature":"c2ln"}"""),
            Stop(0),
            Start(1, """{"type":"text","text":""}"""),
            Piece(1, """{"type":"text_delta","text":"Four."}"""),
            Stop(1),
            tail,
            stop,
        ];
        Assert.Equal(string.Concat(want), string.Concat(Stream(Dialect.Messages, Thoughts, sent, out var stripped)));
        Assert.Equal(Thoughts, stripped);
    }

    [Fact]
    public void Event_WhenAResponseReasons_ThenItsTextsGoAndItsItemsKeepTheirNumbers()
    {
        string Event(string type, string fields) => $"event: {type}\ndata: {{\"type\":\"{type}\",\"sequence_number\":1{fields}}}\n\n";
        const string Item = ",\"output_index\":0,\"item_id\":\"rs\"";
        string[] sent =
        [
            Event("response.created", ""","response":{"id":"r","object":"response","status":"in_progress","output":[]}"""),
            Event("response.output_item.added", ""","output_index":0,"item":{"id":"rs","type":"reasoning","summary":[],"content":[]}"""),
            Event("response.content_part.added", Item + ""","content_index":0,"part":{"type":"reasoning_text","text":""}"""),
            Event("response.reasoning_text.delta", Item + ""","content_index":0,"delta":"secret" """),
            Event("response.reasoning_text.done", Item + ""","content_index":0,"text":"secret" """),
            Event("response.reasoning_summary_part.added", Item + ""","summary_index":0,"part":{"type":"summary_text","text":""}"""),
            Event("response.reasoning_summary_text.delta", Item + ""","summary_index":0,"delta":"secret" """),
            Event(
                "response.output_item.done",
                ""","output_index":0,"item":{"id":"rs","type":"reasoning","summary":[{"type":"summary_text","text":"secret"}]}"""
            ),
            Event(
                "response.content_part.added",
                ""","output_index":1,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}"""
            ),
            Event("response.output_text.delta", ""","output_index":1,"content_index":0,"delta":"Four.","logprobs":[{"token":"secret"}]"""),
            Event("response.output_text.done", ""","output_index":1,"content_index":0,"text":"Four.","logprobs":[]"""),
            Event(
                "response.completed",
                ""","response":{"output":[{"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"secret"}]}]}"""
            ),
        ];
        var got = string.Concat(Stream(Dialect.Responses, All, sent, out var stripped));
        Assert.DoesNotContain("secret", got, StringComparison.Ordinal);
        Assert.Equal(Thoughts | Capability.LogProbabilities, stripped);
        Assert.Equal(
            [
                "created",
                "output_item.added",
                "output_item.done",
                "content_part.added",
                "output_text.delta",
                "output_text.done",
                "completed",
            ],
            got.Split('\n')
                .Where(line => line.StartsWith("event:", StringComparison.Ordinal))
                .Select(line => line["event: response.".Length..])
        );
    }

    [Theory]
    [InlineData("{\"choices\":[{\"message\":{\"reasoning\":\"secret\"}}]")]
    [InlineData("[{\"choices\":[{\"message\":{\"content\":\"secret\"}}]}]")]
    [InlineData("{\"message\":{\"content\":\"a\"}}\n{\"message\":{\"content\":\"secret\"}}\n")]
    [InlineData("<html>secret</html>")]
    [InlineData("\"secret\"")]
    [InlineData("{\"choices\":[],\"a\":NaN,\"b\":\"secret\"}")]
    public void BodyAndEvent_WhenTheyCannotBeRead_ThenAnErrorStandsInTheirPlaceInEachDialect(string body)
    {
        foreach (var format in WireFormat.Formats)
        {
            var (filter, output) = (new AnswerFilter(format, Thoughts), new ArrayBufferWriter<byte>());
            filter.Body(Encoding.UTF8.GetBytes(body), output);
            Assert.NotNull(JsonNode.Parse(output.WrittenSpan)!["error"]);
            var sent = "data: " + body.TrimEnd('\n').Replace("\n", "\ndata: ", StringComparison.Ordinal) + "\n\n";
            var got = string.Concat(Stream(format.Dialect, Thoughts, [sent, sent], out _));
            Assert.Single(got.Split("answer_withheld\"").Skip(1).Concat(got.Split("api_error").Skip(1)));
            Assert.DoesNotContain("secret", got, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void BodyAndEvent_WhenNobodyKnowsTheDialect_ThenNothingPasses()
    {
        var body = """{"response":"secret","done":true}""";
        var (filter, output) = (new AnswerFilter(WireFormat.Of(Dialect.Other), Thoughts), new ArrayBufferWriter<byte>());
        filter.Body(Encoding.UTF8.GetBytes(body), output);
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(output.WrittenSpan), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "secret",
            string.Concat(Stream(Dialect.Other, Thoughts, [$"data: {body}\n\n"], out _)),
            StringComparison.Ordinal
        );
        Assert.Equal($"data: {body}\n\n", string.Concat(Stream(Dialect.Other, Capability.None, [$"data: {body}\n\n"], out _)));
    }

    [Fact]
    public void BodyAndEvent_WhenBytesAreChangedAtRandom_ThenWhatPassesCanBeReadAndNothingBreaks()
    {
        var (chance, noise) = (new Random(7), "\"\\{}[]:,\n\r ud0x"u8.ToArray());
        foreach (var format in WireFormat.Formats.Where(format => format.Answer != null))
        {
            var bodies = AnswerSamples.Carrying(format.Answer!).Select(sample => sample.Json).Concat(AnswerSamples.Whole(format.Answer!));
            foreach (var body in bodies.SelectMany(body => Enumerable.Repeat(Encoding.UTF8.GetBytes(body), 100)))
            {
                var changed = body.ToArray();
                for (var i = chance.Next(1, 4); i > 0; i--)
                {
                    changed[chance.Next(changed.Length)] = noise[chance.Next(noise.Length)];
                }

                var (filter, output) = (new AnswerFilter(format, All), new ArrayBufferWriter<byte>());
                filter.Body(changed, output);
                Assert.NotNull(JsonNode.Parse(output.WrittenSpan));
                var stream = Stream(format.Dialect, All, [$"data: {Encoding.UTF8.GetString(changed)}\n\n"], out _);
                Assert.DoesNotContain("\n\n\n", string.Concat(stream), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Body_WhenItIsEmpty_ThenItStaysSo()
    {
        var output = new ArrayBufferWriter<byte>();
        new AnswerFilter(WireFormat.Of(Dialect.Chat), Thoughts).Body([], output);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Event_WhenAMarkStandsTwice_ThenTheObjectIsLeftOut()
    {
        var got = string.Concat(
            Stream(
                Dialect.Messages,
                Thoughts,
                [
                    """data: {"type":"content_block_delta","delta":{"type":"text_delta","type":"thinking_delta","text":"secret"}}"""
                        + "\n\n",
                    """data: {"type":"ping","type":"content_block_delta","delta":{"type":"text_delta","text":"secret"}}""" + "\n\n",
                ],
                out _
            )
        );
        Assert.Equal("", got);
        Check(
            Dialect.Gemini,
            """{"candidates":[{"content":{"parts":[{"text":"secret","Thought":true},{"text":"secret","thought":1,"thought":false}]}}]}""",
            """{"candidates":[{"content":{"parts":[]}}]}"""
        );
    }

    private static void Check(Dialect dialect, string sent, string want)
    {
        var (filter, output) = (new AnswerFilter(WireFormat.Of(dialect), All), new ArrayBufferWriter<byte>());
        filter.Body(Encoding.UTF8.GetBytes(Flat(sent)), output);
        Assert.Equal(Flat(want), Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.NotNull(JsonNode.Parse(output.WrittenSpan));
    }

    /// <summary>An answer that is written in lines here, in one.</summary>
    private static string Flat(string lines) => string.Concat(lines.Split('\n').Select(line => line.Trim()));

    private static string Delta(Dialect dialect, string text) =>
        "data: "
        + dialect switch
        {
            Dialect.Chat => $$$"""{"choices":[{"index":1,"delta":{"content":"{{{text}}}"}}]}""",
            Dialect.Completions => $$$"""{"choices":[{"index":0,"text":"{{{text}}}"}]}""",
            Dialect.Messages => $$$"""{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"{{{text}}}"}}""",
            Dialect.Responses => $$$"""{"type":"response.output_text.delta","output_index":1,"content_index":0,"delta":"{{{text}}}"}""",
            _ => $$$"""{"candidates":[{"content":{"parts":[{"text":"{{{text}}}"}]}}]}""",
        }
        + "\n\n";

    private static string Finish(Dialect dialect) =>
        "data: "
        + dialect switch
        {
            Dialect.Chat => """{"choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}""",
            Dialect.Completions => "[DONE]",
            Dialect.Messages => """{"type":"content_block_stop","index":2}""",
            Dialect.Responses => """{"type":"response.completed","response":{"id":"r","output":[]}}""",
            _ => """{"candidates":[{"content":{"parts":[]},"finishReason":"STOP"}]}""",
        }
        + "\n\n";

    /// <summary>The texts that a client would put together.</summary>
    private static string Texts(string stream) =>
        string.Concat(
            System
                .Text.RegularExpressions.Regex.Matches(stream, "\"(?:content|text|delta)\":\"([^\"]*)\"")
                .Select(match => match.Groups[1].Value)
        );

    /// <summary>What came for each event, and for the end.</summary>
    private static List<string> Stream(Dialect dialect, Capability strip, IEnumerable<string> events, out Capability stripped)
    {
        var filter = new AnswerFilter(WireFormat.Of(dialect), strip);
        List<string> got = [];
        foreach (var one in events)
        {
            var output = new ArrayBufferWriter<byte>();
            filter.Event(Encoding.UTF8.GetBytes(one), output);
            got.Add(Encoding.UTF8.GetString(output.WrittenSpan));
        }

        var end = new ArrayBufferWriter<byte>();
        filter.End(end);
        got.Add(Encoding.UTF8.GetString(end.WrittenSpan));
        stripped = filter.Stripped;
        return got;
    }
}
