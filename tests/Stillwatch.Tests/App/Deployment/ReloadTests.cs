using System.Net;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

/// <summary>Another configuration, and the end of it all, without breaking what is under way.</summary>
public sealed class ReloadTests
{
    private const string Stream = """{"model":"m","stream":true,"messages":[]}""";
    private const string Delta = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";

    [Fact]
    public async Task Reload_WhenAStreamIsUnderWay_ThenItGoesOnAndNewRequestsHaveTheNewConfiguration()
    {
        await using var live = await LiveDeployment.StartAsync();
        await using var other = await ScriptedUpstream.StartAsync();
        var finish = new TaskCompletionSource();
        live.Upstream.Answer = async http =>
        {
            await ScriptedUpstream.Events(http, Delta);
            await finish.Task;
            await ScriptedUpstream.Events(http, Delta, "data: [DONE]\n\n");
        };
        using var response = await live.Send("/v1/chat/completions", Stream, when: HttpCompletionOption.ResponseHeadersRead);
        var settings = live.Running.Settings;
        await live.Running.ReloadAsync(
            settings with
            {
                Gateway = settings.Gateway with
                {
                    Upstreams = [settings.Gateway.Upstreams[0] with { Name = "other", Url = new Uri(other.Address) }],
                },
            }
        );
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""")).StatusCode);
        Assert.Single(other.Asked);
        finish.SetResult();
        Assert.EndsWith(
            "data: [DONE]\n\n",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Start_WhenAnotherRunsOnTheSameFolder_ThenItSaysSoAndTheFirstIsUnharmed()
    {
        await using var live = await LiveDeployment.StartAsync();
        var fault = await Assert.ThrowsAsync<UnusableInputException>(() => LiveDeployment.StartAsync(path: live.Path));
        Assert.Contains("another Stillwatch runs on", fault.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""")).StatusCode);
    }

    [Fact]
    public async Task Drain_WhenAStreamIsUnderWay_ThenItIsBroughtToItsEndAndNobodyNewIsTaken()
    {
        await using var live = await LiveDeployment.StartAsync();
        var finish = new TaskCompletionSource();
        live.Upstream.Answer = async http =>
        {
            await ScriptedUpstream.Events(http, Delta);
            await finish.Task;
            await ScriptedUpstream.Events(http, "data: [DONE]\n\n");
        };
        using var response = await live.Send("/v1/chat/completions", Stream, when: HttpCompletionOption.ResponseHeadersRead);
        var drain = live.Running.DrainAsync(LiveDeployment.Patience);
        await LiveDeployment.Until(() =>
            live.Client.GetAsync(new Uri("/readyz", UriKind.Relative)).GetAwaiter().GetResult().StatusCode
            == HttpStatusCode.ServiceUnavailable
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await live.Send("/v1/chat/completions", Stream)).StatusCode);
        Assert.False(drain.IsCompleted);
        finish.SetResult();
        Assert.EndsWith(
            "data: [DONE]\n\n",
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await drain.WaitAsync(LiveDeployment.Patience, TestContext.Current.CancellationToken);
        Assert.Single(live.Record(), record => record["response"] != null && (string?)record["outcome"] is null or "complete");
    }
}
