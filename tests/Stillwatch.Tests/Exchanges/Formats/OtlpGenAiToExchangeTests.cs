using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

/// <summary>Export requests in the shape of the GenAI semantic conventions, with invented contents.</summary>
public sealed class OtlpGenAiToExchangeTests
{
    private const string Line = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"gw"}},{"key":"client.id","value":{"stringValue":"acct-of-resource"}}]},
          "scopeSpans":[{"scope":{"name":"x"},"spans":[
            {"traceId":"aa","spanId":"01","name":"chat m","startTimeUnixNano":"1772410219162000000","attributes":[
              {"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"gen_ai.response.id","value":{"stringValue":"r-1"}},{"key":"enduser.id","value":{"stringValue":"acct-1"}},
              {"key":"gen_ai.request.temperature","value":{"doubleValue":0.5}},{"key":"gen_ai.request.max_tokens","value":{"intValue":"200"}},
              {"key":"gen_ai.usage.input_tokens","value":{"intValue":"12"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":34}},
              {"key":"client.address","value":{"stringValue":"10.0.0.3"}},{"key":"user_agent.original","value":{"stringValue":"sdk/9"}},
              {"key":"gen_ai.system_instructions","value":{"stringValue":"[{\"type\":\"text\",\"content\":\"Be brief\"}]"}},
              {"key":"gen_ai.input.messages","value":{"stringValue":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Name a tree\"}]}]"}}]},
            {"traceId":"aa","spanId":"02","name":"db","startTimeUnixNano":"1772410219162000000","attributes":[]},
            {"traceId":"aa","spanId":"03","name":"chat m","startTimeUnixNano":"1772410220162000000","attributes":[
              {"key":"gen_ai.request.model","value":{"stringValue":"m"}},
              {"key":"gen_ai.input.messages","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"role","value":{"stringValue":"user"}},{"key":"content","value":{"stringValue":"structured \ud800"}}]}}]}}}]}
          ]}]}]}
        """;

    [Fact]
    public void Translate_WhenSpansOfModelCalls_ThenEachIsAnExchangeAndOthersArePassedOver()
    {
        var exchanges = All(Line);
        Assert.Equal(2, exchanges.Count);
        var (first, second) = (exchanges[0], exchanges[1]);
        Assert.Equal("r-1", (string?)first["id"]);
        Assert.Equal("acct-1", (string?)first["account"]);
        Assert.Equal("2026-03-02T00:10:19.162Z", (string?)first["time"]);
        Assert.Equal("10.0.0.3", (string?)first["client"]!["ip"]);
        Assert.Equal(200, (int?)first["request"]!["max_tokens"]);
        Assert.Equal(34, (int?)first["usage"]!["output_tokens"]);
        Assert.Equal("aa:03", (string?)second["id"]);
        Assert.Equal("acct-of-resource", (string?)second["account"]);
    }

    [Fact]
    public void Translate_WhenReadOn_ThenTheTextIsThere()
    {
        var into = new ArrayBufferWriter<byte>();
        List<int> ends = [];
        Assert.True(OtlpGenAiToExchange.Translate(Encoding.UTF8.GetBytes(Line), into, ends).Taken);
        var draft = new ExchangeDraft();
        Assert.True(ExchangeLineReader.Read(into.WrittenSpan[..ends[0]], draft).Taken);
        Assert.Equal(["System:Be brief", "User:Name a tree"], Pieces(draft));
        Assert.True(ExchangeLineReader.Read(into.WrittenSpan[ends[0]..ends[1]], draft).Taken);
        Assert.Equal(["User:structured \uFFFD"], Pieces(draft));
    }

    [Theory]
    [InlineData("""{"resourceSpans":[]}""", RejectionKind.NoExchange)]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"1","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}}]}]}]}]}""", RejectionKind.FieldMissing)]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"x","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}}]}]}]}]}""", RejectionKind.FieldUnusable)]
    [InlineData("""{"resourceSpans":[{"scope""", RejectionKind.NotJson)]
    public void Translate_WhenItCannotBeUsed_ThenItSaysWhy(string line, RejectionKind kind) =>
        Assert.Equal(kind, OtlpGenAiToExchange.Translate(Encoding.UTF8.GetBytes(line), new ArrayBufferWriter<byte>(), []).Kind);

    [Theory]
    [InlineData("[{\\\"role\\\":\\\"user\\\",\\\"parts\\\":[{\\\"type\\\":\\\"text\\\",\\\"cont", "User:[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"cont")]   // cut off by the exporter
    [InlineData("[INST] Name a tree [/INST]", "User:[INST] Name a tree [/INST]")]
    [InlineData("Name a tree", "User:Name a tree")]
    public void Translate_WhenThePromptIsNoJson_ThenItIsTextAndTheOtherSpansAreThere(string prompt, string piece)
    {
        var span = """{"traceId":"aa","spanId":"SPAN","startTimeUnixNano":"1772410219162000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}},{"key":"gen_ai.prompt","value":{"stringValue":"PROMPT"}}]}""";
        var line = """{"resource_spans":[{"scope_spans":[{"spans":[""" + span.Replace("SPAN", "1", StringComparison.Ordinal).Replace("PROMPT", prompt, StringComparison.Ordinal) + "," + span.Replace("SPAN", "2", StringComparison.Ordinal).Replace("PROMPT", "second", StringComparison.Ordinal) + "]}]}]}";
        var into = new ArrayBufferWriter<byte>();
        List<int> ends = [];
        Assert.True(OtlpGenAiToExchange.Translate(Encoding.UTF8.GetBytes(line), into, ends).Taken);
        Assert.Equal(2, ends.Count);
        var draft = new ExchangeDraft();
        Assert.True(ExchangeLineReader.Read(into.WrittenSpan[..ends[0]], draft).Taken);
        Assert.Equal([piece], Pieces(draft));
    }

    [Fact]
    public void Translate_WhenNoTokensWereCounted_ThenTheAnswersTextIsThere()
    {
        var line = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"aa","spanId":"1","startTimeUnixNano":"1772410219162000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}},{"key":"gen_ai.output.messages","value":{"stringValue":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"12345678\"}]}]"}}]}]}]}]}""";
        var into = new ArrayBufferWriter<byte>();
        Assert.True(OtlpGenAiToExchange.Translate(Encoding.UTF8.GetBytes(line), into, []).Taken);
        var draft = new ExchangeDraft();
        Assert.True(ExchangeLineReader.Read(into.WrittenSpan, draft).Taken);
        Assert.Equal((-1, 8), (draft.OutputTokens, draft.OutputBytes));
    }

    private static List<JsonNode> All(string line)
    {
        var into = new ArrayBufferWriter<byte>();
        List<int> ends = [];
        Assert.True(OtlpGenAiToExchange.Translate(Encoding.UTF8.GetBytes(line), into, ends).Taken);
        var text = into.WrittenSpan.ToArray();
        return [.. ends.Select((end, i) => JsonNode.Parse(text.AsSpan((i == 0 ? 0 : ends[i - 1])..end))!)];
    }

    private static List<string> Pieces(ExchangeDraft draft)
    {
        List<string> pieces = [];
        foreach (ref readonly var piece in draft.Pieces)
        {
            pieces.Add($"{piece.Role}:{Encoding.UTF8.GetString(draft.Text(piece))}");
        }

        return pieces;
    }
}
