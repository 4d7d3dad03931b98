using System.Net;
using System.Text.Json.Nodes;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>Which models there are, in either library's shape, for who may use them.</summary>
public sealed class ModelListTests
{
    [Fact]
    public async Task Serve_WhenServersNamesAndTiersDiffer_ThenTheListIsWhatTheAccountMayUse()
    {
        using var folder = new LogFolder();
        await using var one = await ScriptedUpstream.StartAsync();
        await using var two = await ScriptedUpstream.StartAsync();
        (one.Models, two.Models) = (["big-1", "small-1", "hidden-1"], ["small-1", "other-1"]);
        var config = folder.Write(
            "c.yaml",
            $$"""
            upstreams:
              - { name: one, url: '{{one.Address}}', models: [ 'big-*', small-1, named-1 ] }
              - { name: two, url: '{{two.Address}}' }
            models: { best: big-1 }
            tiers: { default: { models: [ 'big-*', 'small-*', 'named-*', 'hidden-*', best ] } }
            """
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        Assert.Equal(
            ["best", "big-1", "named-1", "small-1"],
            (await List(live, null))["data"]!.AsArray().Select(model => (string)model!["id"]!)
        );
        var (status, body) = await Get(live, "/v1/models/best", null);
        Assert.Equal((HttpStatusCode.OK, """{"id":"best","object":"model","created":1,"owned_by":"test"}"""), (status, body));
        (status, body) = await Get(live, "/v1/models/named-1", null);
        Assert.Equal((HttpStatusCode.OK, """{"id":"named-1","object":"model","created":0,"owned_by":"upstream"}"""), (status, body));
        foreach (var name in new[] { "other-1", "hidden-1", "nobody", "big", "" }) // not open to this account, not served, not there
        {
            (status, body) = await Get(live, "/v1/models/" + name, null);
            Assert.Equal(name.Length == 0 ? HttpStatusCode.OK : HttpStatusCode.NotFound, status);
            Assert.Equal(name.Length == 0 ? null : "model_not_found", (string?)JsonNode.Parse(body)!["error"]?["code"]);
        }
    }

    [Fact]
    public async Task Serve_WhenTheLibraryIsTheOther_ThenListAndErrorsAreInItsShape()
    {
        await using var live = await LiveDeployment.StartAsync();
        live.Upstream.Models = ["m", "z"];
        var list = await List(live, "2023-06-01");
        Assert.Equal(
            (null, false, "m", "m"),
            ((string?)list["object"], (bool)list["has_more"]!, (string?)list["first_id"], (string?)list["last_id"])
        );
        Assert.Equal(
            """{"id":"m","type":"model","display_name":"m","created_at":"1970-01-01T00:00:01Z"}""",
            list["data"]![0]!.ToJsonString()
        );
        var (status, body) = await Get(live, "/v1/models/nobody", "2023-06-01");
        Assert.Equal(
            (HttpStatusCode.NotFound, "error", "not_found_error"),
            (status, (string?)JsonNode.Parse(body)!["type"], (string?)JsonNode.Parse(body)!["error"]!["type"])
        );
        (status, body) = await Get(live, "/v1/models", "2023-06-01", key: "swk_nothing");
        Assert.Equal((HttpStatusCode.Unauthorized, "authentication_error"), (status, (string?)JsonNode.Parse(body)!["error"]!["type"]));
        Assert.Empty(live.Record()); // a list is no exchange
    }

    private static async Task<JsonNode> List(LiveDeployment live, string? anthropic) =>
        JsonNode.Parse((await Get(live, "/v1/models", anthropic)).Body)!;

    private static async Task<(HttpStatusCode Status, string Body)> Get(
        LiveDeployment live,
        string path,
        string? anthropic,
        string? key = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Authorization", "Bearer " + (key ?? live.Key));
        if (anthropic != null)
        {
            request.Headers.Add("anthropic-version", anthropic);
        }

        using var answer = await live.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.StartsWith("req_", answer.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
        Assert.Equal(anthropic != null, answer.Headers.Contains("request-id"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
