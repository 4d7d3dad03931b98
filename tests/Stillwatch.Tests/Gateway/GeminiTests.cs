using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>Google's dialect: its model in the path, its streams without a mark of their end, its names.</summary>
public sealed class GeminiTests
{
    private const string Request = """{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""";

    [Theory]
    [InlineData("usual", """{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason": "STOP"}]}""", Request, true)]
    [InlineData("blocked", """{"promptFeedback":{"blockReason":"SAFETY"}}""", Request, true)]
    [InlineData("no reason", """{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":null}]}""", Request, false)]
    [InlineData(
        "one of two",
        """{"candidates":[{"index":0,"finishReason":"STOP"}]}""",
        """{"contents":[],"generationConfig":{"candidateCount":2}}""",
        false
    )]
    [InlineData(
        "two of two",
        """{"candidates":[{"index":0,"finishReason":"STOP"},{"index":1,"finishReason":"MAX_TOKENS"}]}""",
        """{"contents":[],"generationConfig":{"candidateCount":2}}""",
        true
    )]
    [InlineData("much behind", """{"candidates":[{"finishReason":"STOP","groundingMetadata":"LONG"}]}""", Request, true)]
    public async Task Stream_WhenItEnds_ThenItIsWholeWhereAsManyReasonsCameAsAnswersWereAskedFor(
        string what,
        string last,
        string request,
        bool whole
    )
    {
        foreach (var piece in new[] { 1_000_000, 70_000, 13 })
        {
            await using var live = await LiveDeployment.StartAsync();
            var text =
                string.Concat(
                    Enumerable.Repeat(
                        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"some text\"}]}}]}\r\n\r\n",
                        piece == 13 ? 3 : 2_000
                    )
                ) + $"data: {last.Replace("LONG", new string('x', 6000), StringComparison.Ordinal)}\r\n\r\n";
            live.Upstream.Answer = http =>
                ScriptedUpstream.Events(http, [.. Encoding.UTF8.GetBytes(text).Chunk(piece).Select(Encoding.UTF8.GetString)]);
            try
            {
                using var answer = await live.Send("/v1beta/models/m:streamGenerateContent?alt=sse", request);
                var got = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(whole, what);
                Assert.Equal(text, got);
            }
            catch (HttpRequestException)
            {
                Assert.False(whole, what);
            }
        }
    }

    [Theory]
    [InlineData("/v1beta/models/gemini-2.5-pr%256F:generateContent", Request, HttpStatusCode.NotFound, null)]
    [InlineData("/v1beta/models/m%2F..%2Fdear:generateContent", Request, HttpStatusCode.NotFound, null)]
    [InlineData("/v1beta/models/m;x=1:generateContent", Request, HttpStatusCode.NotFound, null)]
    [InlineData("/v1beta/models/..:generateContent", Request, HttpStatusCode.NotFound, null)]
    [InlineData("/v1beta/models/m:streamGenerateContent", Request, HttpStatusCode.BadRequest, "invalid_request_error")]
    [InlineData(
        "/v1beta/models/m:generateContent",
        """{"model":"models/dear","contents":[]}""",
        HttpStatusCode.BadRequest,
        "ambiguous_request"
    )]
    [InlineData(
        "/v1beta/models/m:generateContent",
        """{"contents":[],"cachedContent":"cachedContents/x"}""",
        HttpStatusCode.NotFound,
        "conversation_not_found"
    )]
    [InlineData(
        "/v1beta/models/m:generateContent",
        """{"contents":[],"generationConfig":{"responseLogprobs":true}}""",
        HttpStatusCode.Forbidden,
        "capability_not_allowed"
    )]
    [InlineData(
        "/v1beta/models/m:generateContent",
        """{"contents":[],"generation_config":{"response_logprobs":true}}""",
        HttpStatusCode.Forbidden,
        "capability_not_allowed"
    )]
    [InlineData(
        "/v1beta/models/m:generateContent",
        """{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":""}}]}]}""",
        HttpStatusCode.Forbidden,
        "capability_not_allowed"
    )]
    [InlineData("/v1beta/models/m:streamGenerateContent?alt=sse", Request, HttpStatusCode.Forbidden, "capability_not_allowed")]
    [InlineData(
        "/v1beta/models/m:generateContent",
        """{"contents":[],"generationConfig":{"responseMimeType":"application/json"}}""",
        HttpStatusCode.Forbidden,
        "capability_not_allowed"
    )]
    [InlineData(
        "/v1beta/models/m:generateContent",
        """{"contents":[],"generationConfig":{"responseMimeType":"text/plain"}}""",
        HttpStatusCode.OK,
        null
    )]
    public async Task Request_WhenItMayNotGoOn_ThenItSaysWhyInGooglesForm(string path, string body, HttpStatusCode status, string? reason)
    {
        using var folder = new LogFolder();
        await using var upstream = await ScriptedUpstream.StartAsync();
        var config = folder.Write(
            "c.yaml",
            $"upstreams: [ {{ url: {upstream.Address}, models: [ '*' ] }} ]\ntiers: {{ default: {{ denied: [ log-probabilities, "
                + $"non-text, structured-output, streaming ] }} }}\n"
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        using var answer = await live.Send(path, body);
        Assert.Equal(status, answer.StatusCode);
        if (reason != null)
        {
            var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!;
            Assert.Equal(((int)status, reason), ((int)error["code"]!, (string?)error["details"]![0]!["reason"]));
        }
    }

    [Fact]
    public async Task Model_WhenServersKnowItUnderAnotherName_ThenThePathNamesThat_AndTheKeyGoesInGooglesHeader()
    {
        using var folder = new LogFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(list: http =>
            http.Request.Headers.ContainsKey("x-goog-api-key")
                ? ScriptedUpstream.Json(http, """{"models":[{"name":"models/gemini-x","version":"1"}]}""")
                : ScriptedUpstream.Json(http, "{}", 401)
        );
        var secret = folder.Write("key", "google-secret");
        var config = folder.Write(
            "c.yaml",
            $"upstreams: [ {{ url: {upstream.Address}, models: [ gemini-x ], api_key_file: {secret} }} ]\nmodels: {{ fast: gemini-x }}\n"
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        live.Client.DefaultRequestHeaders.Add("x-goog-api-key", live.Key);
        using var content = new StringContent(Request, Encoding.UTF8, "application/json");
        upstream.Asked.Clear();
        using var answer = await live.Client.PostAsync(
            new Uri("/v1beta/models/fast:generateContent?x=%20y", UriKind.Relative),
            content,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var (path, headers, _) = Assert.Single(upstream.Asked);
        Assert.Equal(
            ("/v1beta/models/gemini-x:generateContent", "google-secret", ""),
            (path, headers["x-goog-api-key"].ToString(), headers.Authorization.ToString())
        );
        Assert.True(live.Running.Gateway.UpstreamFaults.Single().Fault == null, live.Running.Gateway.UpstreamFaults.Single().Fault);
    }
}
