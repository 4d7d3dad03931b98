using System.Net;
using Stillwatch.Hosting;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

/// <summary>What happens when a part fails: one setting a cause, each with its switch, its count and its outcome.</summary>
public sealed class FailurePolicyTests
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    [Theory]
    [InlineData("disk-full", "journal", "closed", HttpStatusCode.ServiceUnavailable)]
    [InlineData("disk-full", "journal", "open", HttpStatusCode.OK)]
    [InlineData("vault-gone", "journal", "closed", HttpStatusCode.ServiceUnavailable)]
    [InlineData("vault-gone", "journal", "open-unless-flagged", HttpStatusCode.OK)]
    [InlineData("store-gone", "store", "closed", HttpStatusCode.ServiceUnavailable)]
    [InlineData("store-gone", "store", "open-for-known", HttpStatusCode.OK)]
    [InlineData("memory-short", "memory", "shed", HttpStatusCode.ServiceUnavailable)]
    [InlineData("memory-short", "memory", "ignore", HttpStatusCode.OK)]
    [InlineData("watch-dead", "watch", "open", HttpStatusCode.OK)]
    [InlineData("watch-dead", "watch", "closed-for-flagged", HttpStatusCode.OK)] // nobody is flagged
    public async Task Simulate_WhenAPartFails_ThenTheSettingDecidesAndItRecovers(
        string failure,
        string cause,
        string setting,
        HttpStatusCode expected
    )
    {
        await using var live = await LiveDeployment.StartAsync([
            ("console.simulate", "true"),
            ($"on_failure.{cause}", setting),
            ("journal.spill_bytes", "0"),
            ("journal.segment_bytes", "1048576"),
        ]);
        using var console = live.Console();
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Chat)).StatusCode);
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await console.PostAsync($"/api/simulate/{failure}?on=true", null, TestContext.Current.CancellationToken)).StatusCode
        );
        if (failure == "disk-full")
        {
            await Fill(live); // the open segment has room; the next one is what the disk does not give
        }
        else
        {
            // What fails is noticed by those who look once a second, and the store is trusted for five.
            await LiveDeployment.Until(() =>
                failure switch
                {
                    "store-gone" => live.Running.Accounts.SecondsSinceAnswer > 5,
                    "memory-short" => live.Running.Gateway.Services.MemoryShare > 0.9,
                    _ => true,
                }
            );
        }

        using (var response = await live.Send("/v1/chat/completions", Chat))
        {
            Assert.Equal(expected, response.StatusCode);
            if (expected != HttpStatusCode.OK)
            {
                Assert.InRange(int.Parse(response.Headers.GetValues("retry-after").Single()), 1, 60);
            }
        }

        var metrics = await console.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        if (failure is "disk-full" or "vault-gone")
        {
            Assert.Matches("stillwatch_failure_policy_total\\{[^}]*journal[^}]*\\} [1-9]", metrics);
            Assert.Matches("stillwatch_journal_lost_total\\{[^}]*\\} [1-9]", metrics);
        }

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await console.PostAsync($"/api/simulate/{failure}?on=false", null, TestContext.Current.CancellationToken)).StatusCode
        );
        await LiveDeployment.Until(() => live.Send("/v1/chat/completions", Chat).GetAwaiter().GetResult().StatusCode == HttpStatusCode.OK);
        await LiveDeployment.Until(() =>
            live.Client.GetAsync(new Uri("/readyz", UriKind.Relative)).GetAwaiter().GetResult().StatusCode == HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task Watch_WhenItIsSwitchedOffAndOn_ThenItCatchesUpFromTheJournal()
    {
        await using var live = await LiveDeployment.StartAsync();
        live.Running.Faults.Set(Fault.WatchDead, on: true);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Chat)).StatusCode);
        }

        await LiveDeployment.Until(() => live.Running.Watch.State.LagSeconds > 0);
        Assert.True(live.Running.Watch.State.Exchanges < 20);
        live.Running.Faults.Set(Fault.WatchDead, on: false);
        await LiveDeployment.Until(() => live.Running.Watch.State is { Exchanges: 20, LagSeconds: 0 });
    }

    [Fact]
    public async Task Simulate_WhenTheNameIsNotKnown_ThenItSaysSo()
    {
        await using var live = await LiveDeployment.StartAsync();
        using var console = live.Console();
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await console.PostAsync("/api/simulate/earthquake", null, TestContext.Current.CancellationToken)).StatusCode
        );
    }

    private static async Task Fill(LiveDeployment live)
    {
        var large = $$"""{"model":"m","messages":[{"role":"user","content":"{{new string('x', 300_000)}}"}]}""";
        for (var i = 0; i < 6; i++)
        {
            using var response = await live.Send("/v1/chat/completions", large);
        }
    }
}
