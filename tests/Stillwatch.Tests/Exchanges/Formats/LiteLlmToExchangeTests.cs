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
        var exchange = One(
            """
            {"request_id":"chatcmpl-1","call_type":"acompletion","api_key":"88dc28","spend":0.002,"total_tokens":30,"prompt_tokens":20,"completion_tokens":10,
             "startTime":"2026-03-02T00:10:19.162000","endTime":"2026-03-02T00:10:21","model":"gpt-x","user":"user-7","team_id":"team-3","end_user":"eu-1","requester_ip_address":"10.0.0.9",
             "metadata":{"user_api_key_hash":"88dc28","user_api_key_team_id":"team-3","user_agent":"OpenAI/Python 1"},
             "messages":{},"response":{},"proxy_server_request":{"model":"gpt-x","messages":[{"role":"user","content":"Name a tree"}],"temperature":1}}
            """
        );
        Assert.Equal("chatcmpl-1", (string?)exchange["id"]);
        Assert.Equal("2026-03-02T00:10:19.162", (string?)exchange["time"]); // no offset, and told so
        Assert.Equal("team-3", (string?)exchange["account"]);
        Assert.Equal("eu-1", (string?)exchange["end_user"]);
        Assert.Equal("10.0.0.9", (string?)exchange["client"]!["ip"]);
        Assert.Equal("Name a tree", (string?)exchange["request"]!["messages"]![0]!["content"]);
        Assert.Equal(10, (int?)exchange["usage"]!["output_tokens"]);
    }

    [Fact]
    public void Translate_WhenAStandardLoggingPayload_ThenParametersStandBesideTheMessages()
    {
        var exchange = One(
            """
            {"id":"c-2","call_type":"completion","status":"failure","startTime":1772410219.5,"model":"m","prompt_tokens":3,"completion_tokens":0,
             "metadata":{"user_api_key_hash":"k9","user_api_key_user_id":null,"requester_ip_address":"10.0.0.1"},
             "messages":[{"role":"user","content":"lone \ud800 here"}],"model_parameters":{"temperature":0.5,"max_tokens":99},"response":{"choices":[]}}
            """
        );
        Assert.Equal("k9", (string?)exchange["account"]);
        Assert.Equal("2026-03-02T00:10:19.500Z", (string?)exchange["time"]);
        Assert.Equal(99, (int?)exchange["request"]!["max_tokens"]);
        Assert.Equal(500, (int?)exchange["status"]);
    }

    [Fact]
    public void Translate_WhenItsObjectsWereWrittenIntoStrings_ThenTheyAreReadAllTheSame()
    {
        // Field for field as the proxy's exports to a message queue have it.
        var exchange = One(
            """
            {"request_id":"chatcmpl-3","session_id":"1","call_type":"acompletion","api_key":"","cache_hit":"None","startTime":"2026-03-02 00:10:19.162371","endTime":"2026-03-02 00:10:20.1",
             "completionStartTime":"2026-03-02 00:10:20.1","model":"m","user":"","team_id":"","organization_id":"",
             "metadata":"{\"applied_guardrails\": [], \"user_api_key\": null, \"user_api_key_hash\": \"88dc\", \"user_api_key_team_id\": null, \"user_api_key_user_id\": \"cust-4\", \"requester_ip_address\": \"10.0.0.2\", \"user_agent\": \"sdk/\\u00fc\"}",
             "spend":0.0002,"total_tokens":30,"prompt_tokens":10,"completion_tokens":20,"request_tags":"[]","end_user":"","requester_ip_address":null,
             "messages":"[{\"role\": \"user\", \"content\": \"Name a \\\"tree\\\"\"}]","response":"{}","proxy_server_request":"{}","status":"success","agent_id":null}
            """
        );
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
    [InlineData("""{"request_id":"c","startTime":"2026-03-02T00:10:19Z","messages":[]}""", RejectionKind.NoAccount)]
    [InlineData("""{"request_id":"c","call_type":"x","user":"u"}""", RejectionKind.FieldMissing)]
    [InlineData("""{"request_id":"c","user":"u","startTime":"soon"}""", RejectionKind.FieldUnusable)]
    [InlineData("""{"request_id":""", RejectionKind.NotJson)]
    public void Translate_WhenItCannotBeUsed_ThenItSaysWhy(string line, RejectionKind kind) =>
        Assert.Equal(kind, Assert.Single(ReadLine.Of(line).Lost).Rejection.Kind);

    [Theory]
    [InlineData(
        """{"request_id":"c1","call_type":"acompletion","api_key":"7f3a91","startTime":"2026-05-01T10:00:00+00:00","model":"m-1","user":"","team_id":"","metadata":{"user_api_key":"7f3a91","user_api_key_team_id":null,"user_api_key_user_id":null},"messages":{},"response":{}}""",
        "7f3a91"
    )]
    [InlineData(
        """{"request_id":"c1","call_type":"x","api_key":"","startTime":1777629600,"user":"","team_id":"","metadata":{"user_api_key":"7f3a91"}}""",
        "7f3a91"
    )]
    [InlineData(
        """{"request_id":"c1","call_type":"x","startTime":1777629600,"metadata":{"user_api_key_team_id":"","user_api_key_user_id":"u1","user_api_key":"k"}}""",
        "u1"
    )]
    [InlineData(
        """{"request_id":"c1","call_type":"x","startTime":1777629600,"user":"default_user_id","api_key":"k1","metadata":{"user_api_key":"k1","user_api_key_user_id":"default_user_id"}}""",
        "k1"
    )]
    [InlineData("""{"request_id":"c1","call_type":"x","startTime":1777629600,"team_id":"litellm-dashboard","user":"u2"}""", "u2")]
    public void Translate_WhenSomeOfTheNamesAreEmptyOrNobodys_ThenTheFirstThatNamesSomebodyIsTheAccount(string line, string account) =>
        Assert.Equal(account, One(line)["account"]!.ToString());

    [Theory]
    [InlineData("Team", "t")]
    [InlineData("User", "u")]
    [InlineData("Key", "k")]
    [InlineData("EndUser", "e")]
    public void Translate_WhenTheOperatorChose_ThenThatIsTheAccount(string choice, string account)
    {
        var line = """{"request_id":"c","call_type":"x","startTime":1777629600,"team_id":"t","user":"u","api_key":"k","end_user":"e"}""";
        Assert.Equal(
            account,
            Assert.Single(ReadLine.Of(line, LogOptions.Default with { Account = Enum.Parse<LiteLlmAccount>(choice) }).Exchanges).Account
        );
    }

    [Fact]
    public void Translate_WhenTheIdIsEmpty_ThenTheRowHasOneOfItsOwn()
    {
        var row = """{"request_id":"","call_type":"acompletion","startTime":"2026-05-01T10:00:00Z","team_id":"t","model":"m-1"}""";
        var (first, again, other) = (
            One(row)["id"]!.ToString(),
            One(row)["id"]!.ToString(),
            One(row.Replace("m-1", "m-2", StringComparison.Ordinal))["id"]!.ToString()
        );
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData("1777629600")]
    [InlineData("1777629600.5")]
    [InlineData("1777629600123")]
    [InlineData("\"1777629600\"")]
    [InlineData("\"1777629600123\"")]
    [InlineData("\"2026-05-01 10:00:00.123456+00:00\"")]
    public void Translate_WhenTheTimeIsWrittenOtherwise_ThenItIsTheSame(string time) =>
        Assert.StartsWith(
            "2026-05-01T10:00:00.",
            One($$"""{"request_id":"c","call_type":"x","startTime":{{time}},"team_id":"t"}""")["time"]!.ToString(),
            StringComparison.Ordinal
        );

    [Fact]
    public void Translate_WhenDayAndMonthCouldBeEitherWay_ThenItIsRefused() =>
        Assert.Contains(
            "either way round",
            ReadLine.Of("""{"request_id":"c","call_type":"x","startTime":"05/06/2026 10:00:00","team_id":"t"}""").First.Detail,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Name a tree"}]}""")]
    [InlineData("""[{"role":"user","content":"Name a tree"}]""")]
    [InlineData("""{"role":"user","content":"Name a tree"}""")]
    [InlineData("""  "{\"messages\":[{\"role\":\"user\",\"content\":\"Name a tree\"}]}"  """)]
    public void Translate_WhenMessagesAreAListOrHoldOne_ThenTheirTextIsThere(string messages) =>
        Assert.Equal(
            ["User:Name a tree"],
            Assert
                .Single(
                    ReadLine.Of($$"""{"id":"c","call_type":"x","startTime":1777629600,"team_id":"t","messages":{{messages}}}""").Exchanges
                )
                .Pieces
        );

    private static JsonNode One(string line)
    {
        var read = ReadLine.Of(line.Replace("\n", "", StringComparison.Ordinal));
        Assert.Empty(read.Lost);
        return Assert.Single(read.Exchanges).Json;
    }
}
