using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

/// <summary>A model server that refuses on its own account is told apart from one that answers, whatever bytes it sends.</summary>
public sealed class UpstreamRefusalTests
{
    [Theory]
    [InlineData(Dialect.Messages, """{"stop_reason":"refusal","stop_details":{"type":"refusal","category":"cyber"}}""", "refusal", "cyber")]
    [InlineData(Dialect.Messages, """{"stop_details":{"category":"frontier_llm"},"stop_reason":"refusal"}""", "refusal", "frontier_llm")]
    [InlineData(Dialect.Messages, """{"stop_reason":"refusal","stop_details":{"category":null}}""", "refusal", null)]
    [InlineData(Dialect.Messages, """{"stop_reason":"refusal","stop_details":null}""", "refusal", null)]
    [InlineData(Dialect.Messages, """{"content":[{"text":"Half"}],"stop_reason":"refusal"}""", "refusal", null)]
    [InlineData(
        Dialect.Messages,
        """{"stop_r\u0065ason":"r\u0065fusal","stop_details":{"category":"a\ud800\n"}}""",
        "refusal",
        "a\ufffd\n"
    )]
    [InlineData(Dialect.Chat, """{"choices":[{"message":{"refusal":"I cannot"},"finish_reason":"stop"}]}""", "refusal", null)]
    [InlineData(Dialect.Chat, """{"choices":[{"message":{"content":"Ha"},"finish_reason":"content_filter"}]}""", "content_filter", null)]
    [InlineData(Dialect.Chat, """{"choices":[{"finish_reason":"stop"},{"finish_reason":"content_filter"}]}""", "content_filter", null)]
    [InlineData(Dialect.Completions, """{"choices":[{"text":"","finish_reason":"content_filter"}]}""", "content_filter", null)]
    [InlineData(
        Dialect.Responses,
        """{"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]}""",
        "content_filter",
        null
    )]
    [InlineData(
        Dialect.Responses,
        """{"status":"completed","output":[{"type":"reasoning"},{"content":[{"type":"refusal","refusal":"No"}]}]}""",
        "refusal",
        null
    )]
    [InlineData(Dialect.Gemini, """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""", "PROHIBITED_CONTENT", null)]
    [InlineData(Dialect.Gemini, """{"candidates":[{"content":{"parts":[]},"finishReason":"SAFETY"}]}""", "SAFETY", null)]
    public void RefusalOf_WhenAModelServerRefused_ThenItSaysWhy(Dialect dialect, string answer, string reason, string? category) =>
        Assert.Equal(new UpstreamRefusal(reason, category), Of(dialect, Encoding.UTF8.GetBytes(answer)));

    [Theory]
    [InlineData(Dialect.Messages, """{"stop_reason":"end_turn","content":[{"text":"stop_reason refusal","stop_reason":"refusal"}]}""")]
    [InlineData(Dialect.Messages, """{"stop_reason":["refusal"]}""")]
    [InlineData(Dialect.Messages, """[{"stop_reason":"refusal"}]""")]
    [InlineData(Dialect.Chat, """{"choices":[{"message":{"content":"Hi","refusal":null},"finish_reason":"stop"}]}""")]
    [InlineData(Dialect.Chat, """{"choices":[{"message":{"refusal":""}}],"refusal":"No","finish_reason":"content_filter"}""")]
    [InlineData(Dialect.Chat, """{"choices":[[{"finish_reason":"content_filter"}],{"message":{"refusal":{"refusal":"No"}}}]}""")]
    [InlineData(Dialect.Responses, """{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}""")]
    [InlineData(Dialect.Responses, """{"status":"completed","incomplete_details":{"reason":"content_filter"}}""")]
    [InlineData(Dialect.Gemini, """{"promptFeedback":{"blockReason":"BLOCK_REASON_UNSPECIFIED"},"candidates":[{"finishReason":"STOP"}]}""")]
    [InlineData(Dialect.Gemini, """{"candidates":[{"finishReason":"MAX_TOKENS"},{"finishReason":"RECITATION"}]}""")]
    [InlineData(Dialect.Embeddings, """{"choices":[{"finish_reason":"content_filter"}],"stop_reason":"refusal"}""")]
    public void RefusalOf_WhenAModelServerAnswered_ThenThereIsNone(Dialect dialect, string answer) =>
        Assert.Null(Of(dialect, Encoding.UTF8.GetBytes(answer)));

    [Fact]
    public void RefusalOf_WhenTheCategoryIsLong_ThenItIsCut() =>
        Assert.Equal(
            new string('c', 64),
            Of(
                Dialect.Messages,
                Encoding.UTF8.GetBytes($$$"""{"stop_reason":"refusal","stop_details":{"category":"{{{new string('c', 10_000)}}}"}}""")
            )!.Value.Category
        );

    /// <summary>Cut at every byte, each byte changed, nested beyond all bounds: it may say anything and never throws.</summary>
    [Fact]
    public void RefusalOf_WhenTheBytesAreHostile_ThenNothingThrows()
    {
        var refusal = new DisclosedRefusal("r", "c\ud800", "k", "m\n", null, "req_1", "m\"", new EventTime(0));
        var random = new Random(7);
        foreach (var format in WireFormat.Formats)
        {
            var answer = format.Disclosed(refusal, stream: false)?.Body ?? "{\"data\":[]}"u8.ToArray();
            for (var i = 0; i < answer.Length; i++)
            {
                _ = format.RefusalOf(answer.AsSpan(0, i));
                foreach (var changed in (ReadOnlySpan<byte>)[(byte)'"', (byte)'{', (byte)'[', (byte)'\\', 0, 0xff, (byte)random.Next(256)])
                {
                    var copy = answer.ToArray();
                    copy[i] = changed;
                    _ = format.RefusalOf(copy);
                }
            }

            foreach (var open in new[] { "[", "{\"a\":", "{\"choices\":[", "{\"output\":[{\"content\":[", "{\"stop_details\":" })
            {
                _ = format.RefusalOf(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, 5_000))));
            }

            Assert.Null(format.RefusalOf(default));
            Assert.Null(format.RefusalOf("\uFEFF{}"u8));
            Assert.Null(format.RefusalOf("data: [DONE]\n\n"u8));
        }
    }

    private static UpstreamRefusal? Of(Dialect dialect, byte[] answer) => WireFormat.Of(dialect).RefusalOf(answer);
}
