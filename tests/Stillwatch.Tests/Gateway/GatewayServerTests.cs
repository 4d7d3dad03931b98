using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>What a client sees: paths, bytes, ids, errors in its dialect's own shape.</summary>
public sealed class GatewayServerTests
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    public static TheoryData<string, string, bool> Dialects =>
        new()
        {
            { "/v1/chat/completions", Chat, false },
            { "/v1/completions", """{"model":"m","prompt":"hi"}""", false },
            { "/v1/responses", """{"model":"m","input":"hi"}""", false },
            { "/v1/embeddings", """{"model":"m","input":"hi"}""", false },
            { "/v1/messages", """{"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}""", true },
            { "/v1/messages/count_tokens", """{"model":"m","messages":[{"role":"user","content":"hi"}]}""", true },
        };

    [Theory]
    [MemberData(nameof(Dialects))]
    public async Task Send_WhenAnyDialect_ThenBytesPassAsTheyAreBothWaysAndAreOnRecord(string path, string body, bool anthropic)
    {
        await using var live = await LiveDeployment.StartAsync();
        const string answer = "{ \"odd\" : \"sp\\u00e4cing\",\n\"and\":[1, 2.50]}";
        live.Upstream.Answer = http => ScriptedUpstream.Json(http, answer);
        using var response = await live.Send(path, body, anthropic: anthropic);
        Assert.Equal(answer, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var asked = Assert.Single(live.Upstream.Asked);
        Assert.Equal((path, body), (asked.Path, Encoding.UTF8.GetString(asked.Body)));
        Assert.Contains(
            "upstream-secret-key",
            asked.Headers.Authorization.ToString() + asked.Headers["x-api-key"],
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            live.Key,
            string.Join(' ', asked.Headers.Select(header => header.Value.ToString())),
            StringComparison.Ordinal
        );
        var id = response.Headers.GetValues("x-request-id").Single();
        Assert.Equal(anthropic, response.Headers.Contains("request-id"));
        var record = Assert.Single(live.Record());
        Assert.Equal((id, "alice", path), ((string)record["id"]!, (string)record["account"]!, (string)record["endpoint"]!));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), record["request"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(answer), record["response"]));
    }

    [Fact]
    public async Task Models_WhenListed_ThenTheyAreThoseOfTheServersAndOnlyForWhoHasAKey()
    {
        await using var live = await LiveDeployment.StartAsync();
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await live.Client.GetAsync(new Uri("/v1/models", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("authorization", "Bearer " + live.Key);
        var list = JsonNode.Parse(
            await (await live.Client.SendAsync(request, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(
                TestContext.Current.CancellationToken
            )
        )!;
        Assert.Equal(["m"], list["data"]!.AsArray().Select(model => (string)model!["id"]!));
    }

    [Theory]
    [InlineData("POST", "/v1/audio/speech", HttpStatusCode.NotFound, "unknown_url")]
    [InlineData("GET", "/v1/realtime", HttpStatusCode.NotFound, "realtime_not_supported")]
    [InlineData("GET", "/v1/chat/completions", HttpStatusCode.MethodNotAllowed, "method_not_allowed")]
    [InlineData("GET", "/", HttpStatusCode.NotFound, "unknown_url")]
    public async Task Send_WhenThePathIsNotKnown_ThenItIsRefusedAndSaysSo(string method, string path, HttpStatusCode status, string code)
    {
        await using var live = await LiveDeployment.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await live.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(
            code,
            (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["code"]
        );
        Assert.Empty(live.Upstream.Asked);
    }

    [Fact]
    public async Task Send_WhenUnknownPathsArePassed_ThenTheyAreForwardedAndOnRecord()
    {
        await using var live = await LiveDeployment.StartAsync([("gateway.unknown_paths", "pass")]);
        live.Upstream.Answer = http => ScriptedUpstream.Json(http, """{"ok":true}""");
        using var response = await live.Send("/v1/audio/speech", """{"model":"m","voice":"x"}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/v1/audio/speech", (string?)Assert.Single(live.Record())["endpoint"]);
    }

    [Theory]
    [InlineData("not json", HttpStatusCode.OK)] // forwarded as it came: the server says what it thinks of it
    [InlineData("{\"messages\":[]}", HttpStatusCode.BadRequest)] // no model
    [InlineData("{\"model\":\"nobody\",\"messages\":[]}", HttpStatusCode.NotFound)]
    public async Task Send_WhenTheBodyIsOdd_ThenTheOutcomeIsTheStatedOne(string body, HttpStatusCode status)
    {
        await using var live = await LiveDeployment.StartAsync();
        using var response = await live.Send("/v1/chat/completions", body);
        Assert.Equal(status, response.StatusCode);
        await LiveDeployment.Until(() => live.Record().Count == 1); // a refusal may be put on record after its answer
        var record = Assert.Single(live.Record());
        if (body == "not json")
        {
            Assert.Equal(body, Encoding.UTF8.GetString(Convert.FromBase64String((string)record["request_raw"]!)));
        }
        else
        {
            Assert.Equal("refused", (string?)record["outcome"]);
        }
    }

    [Fact]
    public async Task Send_WhenTheServerRefuses_ThenItsAnswerPassesAndA429AlwaysHasARetryAfter()
    {
        await using var live = await LiveDeployment.StartAsync();
        foreach (
            var (status, retry, expected) in new[]
            {
                (429, null, "1"),
                (429, "3600", "60"),
                (429, "7", "7"),
                (500, null, null),
                (401, (string?)null, (string?)null),
            }
        )
        {
            live.Upstream.Answer = http =>
            {
                if (retry != null)
                {
                    http.Response.Headers.RetryAfter = retry;
                }

                return ScriptedUpstream.Json(http, """{"error":{"message":"no","type":"t","param":null,"code":"c"}}""", status);
            };
            using var response = await live.Send("/v1/chat/completions", Chat);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(expected, response.Headers.TryGetValues("retry-after", out var values) ? values.Single() : null);
            Assert.Contains(
                "\"code\":\"c\"",
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData(false, "/v1/chat/completions", Chat)]
    [InlineData(true, "/v1/messages", """{"model":"m","max_tokens":5,"messages":[]}""")]
    public async Task Send_WhenTheKeyIsWrong_ThenTheRefusalIsInTheDialectsShapeAndNothingIsForwarded(
        bool anthropic,
        string path,
        string body
    )
    {
        await using var live = await LiveDeployment.StartAsync();
        var revoked = live.Running.Accounts.CreateKey("bob", null, null, "test", null);
        var expired = live.Running.Accounts.CreateKey("bob", null, null, "test", DateTimeOffset.UnixEpoch);
        Assert.True(live.Running.Accounts.Revoke(revoked.Split('_')[2]));
        foreach (
            var key in new[]
            {
                "sk-nothing",
                live.Key[..^1] + (live.Key[^1] == 'a' ? 'b' : 'a'),
                live.Key.Replace("test", "live", StringComparison.Ordinal),
                revoked,
                expired,
                "",
            }
        )
        {
            using var response = await live.Send(path, body, key: key, anthropic: anthropic);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal(anthropic ? "authentication_error" : "invalid_request_error", (string?)error["error"]!["type"]);
            Assert.Equal(anthropic ? "error" : null, (string?)error["type"]);
        }

        Assert.Empty(live.Upstream.Asked);
        Assert.Empty(live.Record());
    }

    [Fact]
    public async Task Send_WhenTheAnswerIsLong_ThenAllOfItArrives()
    {
        // Larger than the first buffer, with a length: the last bytes are held back until the record is written, and must be flushed then.
        await using var live = await LiveDeployment.StartAsync();
        foreach (var size in new[] { 1_000, 4_096, 8_192, 9_566, 16_086, 70_000, 3_000_000 })
        {
            var answer = "{\"text\":\"" + new string('x', size) + "\"}";
            live.Upstream.Answer = http => ScriptedUpstream.Json(http, answer);
            using var response = await live.Send("/v1/chat/completions", Chat);
            Assert.Equal(answer, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        Assert.All(live.Record(), record => Assert.True(record["response"]!["text"]!.GetValue<string>().Length >= 1_000));
    }
}
