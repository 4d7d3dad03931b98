using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

public sealed class BodyCountsTests
{
    private static readonly string[] Names =
    [
        "usage",
        "usageMetadata",
        "prompt_tokens",
        "completion_tokens",
        "input_tokens",
        "output_tokens",
        "candidatesTokenCount",
        "thoughtsTokenCount",
        "promptTokenCount",
        "content",
        "text",
        "reasoning_content",
        "thinking",
        "arguments",
        "refusal",
        "choices",
        "message",
        "Usage",
        "contents",
    ];

    [Theory]
    [InlineData("""{"usage":{"prompt_tokens":3,"completion_tokens":4}}""", 3, 4, 0)]
    [InlineData("""{"usage":{"input_tokens":3,"output_tokens":4}}""", 3, 4, 0)]
    [InlineData("""{"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"thoughtsTokenCount":5}}""", 3, 9, 0)]
    [InlineData("""{"usage":{"completion_tokens":4,"details":{"completion_tokens":9}}}""", -1, 4, 0)]
    // of a usage that stands there twice the last counts, whole
    [InlineData("""{"usage":{"completion_tokens":4},"usage":{"prompt_tokens":3}}""", 3, -1, 0)]
    [InlineData("""{"response":{"usage":{"completion_tokens":4}}}""", -1, -1, 0)] // only at the top level
    // a list is no usage, and nothing counts in it
    [InlineData("""{"usage":[{"completion_tokens":4,"text":"abc"}],"text":"ab"}""", -1, -1, 2)]
    [InlineData("""{"usage":"content","content":"ab"}""", -1, -1, 2)]
    [InlineData("""{"usage":{"text":"abc"},"text":"ab"}""", -1, -1, 2)]
    [InlineData("""{"usage":{"completion_tokens":-1,"prompt_tokens":"5"}}""", -1, -1, 0)]
    [InlineData("""{"usage":{"completion_tokens":1e10}}""", -1, -1, 0)]
    [InlineData("""{"usage":{"completion_tokens":1000000000}}""", -1, 1_000_000_000, 0)]
    [InlineData("""{"usage":{"completion_tokens":4.9}}""", -1, 4, 0)]
    [InlineData("""{"usage":{"completion_tokens":null}}""", -1, -1, 0)]
    [InlineData(
        """{"choices":[{"message":{"content":"\u00e4b","refusal":null,"tool_calls":[{"function":{"arguments":"{}"}}]}}]}""",
        -1,
        -1,
        5
    )]
    [InlineData("""{"content":["not","text"],"text":{"text":"ab"}}""", -1, -1, 2)]
    [InlineData("""{"content":7,"x":"abc"}""", -1, -1, 0)]
    public void Take_WhenABodyIsRead_ThenItsTokensAndTextAreCounted(string json, int input, int output, int bytes)
    {
        var counts = Count(json);
        Assert.Equal((input, output, bytes), (counts.Tokens.Input, counts.Tokens.Output, counts.OutputBytes));
    }

    /// <summary>Counted a second time here from a tree of the whole, in the plain words of the rule.</summary>
    [Fact]
    public void Take_WhenAnyBodyIsRead_ThenTheCountsAreThoseOfItsTree()
    {
        var random = new Random(8);
        var (withTokens, withText) = (0, 0);
        for (var run = 0; run < 20_000; run++)
        {
            var json = new StringBuilder();
            Object(json, random, depth: 0);
            var counts = Count(json.ToString());
            using var tree = JsonDocument.Parse(json.ToString());
            var (tokens, bytes) = (TokenCounts.None, 0);
            foreach (var field in tree.RootElement.EnumerateObject())
            {
                Field(field, top: true, ref tokens, ref bytes);
            }

            Assert.True(
                (tokens, bytes) == (counts.Tokens, counts.OutputBytes),
                $"{tokens} {bytes} in the tree, {counts.Tokens} {counts.OutputBytes} counted: {json}"
            );
            withTokens += tokens.Output > 0 ? 1 : 0;
            withText += bytes > 0 ? 1 : 0;
        }

        Assert.True(withTokens > 150 && withText > 3_000, $"only {withTokens} bodies reported tokens and {withText} had text");
    }

    private static BodyCounts Count(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        var counts = new BodyCounts(reader.CurrentDepth);
        while (reader.Read())
        {
            counts.Take(ref reader);
        }

        return counts;
    }

    private static void Field(JsonProperty field, bool top, ref TokenCounts tokens, ref int bytes)
    {
        if (top && (field.Name is "usage" or "usageMetadata") && field.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            if (field.Value.ValueKind == JsonValueKind.Object)
            {
                tokens = TokenCounts.None;
                foreach (
                    var number in field
                        .Value.EnumerateObject()
                        .Where(number => number.Value.ValueKind == JsonValueKind.Number && number.Value.GetDouble() is >= 0 and <= 1e9)
                )
                {
                    var value = (int)number.Value.GetDouble();
                    tokens = number.Name switch
                    {
                        "prompt_tokens" or "input_tokens" or "promptTokenCount" => tokens with { Input = value },
                        "completion_tokens" or "output_tokens" => tokens with { Output = value },
                        "candidatesTokenCount" or "thoughtsTokenCount" => tokens with { Output = value + Math.Max(0, tokens.Output) },
                        _ => tokens,
                    };
                }
            }

            return;
        }

        if (
            field.Value.ValueKind == JsonValueKind.String
            && field.Name is "content" or "text" or "reasoning_content" or "thinking" or "arguments" or "refusal"
        )
        {
            bytes += Encoding.UTF8.GetByteCount(field.Value.GetString()!);
        }

        Inside(field.Value, ref tokens, ref bytes);
    }

    private static void Inside(JsonElement value, ref TokenCounts tokens, ref int bytes)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in value.EnumerateObject())
            {
                Field(field, top: false, ref tokens, ref bytes);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                Inside(item, ref tokens, ref bytes);
            }
        }
    }

    private static void Object(StringBuilder json, Random random, int depth)
    {
        json.Append('{');
        for (var (i, count) = (0, random.Next(5)); i < count; i++)
        {
            var name = depth == 0 && random.Next(3) == 0 ? "usage" : Names[random.Next(Names.Length)];
            json.Append(i > 0 ? "," : "").Append('"').Append(name).Append("\":");
            Value(json, random, depth + 1);
        }

        json.Append('}');
    }

    private static void Value(StringBuilder json, Random random, int depth)
    {
        switch (random.Next(depth > 4 ? 5 : 9))
        {
            case 0:
                json.Append("\"abc\"");
                break;
            case 1:
                json.Append("\"\\u00e4 \\ud83d\\ude00\\n\"");
                break;
            case 2:
                json.Append(random.Next(-2, 40));
                break;
            case 3:
                json.Append("2000000000");
                break;
            case 4:
                json.Append("null");
                break;
            case 5:
                json.Append('[');
                Value(json, random, depth + 1);
                json.Append(',');
                Value(json, random, depth + 1);
                json.Append(']');
                break;
            default:
                Object(json, random, depth);
                break;
        }
    }
}
