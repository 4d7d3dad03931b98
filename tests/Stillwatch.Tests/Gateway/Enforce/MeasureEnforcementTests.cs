using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Arrive;
using Xunit;

namespace Stillwatch.Tests.Gateway.Enforce;

/// <summary>What customers get while something is done to them, rung by rung, on every path of every dialect.</summary>
public sealed class MeasureEnforcementTests
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hello"}]}""";

    public static TheoryData<string> Paths =>
        [
            .. WireFormat.Formats.SelectMany(format => format.Paths),
            "/v1beta/models/m:generateContent",
            "/v1beta/models/m:streamGenerateContent?alt=sse",
        ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Refuse_WhenItIsInForce_ThenEveryPathSaysSoAndNothingReachesTheServer(string path)
    {
        await using var live = await LiveDeployment.StartAsync();
        Deciding.Begin(live.Running.Decisions);
        var about = Deciding.Case(live.Running.Decisions);
        Deciding.Put(live.Running.Decisions, Rung.Refuse, about: about);
        var format = Route.Of("POST", path.Split('?')[0]).Format;
        foreach (var stream in new[] { false, true })
        {
            var body = $$"""{"model":"m","stream":{{(stream ? "true" : "false")}},"messages":[],"input":"x","prompt":"x","max_tokens":9}""";
            using var answer = await live.Send(path, body);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(about.ToString(), answer.Headers.GetValues("stillwatch-case").Single());
            Assert.Equal("distillation_suspected", answer.Headers.GetValues("stillwatch-reason").Single());
            Assert.Contains(about.ToString(), answer.Headers.GetValues("stillwatch-appeal").Single(), StringComparison.Ordinal);
            var hasOwn = format.Disclosed(default(DisclosedRefusal) with { Id = "x", Model = "m" }, stream) != null;
            Assert.Equal(hasOwn ? 200 : 403, (int)answer.StatusCode);
            Assert.True(!hasOwn || text.Contains(about.ToString(), StringComparison.Ordinal), text);
        }

        Assert.Empty(live.Upstream.Asked);
        Assert.All(live.Record(), line => Assert.Equal("refused", (string?)line["outcome"]));
    }

    [Fact]
    public async Task Rungs_WhenTheyAreInForce_ThenEachDoesWhatItSays()
    {
        await using var live = await LiveDeployment.StartAsync([("gateway.health_seconds", "0.2")]);
        live.Upstream.Models = ["m", "small"];
        await LiveDeployment.Until(() => live.Running.Gateway.Services.Upstreams.Serve("small"));
        var decisions = live.Running.Decisions;
        Deciding.Begin(decisions);
        var about = Deciding.Case(decisions);
        var keyId = live.Running.Accounts.Keys().Single(key => key.Account == "alice").Id;

        await Each(Rung.Suspend, null, "account:alice", HttpStatusCode.Forbidden, "account_suspended");
        await Each(Rung.StepUp, null, "account:alice", HttpStatusCode.Forbidden, "verification_required");
        await Each(Rung.RevokeKey, null, $"key:{keyId}", HttpStatusCode.Unauthorized, "invalid_api_key");
        await Each(Rung.Restrict, new() { Models = ["small-*"] }, "account:alice", HttpStatusCode.Forbidden, "model_restricted");
        await Each(Rung.Restrict, new() { Deny = Capability.Tools }, "account:alice", HttpStatusCode.OK, "Hello there.");
        await Each(Rung.Observe, null, "account:alice", HttpStatusCode.OK, "Hello there.");

        var slow = Deciding.Put(decisions, Rung.Slow, new() { SlowMilliseconds = 300 }, about: about);
        var began = Stopwatch.GetTimestamp();
        using (var answer = await live.Send("/v1/chat/completions", Chat))
        {
            Assert.Equal("slow=300ms", answer.Headers.GetValues("stillwatch-measures").Single());
            Assert.True(Stopwatch.GetElapsedTime(began).TotalMilliseconds >= 300);
        }

        decisions.Decide("ben", "enough", new Decision.MeasureUndone(slow));
        var tag = Deciding.Put(decisions, Rung.Tag, new() { Tag = "watched" });
        using (var answer = await live.Send("/v1/chat/completions", Chat))
        {
            Assert.Equal("watched", live.Upstream.Asked.Last().Headers["stillwatch-tag"].Single());
            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("stillwatch", StringComparison.OrdinalIgnoreCase));
        }

        decisions.Decide("ben", "enough", new Decision.MeasureUndone(tag));
        var other = Deciding.Put(decisions, Rung.FallBack, new() { FallBackModel = "small" });
        using (var answer = await live.Send("/v1/chat/completions", Chat))
        {
            Assert.Contains("\"small\"", System.Text.Encoding.UTF8.GetString(live.Upstream.Asked.Last().Body), StringComparison.Ordinal);
            Assert.Equal("fall_back", answer.Headers.GetValues("stillwatch-measures").Single());
        }

        decisions.Decide("ben", "enough", new Decision.MeasureUndone(other));
        var warning = Deciding.Put(decisions, Rung.Warn, new() { DeadlineDays = 7 }, about: about);
        using (var answer = await live.Send("/v1/chat/completions", Chat))
        {
            Assert.Contains("until=", answer.Headers.GetValues("stillwatch-notice").Single(), StringComparison.Ordinal);
            Assert.Equal(about.ToString(), answer.Headers.GetValues("stillwatch-case").Single());
        }

        decisions.Decide("ben", "enough", new Decision.MeasureUndone(warning));
        Deciding.Put(decisions, Rung.Restrict, new() { RequestsPerMinute = 2 });
        HttpStatusCode[] statuses = [await Status(), await Status(), await Status()];
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);

        async Task Each(Rung rung, MeasureTerms? terms, string subject, HttpStatusCode status, string says)
        {
            var id = Deciding.Put(decisions, rung, terms, subject, about);
            using (var answer = await live.Send("/v1/chat/completions", Chat))
            {
                Assert.Equal(status, answer.StatusCode);
                Assert.Contains(says, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }

            decisions.Decide("ben", "enough", new Decision.MeasureUndone(id));
            Assert.Equal(HttpStatusCode.OK, await Status());
        }

        async Task<HttpStatusCode> Status()
        {
            using var answer = await live.Send("/v1/chat/completions", Chat);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task EndUsers_WhenOneIsRefused_ThenTheOthersOfTheAccountAreSpared()
    {
        await using var live = await LiveDeployment.StartAsync();
        Deciding.Begin(live.Running.Decisions);
        Deciding.Put(live.Running.Decisions, Rung.Refuse, subject: "end_user:alice/harvester");
        async Task<bool> Served(string user)
        {
            using var answer = await live.Send("/v1/chat/completions", $$"""{"model":"m","messages":[],"user":"{{user}}"}""");
            return !answer.Headers.Contains("stillwatch-reason");
        }

        Assert.False(await Served("harvester"));
        Assert.True(await Served("reader"));
        using var nobody = await live.Send("/v1/chat/completions", Chat);
        Assert.False(nobody.Headers.Contains("stillwatch-reason"));
    }

    [Theory]
    [InlineData("closed-for-listed", HttpStatusCode.ServiceUnavailable)]
    [InlineData("keep", HttpStatusCode.Forbidden)]
    [InlineData("open", HttpStatusCode.OK)]
    public async Task Plan_WhenTheRecordHasNotAnsweredForTooLong_ThenWhatTheSettingsSay(string policy, HttpStatusCode listed)
    {
        await using var live = await LiveDeployment.StartAsync([("on_failure.decisions", policy), ("on_failure.decisions_age", "1")]);
        Deciding.Begin(live.Running.Decisions);
        Deciding.Put(live.Running.Decisions, Rung.Suspend);
        var bob = live.Running.Accounts.CreateKey("bob", null, null, "test", null);
        live.Running.Faults.Set(Stillwatch.Hosting.Fault.StoreGone, on: true);
        await LiveDeployment.Until(() => live.Running.Decisions.SecondsSinceAnswer > 1);
        using var answer = await live.Send("/v1/chat/completions", Chat);
        Assert.Equal(listed, answer.StatusCode);
        using var other = await live.Send("/v1/chat/completions", Chat, bob);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Strip_WhenItIsInForce_ThenTheRequestDoesNotAskAndTheAnswerDoesNotCarry()
    {
        await using var live = await LiveDeployment.StartAsync();
        Deciding.Begin(live.Running.Decisions);
        Deciding.Put(live.Running.Decisions, Rung.Strip, new() { Strip = Capability.LogProbabilities | Capability.Reasoning });
        live.Upstream.Answer = http =>
            ScriptedUpstream.Json(
                http,
                """{"choices":[{"index":0,"message":{"role":"assistant","content":"Four.","reasoning_content":"secret"},"logprobs":{"content":[]},"finish_reason":"stop"}]}"""
            );
        using var answer = await live.Send("/v1/chat/completions", """{"model":"m","logprobs":true,"top_logprobs":5,"messages":[]}""");
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("strip=log-probabilities, reasoning", answer.Headers.GetValues("stillwatch-measures").Single());
        Assert.Contains("Four.", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.DoesNotContain("\"logprobs\":{", body, StringComparison.Ordinal);
        Assert.DoesNotContain("logprobs", System.Text.Encoding.UTF8.GetString(live.Upstream.Asked.Single().Body), StringComparison.Ordinal);

        // the record has what the customer asked for and what the server gave, as well as what was sent
        var line = live.Record().Single();
        Assert.Contains("top_logprobs", line["request"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BenignPrompts_WhenTheyTripOthersFilters_ThenNothingIsDoneAboutAnyOfThem()
    {
        await using var live = await LiveDeployment.StartAsync();
        Deciding.Begin(live.Running.Decisions);
        string[] systems =
        [
            "Narrate your reasoning as you work.",
            "Be verbose.",
            "Think step by step before you answer.",
            "Always explain every intermediate conclusion in full.",
            "You are a coding agent. Keep the user informed of what you think.",
            "Show your work.",
            "Respond with detailed reasoning, then the answer.",
            "Write out your chain of thought in the notes section.",
            "Project rules: be explicit about why you chose each step.",
            "",
        ];
        string[] users = ["hi", "Fix the failing test in parser.py and explain what was wrong."];
        foreach (var (system, user) in systems.SelectMany(system => users.Select(user => (system, user))))
        {
            var body = new JsonObject
            {
                ["model"] = "m",
                ["messages"] = new JsonArray(
                    new JsonObject { ["role"] = "system", ["content"] = system },
                    new JsonObject { ["role"] = "user", ["content"] = user }
                ),
            };
            using var answer = await live.Send("/v1/chat/completions", body.ToJsonString());
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("stillwatch", StringComparison.OrdinalIgnoreCase));
        }

        Assert.Equal(20, live.Upstream.Asked.Count);
        Assert.Empty(live.Running.Decisions.Standing.Measures);
    }
}
