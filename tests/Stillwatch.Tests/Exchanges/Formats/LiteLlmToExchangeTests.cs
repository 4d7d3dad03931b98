using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

/// <summary>Lines in the shape that the proxy writes them in, with invented contents.</summary>
public sealed class LiteLlmToExchangeTests
{
    [Fact]
    public void Translate_WhenASpendLogRow_ThenItIsAnExchange()
    {
        var exchange = One("""
            {"request_id":"chatcmpl-1","call_type":"acompletion","api_key":"88dc28","spend":0.002,"total_tokens":30,"prompt_tokens":20,"completion_tokens":10,
             "startTime":"2026-03-02T00:10:19.162000","endTime":"2026-03-02T00:10:21","model":"gpt-x","user":"user-7","team_id":"team-3","end_user":"eu-1","requester_ip_address":"10.0.0.9",
             "metadata":{"user_api_key_hash":"88dc28","user_api_key_team_id":"team-3","user_agent":"OpenAI/Python 1"},
             "messages":{},"response":{},"proxy_server_request":{"model":"gpt-x","messages":[{"role":"user","content":"Name a tree"}],"temperature":1}}
            """);
        Assert.Equal("chatcmpl-1", (string?)exchange["id"]);
        Assert.Equal("2026-03-02T00:10:19.162Z", (string?)exchange["time"]);
        Assert.Equal("team-3", (string?)exchange["account"]);
        Assert.Equal("eu-1", (string?)exchange["end_user"]);
        Assert.Equal("10.0.0.9", (string?)exchange["client"]!["ip"]);
        Assert.Equal("Name a tree", (string?)exchange["request"]!["messages"]![0]!["content"]);
        Assert.Equal(10, (int?)exchange["usage"]!["output_tokens"]);
    }

    [Fact]
    public void Translate_WhenAStandardLoggingPayload_ThenParametersStandBesideTheMessages()
    {
        var exchange = One("""
            {"id":"c-2","call_type":"completion","status":"failure","startTime":1772410219.5,"model":"m","prompt_tokens":3,"completion_tokens":0,
             "metadata":{"user_api_key_hash":"k9","user_api_key_user_id":null,"requester_ip_address":"10.0.0.1"},
             "messages":[{"role":"user","content":"lone \ud800 here"}],"model_parameters":{"temperature":0.5,"max_tokens":99},"response":{"choices":[]}}
            """);
        Assert.Equal("k9", (string?)exchange["account"]);
        Assert.Equal("2026-03-02T00:10:19.500Z", (string?)exchange["time"]);
        Assert.Equal(99, (int?)exchange["request"]!["max_tokens"]);
        Assert.Equal(500, (int?)exchange["status"]);
    }

    [Fact]
    public void Translate_WhenItsObjectsWereWrittenIntoStrings_ThenTheyAreReadAllTheSame()
    {
        // Field for field as the proxy's exports to a message queue have it.
        var exchange = One("""
            {"request_id":"chatcmpl-3","session_id":"1","call_type":"acompletion","api_key":"","cache_hit":"None","startTime":"2026-03-02 00:10:19.162371","endTime":"2026-03-02 00:10:20.1",
             "completionStartTime":"2026-03-02 00:10:20.1","model":"m","user":"","team_id":"","organization_id":"",
             "metadata":"{\"applied_guardrails\": [], \"user_api_key\": null, \"user_api_key_hash\": \"88dc\", \"user_api_key_team_id\": null, \"user_api_key_user_id\": \"cust-4\", \"requester_ip_address\": \"10.0.0.2\", \"user_agent\": \"sdk/\\u00fc\"}",
             "spend":0.0002,"total_tokens":30,"prompt_tokens":10,"completion_tokens":20,"request_tags":"[]","end_user":"","requester_ip_address":null,
             "messages":"[{\"role\": \"user\", \"content\": \"Name a \\\"tree\\\"\"}]","response":"{}","proxy_server_request":"{}","status":"success","agent_id":null}
            """);
        Assert.Equal("cust-4", (string?)exchange["account"]);
        Assert.Equal("88dc", (string?)exchange["key"]);
        Assert.Equal("2026-03-02T00:10:19.162Z", ((string?)exchange["time"])![..23] + "Z");
        Assert.Equal("10.0.0.2", (string?)exchange["client"]!["ip"]);
        Assert.Equal("Name a \"tree\"", (string?)exchange["request"]!["messages"]![0]!["content"]);
        Assert.Null(exchange["response"]);
        Assert.Equal(20, (int?)exchange["usage"]!["output_tokens"]);
    }

    [Theory]
    [InlineData("""{\"task\":\"x\"}""")]
    [InlineData("[1,2]")]
    [InlineData("Name a tree")]
    public void Translate_WhenThePromptIsText_ThenItStaysText(string text)
    {
        var exchange = One($$"""{"request_id":"c","user":"u","startTime":1772410219.5,"model":"m","messages":"{{text}}"}""");
        Assert.Equal(text.Replace("\\", "", StringComparison.Ordinal), (string?)exchange["request"]!["messages"]);
    }

    [Theory]
    [InlineData("""{"request_id":"c","startTime":"2026-03-02T00:10:19Z","messages":[]}""", RejectionKind.FieldMissing)]
    [InlineData("""{"user":"u","startTime":"2026-03-02T00:10:19Z"}""", RejectionKind.FieldMissing)]
    [InlineData("""{"request_id":"c","user":"u","startTime":"soon"}""", RejectionKind.FieldUnusable)]
    [InlineData("""{"request_id":""", RejectionKind.NotJson)]
    public void Translate_WhenItCannotBeUsed_ThenItSaysWhy(string line, RejectionKind kind) => Assert.Equal(kind, Translate(line, out _).Kind);

    private static JsonNode One(string line)
    {
        var rejection = Translate(line.Replace("\n", "", StringComparison.Ordinal), out var text);
        Assert.True(rejection.Taken, rejection.Detail);
        Assert.True(ExchangeLineReader.Read(text, new ExchangeDraft()).Taken);
        return JsonNode.Parse(text.Where(b => b < 128).ToArray())!;
    }

    private static Rejection Translate(string line, out byte[] text)
    {
        var into = new ArrayBufferWriter<byte>();
        var rejection = LiteLlmToExchange.Translate(Encoding.UTF8.GetBytes(line), into, []);
        text = into.WrittenSpan.ToArray();
        return rejection;
    }
}
