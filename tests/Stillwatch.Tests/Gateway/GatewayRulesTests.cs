using System.Net;
using System.Text.Json.Nodes;
using Stillwatch.Accounts;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>What an operator sets for a gateway of today: from where keys are taken, budgets, headers, pages, canaries.</summary>
public sealed class GatewayRulesTests
{
    private const string Chat = """{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public async Task Key_WhenItIsTakenFromSomeAddressesOnly_ThenItIsRefusedFromOthers_AlsoOnceRotated()
    {
        await using var live = await LiveDeployment.StartAsync();
        var here = live.Running.Accounts.CreateKey(
            "bob",
            null,
            null,
            "test",
            null,
            [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")]
        );
        var elsewhere = live.Running.Accounts.CreateKey("bob", null, null, "test", null, [IPNetwork.Parse("10.0.0.0/8")]);
        var rotated = live.Running.Accounts.Rotate(ApiKey.IdOf(elsewhere)!, "test", TimeSpan.FromHours(1))!;
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Chat, here)).StatusCode);
        foreach (var key in new[] { elsewhere, rotated })
        {
            using var answer = await live.Send("/v1/chat/completions", Chat, key);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal(
                "address_not_allowed",
                (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["code"]
            );
        }

        Assert.Single(live.Upstream.Asked);
        Assert.Contains("10.0.0.0/8", live.Running.Accounts.Keys().Select(key => key.Addresses));
    }

    [Fact]
    public async Task Limits_WhenAModelHasItsOwn_ThenTheyHoldForThatModelAlone()
    {
        using var folder = new LogFolder();
        await using var upstream = await ScriptedUpstream.StartAsync();
        upstream.Models = ["m", "dear-1"];
        var config = folder.Write(
            "c.yaml",
            $"upstreams: [ {{ url: {upstream.Address} }} ]\ntiers:\n  default:\n    by_model:\n      - {{ model: 'dear-*', "
                + $"requests_per_minute: 2 }}\n"
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        var dear = Chat.Replace("\"m\"", "\"dear-1\"", StringComparison.Ordinal);
        List<HttpStatusCode> answers = [];
        for (var i = 0; i < 3; i++)
        {
            answers.Add((await live.Send("/v1/chat/completions", dear)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Chat)).StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers);
    }

    [Theory]
    [InlineData("/v1/messages", "{ set: { x-api-key: theirs } }", "theirs", "Bearer upstream-secret", null)]
    [InlineData("/v1/messages", "{ remove: [ x-api-key ] }", null, "Bearer upstream-secret", null)]
    [InlineData("/v1/messages", "{ set: { anthropic-version: '2099-01-01' } }", "upstream-secret", "Bearer upstream-secret", null)]
    [InlineData("/v1/chat/completions", "{ set: { Authorization: 'Basic x' } }", null, "Basic x", null)]
    [InlineData("/v1beta/models/m:generateContent", "{ remove: [ authorization ] }", null, null, "upstream-secret")]
    [InlineData("/v1beta/models/m:generateContent", "{ set: { x-goog-api-key: theirs } }", null, null, "theirs")]
    public async Task Headers_WhenARuleIsOfACredential_ThenItTakesThePlaceOfThatOneAlone(
        string path,
        string rule,
        string? apiKey,
        string? authorization,
        string? google
    )
    {
        using var folder = new LogFolder();
        await using var upstream = await ScriptedUpstream.StartAsync();
        var secret = folder.Write("key", "upstream-secret");
        var config = folder.Write(
            "c.yaml",
            $"upstreams: [ {{ url: {upstream.Address}, models: [ m ], api_key_file: {secret} }} ]\ngateway: {{ headers: {{ request: "
                + $"{rule} }} }}\n"
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        upstream.Asked.Clear();
        using var answer = await live.Send(
            path,
            """{"model":"m","max_tokens":5,"messages":[],"contents":[]}""".Replace(
                "\"model\":\"m\",",
                path.Contains("models", StringComparison.Ordinal) ? "" : "\"model\":\"m\",",
                StringComparison.Ordinal
            ),
            anthropic: path == "/v1/messages"
        );
        var (_, headers, _) = Assert.Single(upstream.Asked);
        string? Of(string name) => headers.TryGetValue(name, out var value) ? value.ToString() : null;
        Assert.Equal((apiKey, authorization, google), (Of("x-api-key"), Of("Authorization"), Of("x-goog-api-key")));
    }

    [Fact]
    public async Task Retry_WhenTheOnlyServerOfAModelCannotBeReachedForAMoment_ThenItIsAskedAgain()
    {
        using var folder = new LogFolder();
        await using var other = await ScriptedUpstream.StartAsync();
        await using var upstream = await ScriptedUpstream.StartAsync();
        var broken = 2;
        upstream.Answer = http =>
        {
            if (Interlocked.Decrement(ref broken) >= 0)
            {
                http.Response.StatusCode = 503;
                return Task.CompletedTask;
            }

            return ScriptedUpstream.Json(http, """{"choices":[]}""");
        };
        var config = folder.Write(
            "c.yaml",
            $"upstreams:\n  - {{ name: a, url: {upstream.Address}, models: [ m ] }}\n  - {{ name: b, url: {other.Address}, models: [ "
                + $"n ] }}\ngateway: {{ retries: {{ most: 3 }} }}\n"
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Chat)).StatusCode);
        Assert.Equal((3, 0), (upstream.Asked.Count, other.Asked.Count));
    }

    [Fact]
    public async Task Headers_WhenThereAreRules_ThenTheyAreSetAndLeftOutOnBothSides()
    {
        using var folder = new LogFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(answer: http =>
        {
            http.Response.Headers["x-internal"] = "secret";
            return ScriptedUpstream.Json(http, """{"choices":[]}""");
        });
        var config = folder.Write(
            "c.yaml",
            $"upstreams: [ {{ url: {upstream.Address} }} ]\ngateway:\n  headers:\n    request: {{ set: {{ X-Team: blue, User-Agent: "
                + $"gateway }}, remove: [ OpenAI-Beta ] }}\n    response: "
                + $"{{ set: {{ X-Served-By: stillwatch }}, remove: [ x-internal ] }}\n"
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        live.Client.DefaultRequestHeaders.Add("OpenAI-Beta", "things");
        using var answer = await live.Send("/v1/chat/completions", Chat, agent: "mine/1");
        Assert.Equal("stillwatch", answer.Headers.GetValues("X-Served-By").Single());
        Assert.False(answer.Headers.Contains("x-internal"));
        var (_, headers, _) = Assert.Single(upstream.Asked);
        Assert.Equal(
            ("blue", "gateway", ""),
            (headers["X-Team"].ToString(), headers.UserAgent.ToString(), headers["OpenAI-Beta"].ToString())
        );
        using var refused = await live.Send("/v1/chat/completions", """{"messages":[]}""");
        Assert.Equal("stillwatch", refused.Headers.GetValues("X-Served-By").Single());
    }

    [Theory]
    [InlineData("gateway: { headers: { request: { set: { Content-Length: 5 } } } }", "Content-Length")]
    [InlineData("gateway: { headers: { response: { set: { 'a b': x } } } }", "a b")]
    [InlineData("gateway: { cors: { origins: [ 'app.example' ] } }", "app.example")]
    public void Settings_WhenARuleCannotHold_ThenItIsNamed(string config, string names)
    {
        using var folder = new LogFolder();
        var fault = Assert.Throws<UnusableInputException>(() =>
            Stillwatch.App.Configuration.Settings.Read(folder.Write("c.yaml", config), folder.Path, [])
        );
        Assert.Contains(names, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "https://app.example", null)]
    [InlineData("https://app.example", "https://app.example", "https://app.example")]
    [InlineData("https://app.example", "https://evil.example", null)]
    [InlineData("*", "https://any.example", "https://any.example")]
    public async Task Page_WhenItsOriginIsNamed_ThenItsScriptsMayCall(string? allowed, string origin, string? expected)
    {
        using var folder = new LogFolder();
        await using var upstream = await ScriptedUpstream.StartAsync();
        var config = folder.Write(
            "c.yaml",
            $"upstreams: [ {{ url: {upstream.Address} }} ]\n"
                + (allowed == null ? "" : $"gateway: {{ cors: {{ origins: [ '{allowed}' ] }} }}\n")
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        using var asked = new HttpRequestMessage(HttpMethod.Options, "/v1/chat/completions")
        {
            Headers =
            {
                { "Origin", origin },
                { "Access-Control-Request-Method", "POST" },
                { "Access-Control-Request-Headers", "authorization,content-type" },
            },
        };
        using var preflight = await live.Client.SendAsync(asked, TestContext.Current.CancellationToken);
        live.Client.DefaultRequestHeaders.Add("Origin", origin);
        using var answer = await live.Send("/v1/chat/completions", Chat);
        using var refused = await live.Send("/v1/chat/completions", Chat, key: "swk_wrong");
        foreach (var response in new[] { preflight, answer, refused })
        {
            Assert.Equal(expected, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        }

        if (expected != null)
        {
            Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
            Assert.Contains(
                "authorization",
                preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(),
                StringComparison.Ordinal
            );
        }
    }
}
