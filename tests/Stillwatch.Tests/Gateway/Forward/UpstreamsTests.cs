using System.Net;
using System.Text.Json.Nodes;
using Stillwatch.Gateway.Forward;
using Stillwatch.Reports;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

/// <summary>A model server that could answer no request is neither healthy nor ready, and it is said why.</summary>
public sealed class UpstreamsTests
{
    [Theory]
    [InlineData("404 everywhere", "", "it answers 404 to /v1/models: is its URL the base, before /v1?")]
    [InlineData("404 everywhere", "[m]", "it answers 404 to every path")]
    [InlineData("no models", "", "it lists no model")]
    [InlineData("no list", "", "it lists no model")]
    [InlineData("401", "", "its credential (api_key_env or api_key_file) is missing or wrong")]
    [InlineData("401", "[m]", "its credential (api_key_env or api_key_file) is missing or wrong")]
    [InlineData("503", "", "it answers 503")]
    [InlineData("lists", "", null)]
    [InlineData("no list", "[m]", null)]
    [InlineData("404 list only", "[m]", null)]
    public async Task Ready_WhenAModelServerCannotAnswer_ThenItSaysSoWithTheReason(string server, string named, string? fault)
    {
        await using var upstream = await RawServer(server);
        using var folder = new LogFolder();
        var config = folder.Write(
            "c.yaml",
            $"upstreams:\n  - {{ name: one, url: '{upstream.Address}/v1'{(named.Length == 0 ? "" : $", models: {named}")} }}\n"
        );
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        using var ready = await live.Client.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
        var said = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var console = live.Console();
        var status = JsonNode.Parse(await console.GetStringAsync("/status", TestContext.Current.CancellationToken))!["gateway"]![
            "upstreams"
        ]![0]!;
        var metrics = await console.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(
            (fault == null, fault == null ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable),
            ((bool)status["healthy"]!, ready.StatusCode)
        );
        Assert.Matches($"stillwatch_upstream_healthy\\{{[^}}]*upstream=\"one\"[^}}]*\\}} {(fault == null ? 1 : 0)}\n", metrics);
        if (fault != null)
        {
            Assert.Contains(fault, said, StringComparison.Ordinal);
            Assert.Contains(fault, (string?)status["fault"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Send_WhenTheFileNamesTheBaseOfClients_ThenRequestsReachTheServer()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        using var folder = new LogFolder();
        await using var live = await LiveDeployment.StartAsync(
            config: folder.Write("c.yaml", $"upstreams: [ {{ url: '{upstream.Address}/v1' }} ]\n"),
            configuredUpstreams: true
        );
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""")).StatusCode);
        Assert.Equal("/v1/chat/completions", Assert.Single(upstream.Asked).Path);
    }

    /// <summary>A server of both dialects lists as the header says; one of Anthropic's alone refuses who does not send it.</summary>
    [Theory]
    [InlineData(
        true,
        """{"id":"m","object":"model","created":1767225600,"owned_by":"suite"}""",
        """{"id":"m","type":"model","display_name":"m","created_at":"2026-01-01T00:00:00Z"}"""
    )]
    [InlineData(
        false,
        """{"id":"m","object":"model","created":1767225600,"owned_by":"upstream"}""",
        """{"id":"m","type":"model","display_name":"Model M","created_at":"2026-01-01T00:00:00Z"}"""
    )]
    public async Task Models_WhenTheServerListsByDialect_ThenClientsSeeItsDatesAndOwners(bool both, string openai, string anthropic)
    {
        await using var upstream = await ScriptedUpstream.StartAsync(list: http =>
            http.Request.Headers.ContainsKey("anthropic-version")
                ? ScriptedUpstream.Json(
                    http,
                    """{"data":[{"id":"m","type":"model","display_name":"Model M","created_at":"2026-01-01T00:00:00Z"}],"has_more":false}"""
                )
                : ScriptedUpstream.Json(
                    http,
                    both ? """{"object":"list","data":[{"id":"m","object":"model","created":1767225600,"owned_by":"suite"}]}""" : "{}",
                    both ? 200 : 400
                )
        );
        await using var live = await LiveDeployment.StartAsync(upstreams: [upstream.Address]);
        foreach (var (version, expected) in ((string?, string)[])[(null, openai), ("2023-06-01", anthropic)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models/m")
            {
                Headers = { { "Authorization", "Bearer " + live.Key } },
            };
            if (version != null)
            {
                request.Headers.Add("anthropic-version", version);
            }

            using var answer = await live.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void Next_WhenAccountsStay_ThenEachHasOneServerAndTheWeightsHold()
    {
        UpstreamOptions Server(string name, int weight) =>
            new()
            {
                Name = name,
                Url = new Uri("http://127.0.0.1:1"),
                Weight = weight,
            };
        using var upstreams = new Upstreams(
            [Server("stable", 95), Server("canary", 5)],
            TimeSpan.FromSeconds(1),
            TimeSpan.FromHours(1),
            SystemClock.Instance
        );
        var first = Enumerable.Range(0, 4000).Select(i => upstreams.Next(null, [], $"acct-{i}")!.Options.Name).ToList();
        Assert.Equal(first, Enumerable.Range(0, 4000).Select(i => upstreams.Next(null, [], $"acct-{i}")!.Options.Name));
        Assert.InRange(first.Count(name => name == "canary"), 150, 250);
        upstreams.All[1].Healthy = false;
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal("stable", upstreams.Next(null, [], $"acct-{i}")!.Options.Name));
    }

    [Fact]
    public void Next_WhenAServerWantsToBeLeftAlone_ThenOthersAreAskedFirst()
    {
        UpstreamOptions Server(string name) => new() { Name = name, Url = new Uri("http://127.0.0.1:1") };
        using var upstreams = new Upstreams(
            [Server("a"), Server("b")],
            TimeSpan.FromSeconds(1),
            TimeSpan.FromHours(1),
            SystemClock.Instance
        );
        upstreams.All[0].Rest(30, SystemClock.Instance);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal("b", upstreams.Next(null, [])!.Options.Name));
        upstreams.All[1].Rest(30, SystemClock.Instance);
        Assert.Contains("a", Enumerable.Range(0, 4).Select(_ => upstreams.Next(null, [])!.Options.Name));
    }

    private static Task<ScriptedUpstream> RawServer(string server) =>
        ScriptedUpstream.StartAsync(
            list: http =>
                server switch
                {
                    "lists" => ScriptedUpstream.Json(http, """{"data":[{"id":"m"}]}"""),
                    "no models" => ScriptedUpstream.Json(http, """{"data":[]}"""),
                    "no list" => ScriptedUpstream.Json(http, "\"hello\""),
                    "401" => ScriptedUpstream.Json(http, "{}", 401),
                    "503" => ScriptedUpstream.Json(http, "{}", 503),
                    _ => ScriptedUpstream.Json(http, "{}", 404),
                },
            answer: http => ScriptedUpstream.Json(http, "{}", server == "404 everywhere" ? 404 : 400)
        );
}
