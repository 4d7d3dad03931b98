using System.Text;
using System.Text.Json;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

/// <summary>
/// What is counted of an answer as it passes is what is counted of the whole, put together; or the tally says that it cannot tell.
/// </summary>
public sealed class AnswerTallyTests
{
    private static readonly Dialect[] Streaming = [Dialect.Chat, Dialect.Completions, Dialect.Messages, Dialect.Responses, Dialect.Gemini];

    private static readonly string[] Odd =
    [
        "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b \\u00e4\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\ud83d\"}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\ude00\"}}]}",
        "{\"choices\":[{\"index\":1,\"delta\":{\"reasoning_content\":\"hm\",\"refusal\":null,\"content\":null}}]}",
        "{\"choices\":[{\"index\":0,\"text\":\"more\",\"logprobs\":null}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"text\\\":\"}}]}}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"part\"}]}}]}",
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}",
        "{\"choices\":[{\"index\":0,\"delta\":{}}],\"usage\":null}",
        "{\"usage\":{\"completion_tokens\":-1}}",
        "{\"usage\":{\"prompt_tokens\":1.0}}",
        "{\"text\":\"at the top\"}",
        "[DONE]",
        " {\"choices\":[]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"logprobs\":{\"content\":[{\"token\":\"x\",\"logprob\":-1,\"top_logprobs\":[]}]}}]}",
        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"whole\"}}]}",
        "{\"error\":{\"message\":\"no\"}}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"c\"}}]",
        "{\"vendor\":{\"content\":\"hidden\"},\"choices\":[]}",
        "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}",
        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"one\"}}",
        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"two\"}}",
        "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"text\\\":\\\"x\\\"}\"}}",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}",
        "{\"type\":\"content_block_delta\",\"index\":\"0\",\"delta\":{\"type\":\"text_delta\",\"text\":\"odd index\"}}",
        "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":-1}}",
        "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":\"5\"}}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"deep\"},\"x\":" + new string('[', 123) + new string(']', 123) + "}]}",
        "{\"index\":0,\"delta\":{\"text\":\"late\"},\"type\":\"content_block_delta\"}",
        "{\"type\":\"message_stop\"}",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null,\"usage\":{\"output_tokens\":7},\"usageMetadata\":{\"candidatesTokenCount\":8}}}",
        "{\"type\":\"ping\"}",
        "{\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"output\":[]}}",
        "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"t\",\"sequence_number\":4}",
        "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"t\"}]}],\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"g\"}],\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":1}}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"th\",\"thought\":true}]}}],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":2,\"thoughtsTokenCount\":4}}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{\"text\":\"x\"}}}]},\"finishReason\":\"STOP\"}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\\ude00\"}]},\"index\":1}]}",
        "{\"response\":{\"usage\":{\"output_tokens\":7}},\"type\":\"response.completed\"}",
    ];

    [Fact]
    public void Stream_WhenAServerSendsItAsTheyDo_ThenItIsCountedAsItPasses()
    {
        var random = new Random(1);
        foreach (var dialect in Streaming)
        {
            foreach (var usage in new[] { true, false })
            {
                var stream = Encoding.UTF8.GetBytes(Usual(dialect, "Tell me of the quiet northern harbour, in three sentences.", usage));
                var (exact, counts) = Tally(dialect, stream, isStream: true, random);
                Assert.True(exact);
                Assert.Equal(Whole(dialect, stream, isStream: true), counts);
                Assert.True(counts.OutputBytes > 20);
            }
        }
    }

    [Fact]
    public void Stream_WhenItsEventsAreMixedCutAndChanged_ThenWhatIsCountedIsWhatTheWholeSays_OrItSaysThatItCannotTell()
    {
        var random = new Random(2);
        var (exact, runs) = (0, 40_000);
        for (var run = 0; run < runs; run++)
        {
            var dialect = Streaming[random.Next(Streaming.Length)];
            var stream = Encoding.UTF8.GetBytes(
                random.Next(2) == 0 ? Mixed(random) : Usual(dialect, "A \"few\" w\u00f6rds \ud83d\ude00.", random.Next(2) == 0)
            );
            for (var changes = random.Next(3); changes > 0; changes--)
            {
                stream = Change(stream, random);
            }

            var (isExact, counts) = Tally(dialect, stream, isStream: true, random);
            exact += isExact ? 1 : 0;
            if (isExact && Whole(dialect, stream, isStream: true) is var whole && whole != counts)
            {
                Assert.Fail($"{dialect}: {counts} as it passed, {whole} of the whole:\n{Encoding.UTF8.GetString(stream)}");
            }
        }

        Assert.True(exact > runs / 4, $"only {exact} of {runs} could be told");
    }

    [Fact]
    public void Body_WhenItIsChanged_ThenWhatIsCountedIsWhatTheWholeSays()
    {
        var random = new Random(3);
        string[] bodies =
        [
            "{\"choices\":[{\"message\":{\"content\":\"Yes "
                + "\\ud83d\",\"refusal\":null}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"details\":{\"completion_tokens\":9}}}",
            "{\"usage\":[{\"completion_tokens\":3,\"text\":\"x\"}],\"content\":[{\"type\":\"text\",\"text\":\"t\"}],\"usage\":{\"output_tokens\":6,\"text\":\"none\"}}  ",
            "{\"a\":{\"usage\":{\"completion_tokens\":3}},\"tool\":{\"arguments\":\"{}\"}}",
            "[{\"content\":\"x\"}]",
            "",
            " ",
            "{\"content\":\"a\"} x",
            "\"text\"",
            "{\"text\":\"\u00e4\u4f60\"}",
        ];
        for (var run = 0; run < 20_000; run++)
        {
            var body = Encoding.UTF8.GetBytes(bodies[random.Next(bodies.Length)]);
            body = random.Next(3) == 0 || body.Length == 0 ? body : Change(body, random);
            var (isExact, counts) = Tally(Dialect.Chat, body, isStream: false, random);
            Assert.True(isExact);
            Assert.True(Whole(Dialect.Chat, body, isStream: false) == counts, $"{counts} as it passed: {Encoding.UTF8.GetString(body)}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\\\")]
    [InlineData("\\\"")]
    public void Body_WhenAStringIsTooLongToBeHeld_ThenWhatIsReportedBehindItStillCounts(string before)
    {
        var body = Encoding.UTF8.GetBytes(
            "{\"data\":[{\"b64_json\":\"" + new string('A', 3 << 20) + before + "\"}],\"usage\":{\"input_tokens\":7,\"output_tokens\":9}}"
        );
        var tally = new AnswerTally(WireFormat.Of(Dialect.Chat), isStream: false);
        foreach (var piece in body.Chunk(60_001))
        {
            tally.Feed(piece);
        }

        Assert.False(tally.Finish([]));
        Assert.Equal(new TokenCounts(7, 9), tally.Counts.Tokens);
    }

    private static (bool IsExact, AnswerCounts Counts) Tally(Dialect dialect, byte[] answer, bool isStream, Random random)
    {
        var tally = new AnswerTally(WireFormat.Of(dialect), isStream);
        ReadOnlySpan<byte> rest = answer;
        while (random.Next(4) != 0 && rest.Length > 0)
        {
            var piece = random.Next(rest.Length + 1);
            tally.Feed(rest[..piece]);
            rest = rest[piece..];
        }

        return (tally.Finish(rest), tally.Counts);
    }

    private static AnswerCounts Whole(Dialect dialect, byte[] answer, bool isStream) =>
        ExchangeRecordReader.Count(
            new ExchangeRecord
            {
                Id = "x",
                Account = "a",
                At = default,
                Endpoint = "/",
                Dialect = dialect,
                Response = answer,
                IsStream = isStream,
            }
        );

    private static string Usual(Dialect dialect, string text, bool usage)
    {
        using var request = JsonDocument.Parse(
            JsonSerializer.Serialize(
                new Dictionary<string, object>
                {
                    ["model"] = "m",
                    ["stream"] = true,
                    ["prompt"] = text,
                    ["input"] = text,
                    ["messages"] = new[] { new { role = "user", content = text } },
                }
            )
        );
        using var body = JsonDocument.Parse(PlainAnswer.Make(dialect, request.RootElement, "x"));
        return string.Concat(BodyToStream.Events(dialect, body.RootElement, usage, recorded: false));
    }

    private static string Mixed(Random random)
    {
        var stream = new StringBuilder();
        for (var events = random.Next(12); events > 0; events--)
        {
            var data = Odd[random.Next(Odd.Length)];
            for (var again = random.Next(3); again >= 0; again--)
            {
                stream
                    .Append(
                        random.Next(10) == 0 ? ": a comment\n"
                        : random.Next(30) == 0 ? "\uFEFF"
                        : ""
                    )
                    .Append(random.Next(10) == 0 ? "data:" : "data: ")
                    .Append(data)
                    .Append(random.Next(10) == 0 ? "\r\n\r\n" : "\n\n");
            }
        }

        return stream.ToString();
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                bytes[at] = (byte)"\"\\{}[],:\n\r nul"[random.Next(14)];
                return bytes;
            default:
                var to = Math.Min(bytes.Length, at + random.Next(200));
                return [.. bytes[..to], .. bytes[at..]]; // a stretch of it twice
        }
    }
}
