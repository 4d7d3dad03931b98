using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

public sealed class OtlpValueTests
{
    [Theory]
    [InlineData("""{"stringValue":"a\"b"}""", "\"a\\\"b\"")]
    // 64 bits do not fit a number of JavaScript's: OTLP writes them as text
    [InlineData("""{"intValue":"34"}""", "\"34\"")]
    [InlineData("""{"intValue":34}""", "34")]
    [InlineData("""{"doubleValue":0.5}""", "0.5")]
    [InlineData("""{"boolValue":false}""", "false")]
    [InlineData("{}", "null")]
    [InlineData("""{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":1},{}]}}""", "[\"a\",1,null]")]
    [InlineData("""{"array_value":{"values":[]}}""", "[]")]
    [InlineData("""{"arrayValue":{}}""", "[]")]
    [InlineData(
        """{"kvlistValue":{"values":[{"key":"a","value":{"stringValue":"x"}},{"key":"b","value":{"arrayValue":{"values":"""
            + """[{"boolValue":true}]}}}]}}""",
        "{\"a\":\"x\",\"b\":[true]}"
    )]
    [InlineData("""{"kvlist_value":{"values":[]}}""", "{}")]
    // the order of fields means nothing in JSON
    [InlineData("""{"kvlistValue":{"values":[{"value":{"stringValue":"x"},"key":"a"}]}}""", "{\"a\":\"x\"}")]
    [InlineData(
        """{"kvlistValue":{"values":[{"key":"a"},{"key":"b","value":{}},{"key":"c","value":null}]}}""",
        "{\"a\":null,\"b\":null,\"c\":null}"
    )]
    [InlineData(
        """{"kvlistValue":{"values":[{"value":{"stringValue":"x"}},{"key":7,"value":{"stringValue":"y"}},{"key":"b","value":"""
            + """{"intValue":1}}]}}""",
        "{\"b\":1}"
    )]
    [InlineData("""{"kvlistValue":{"values":[{"key":"a","extra":[{"key":"no"}],"value":{"intValue":1}}]}}""", "{\"a\":1}")]
    [InlineData("""{"kvlistValue":{"values":[{"value":{"intValue":1},"key":"a","other":{"intValue":2}}]}}""", "{\"a\":1}")]
    public void ToJson_WhenAValueIsWrittenAsOtlpDoes_ThenItIsPlainJson(string value, string json) => Assert.Equal(json, ToJson(value));

    [Fact]
    public void ToJson_WhenAnyJsonIsWrittenAsAValue_ThenItComesBack()
    {
        var random = new Random(13);
        for (var run = 0; run < 3_000; run++)
        {
            var before = Any(random, depth: 0);
            var after = ToJson(Value(before));
            Assert.True(JsonNode.DeepEquals(before, JsonNode.Parse(after)), $"{before?.ToJsonString()} came back as {after}");
        }
    }

    [Fact]
    public void ToJson_WhenAStringHasHalfOfACharacter_ThenItStaysAsItIsWritten() =>
        Assert.Equal("[\"\\ud800\"]", ToJson("""{"arrayValue":{"values":[{"stringValue":"\ud800"}]}}"""));

    private static JsonNode? Any(Random random, int depth) =>
        random.Next(depth > 4 ? 5 : 8) switch
        {
            0 => null,
            1 => random.Next(2) == 0,
            2 => random.Next(-1000, 1000),
            3 => random.Next(1, 100) / 8.0,
            4 => new[] { "", "a", "ä\n\"\\", "😀", "{\"key\":1}" }[random.Next(5)],
            5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth + 1))]),
            _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create($"k{i} key", Any(random, depth + 1)))),
        };

    private static string Value(JsonNode? node) =>
        node switch
        {
            null => "{}",
            JsonArray list => "{\"arrayValue\":{\"values\":[" + string.Join(',', list.Select(Value)) + "]}}",
            JsonObject map => "{\"kvlistValue\":{\"values\":["
                + string.Join(',', map.Select(pair => $"{{\"key\":{JsonSerializer.Serialize(pair.Key)},\"value\":{Value(pair.Value)}}}"))
                + "]}}",
            _ => node.GetValueKind() switch
            {
                JsonValueKind.String => $"{{\"stringValue\":{node.ToJsonString()}}}",
                JsonValueKind.Number => $"{{\"doubleValue\":{node.ToJsonString()}}}",
                _ => $"{{\"boolValue\":{node.ToJsonString()}}}",
            },
        };

    private static string ToJson(string value) => Encoding.UTF8.GetString(OtlpValue.ToJson(Encoding.UTF8.GetBytes(value)));
}
