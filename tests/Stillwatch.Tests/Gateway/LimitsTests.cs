using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>Limits hold, whatever comes at once; what is refused says when to come back.</summary>
public sealed class LimitsTests
{
    private const string Chat = """{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public async Task Burst_WhenFiveHundredComeAtOnce_ThenTokensAreNotOvershotAndNobodyHangs()
    {
        // A minute allows 5,000 tokens out; each call reserves 100 and uses 100: fifty at most pass, however they race.
        await using var live = await LiveDeployment.StartAsync([("tiers.default.account.output_tokens_per_minute", "5000")]);
        live.Upstream.Answer = async http =>
        {
            await Task.Delay(100); // so that they race
            await ScriptedUpstream.Json(http, """{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":100}}""");
        };
        var began = System.Diagnostics.Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => live.Send("/v1/chat/completions", Chat)));
        var passed = answers.Count(answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.InRange(passed, 45, 51 + began.Elapsed.TotalMinutes * 50); // a little is refilled while it lasts
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.OK), answer =>
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.InRange(int.Parse(answer.Headers.GetValues("retry-after").Single()), 1, 60);
            Assert.Equal(answer.Headers.GetValues("retry-after").Single() + "000", answer.Headers.GetValues("retry-after-ms").Single());
        });
        Assert.Equal(passed, live.Upstream.Asked.Count);
    }

    [Fact]
    public async Task Settle_WhenLessIsUsedThanWasReserved_ThenTheRestIsGivenBack()
    {
        await using var live = await LiveDeployment.StartAsync([("tiers.default.key.output_tokens_per_minute", "150")]);
        live.Upstream.Answer = http => ScriptedUpstream.Json(http, """{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":10}}""");
        for (var i = 0; i < 5; i++)
        {
            using var response = await live.Send("/v1/chat/completions", Chat); // 100 reserved each time, 10 used
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Concurrent_WhenStreamsAreOpen_ThenOneMoreIsRefusedAndPassesWhenOneEnded()
    {
        await using var live = await LiveDeployment.StartAsync([("tiers.default.account.concurrent", "2")]);
        var release = new TaskCompletionSource();
        live.Upstream.Answer = async http =>
        {
            await release.Task;
            await ScriptedUpstream.Json(http, """{"choices":[]}""");
        };
        var first = live.Send("/v1/chat/completions", Chat);
        var second = live.Send("/v1/chat/completions", Chat);
        await LiveDeployment.Until(() => live.Upstream.Asked.Count == 2);
        using var third = await live.Send("/v1/chat/completions", Chat);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        release.SetResult();
        Assert.All(await Task.WhenAll(first, second), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        using var fourth = await live.Send("/v1/chat/completions", Chat);
        Assert.Equal(HttpStatusCode.OK, fourth.StatusCode);
    }

    [Fact]
    public async Task Spend_WhenTheDaysBudgetIsGone_ThenItIsALastingRefusalAlsoAfterARestart()
    {
        var path = Directory.CreateTempSubdirectory("stillwatch-spend-").FullName;
        try
        {
            var config = Path.Combine(path, "c.yaml");
            await File.WriteAllTextAsync(
                config,
                "prices:\n  - { model: 'm*', input: 0, output: 1000 }\ntiers:\n  default:\n    account:\n      spend_per_day: 0.25\n",
                TestContext.Current.CancellationToken
            );
            string key;
            await using (var live = await LiveDeployment.StartAsync(path: path, config: config))
            {
                key = live.Key;
                live.Upstream.Answer = http =>
                    ScriptedUpstream.Json(http, """{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":100}}""");
                Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Chat)).StatusCode); // 100 tokens cost 0.1
                Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Chat)).StatusCode);
                using var refused = await live.Send("/v1/chat/completions", Chat);
                Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
                Assert.Equal(
                    "insufficient_quota",
                    (string?)
                        JsonNode.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["code"]
                );
                Assert.Equal("false", refused.Headers.GetValues("x-should-retry").Single());
            }

            await using var again = await LiveDeployment.StartAsync(path: path, config: config);
            Assert.Equal(HttpStatusCode.Forbidden, (await again.Send("/v1/chat/completions", Chat, key: key)).StatusCode);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public async Task Headers_WhenALimitIsThere_ThenTheClientIsToldWhatIsLeftInItsDialect()
    {
        await using var live = await LiveDeployment.StartAsync([("tiers.default.account.requests_per_minute", "10")]);
        using var open = await live.Send("/v1/chat/completions", Chat);
        Assert.Equal(
            ("10", "9"),
            (
                open.Headers.GetValues("x-ratelimit-limit-requests").Single(),
                open.Headers.GetValues("x-ratelimit-remaining-requests").Single()
            )
        );
        using var anthropic = await live.Send("/v1/messages", Chat, anthropic: true);
        Assert.Equal("8", anthropic.Headers.GetValues("anthropic-ratelimit-requests-remaining").Single());
    }

    [Fact]
    public async Task Watch_WhenTwoAccountsRunIntoTheirLimitsTogether_ThenThatTiesThem()
    {
        await using var live = await LiveDeployment.StartAsync([("tiers.default.account.requests_per_minute", "2")]);
        string[] keys =
        [
            live.Key,
            .. Enumerable.Range(1, 7).Select(i => live.Running.Accounts.CreateKey($"account-{i}", null, null, "test", null)),
        ];
        foreach (var (key, i) in keys.Select((key, i) => (key, i)))
        {
            for (var sent = 0; sent < (i < 2 ? 3 : 1); sent++)
            {
                using var response = await live.Send("/v1/chat/completions", Chat, key: key);
                Assert.Equal(sent < 2 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, response.StatusCode);
            }
        }

        await LiveDeployment.Until(() =>
            live.Running.AskAsync(findings => findings.Watch.Accounts.Count == 8 && findings.Watch.IsBetweenTicks).GetAwaiter().GetResult()
        );
        var ties = await live.Running.AskAsync(findings =>
            findings.Watch.TiesBetween(0, 1).Concat(findings.Watch.TiesBetween(1, 2)).Select(tie => tie.Link.Id.Name).ToList()
        );
        Assert.Single(ties, "joint-throttle");
    }

    [Fact]
    public async Task Tier_WhenItDeniesACapabilityOrAModel_ThenItIsALastingRefusal()
    {
        await using var live = await LiveDeployment.StartAsync();
        var path = Path.Combine(live.Path, "tiers.yaml");
        await File.WriteAllTextAsync(
            path,
            "tiers:\n  default:\n    models: [m]\n    denied: [log-probabilities, tools]\n",
            TestContext.Current.CancellationToken
        );
        var settings = Stillwatch.App.Configuration.Settings.Read(path, live.Path, []);
        await live.Running.ReloadAsync(
            settings with
            {
                Gateway = settings.Gateway with { Upstreams = live.Running.Settings.Gateway.Upstreams },
            }
        );
        foreach (
            var (body, code) in new[]
            {
                ("""{"model":"m","logprobs":true,"messages":[]}""", "capability_not_allowed"),
                ("""{"model":"m","tools":[{"type":"function"}],"messages":[]}""", "capability_not_allowed"),
                ("""{"model":"other","messages":[]}""", "model_not_allowed"),
            }
        )
        {
            using var response = await live.Send("/v1/chat/completions", body);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal(
                code,
                (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["code"]
            );
        }

        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""")).StatusCode);
    }
}
