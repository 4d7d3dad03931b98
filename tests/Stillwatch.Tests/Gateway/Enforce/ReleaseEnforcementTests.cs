using System.Net;
using Stillwatch.Capabilities;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Gateway.Enforce;

/// <summary>What is not released to a tier is not served, and a release reaches whom its stage says, at once.</summary>
public sealed class ReleaseEnforcementTests
{
    private const string Chat = """{"model":"new-1","messages":[{"role":"user","content":"hello"}]}""";
    private const string Config = """
        tiers:
          partner: {}
        models: { alias: new-1 }
        """;

    [Fact]
    public async Task Model_WhenItIsUnderTheReleaseProcess_ThenItIsServedToWhomAStageReaches_AndToNobodyOnceRolledBack()
    {
        using var folder = new Stillwatch.Tests.Logs.LogFolder();
        await using var live = await LiveDeployment.StartAsync(config: folder.Write("c.yaml", Config));
        live.Upstream.Models = ["m", "new-1"];
        await LiveDeployment.Until(() => live.Running.Gateway.Services.Upstreams.Serve("new-1"));
        var partner = live.Running.Accounts.CreateKey("partner-1", null, "partner", "test", null);
        var decisions = live.Running.Decisions;
        Deciding.Begin(decisions);
        var gate = new Gate("new-*", Capability.None);
        decisions.Decide("rita", "not yet", new Decision.GateSet(gate, IsGated: true));
        Assert.Equal((403, 403), (await Status(live, live.Key, Chat), await Status(live, partner, Chat)));
        Assert.Equal(403, await Status(live, partner, Chat.Replace("new-1", "alias", StringComparison.Ordinal)));
        Assert.DoesNotContain("new-1", await Models(live, partner), StringComparison.Ordinal);

        var id = ReleaseId.Of(DecisionStore.Chance());
        decisions.Decide(
            "rita",
            "looks safe",
            new Decision.ReleaseProposed(new(id, gate, [new(["partner"], 1), new(["partner", "default"], 1)], new()))
        );
        foreach (var by in new[] { "rita", "rob" })
        {
            Assert.Throws<DecisionRefusedException>(() => decisions.Decide(by, "", new Decision.ReleaseApproved(id)));
        }

        Assert.Throws<DecisionRefusedException>(() => decisions.Decide("rita", "r", new Decision.ReleaseReviewed(id)));
        decisions.Decide("rob", "read", new Decision.ReleaseReviewed(id));
        Assert.Throws<DecisionRefusedException>(() => decisions.Decide("rob", "", new Decision.ReleaseApproved(id)));
        decisions.Decide("rose", "", new Decision.ReleaseApproved(id));
        Assert.Equal(403, await Status(live, partner, Chat));
        decisions.Decide("rita", "", new Decision.ReleaseStaged(id, 0));
        Assert.Equal((403, 200), (await Status(live, live.Key, Chat), await Status(live, partner, Chat)));
        Assert.Contains("new-1", await Models(live, partner), StringComparison.Ordinal);
        decisions.Decide("rita", "", new Decision.ReleaseStaged(id, 1));
        Assert.Equal(200, await Status(live, live.Key, Chat));
        decisions.Decide("rita", "a pivot", new Decision.ReleaseRolledBack(id));
        Assert.Equal((403, 403), (await Status(live, live.Key, Chat), await Status(live, partner, Chat)));
    }

    [Fact]
    public async Task Reasoning_WhenItIsWithheld_ThenNobodyGetsItAskedForOrNot()
    {
        await using var live = await LiveDeployment.StartAsync();
        Deciding.Begin(live.Running.Decisions);
        live.Running.Decisions.Decide("rita", "dear", new Decision.GateSet(new("*", Capability.Reasoning), IsGated: true));
        live.Upstream.Answer = http =>
            ScriptedUpstream.Json(
                http,
                """{"choices":[{"index":0,"message":{"role":"assistant","content":"<think>secret</think>Four.","reasoning":"secret"},"finish_reason":"stop"}]}"""
            );
        using var answer = await live.Send("/v1/chat/completions", Chat.Replace("new-1", "m", StringComparison.Ordinal));
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Contains("Four.", body, StringComparison.Ordinal);
        Assert.Equal("strip=reasoning", answer.Headers.GetValues("stillwatch-measures").Single());
    }

    private static async Task<int> Status(LiveDeployment live, string key, string body)
    {
        using var answer = await live.Send("/v1/chat/completions", body, key);
        return (int)answer.StatusCode;
    }

    private static async Task<string> Models(LiveDeployment live, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await live.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
