using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>A request's buffer goes back to the pool as its stream begins: streams go on for minutes.</summary>
public sealed class RequestBufferTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_WhenItHasBegun_ThenTheRequestsBufferIsNotHeld(bool http2)
    {
        var release = new TaskCompletionSource();
        await using var upstream = await ScriptedUpstream.StartAsync(http2);
        upstream.Answer = async http =>
        {
            await ScriptedUpstream.Events(http, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
            await release.Task;
            await ScriptedUpstream.Events(http, "data: [DONE]\n\n");
        };
        using var folder = new Logs.LogFolder();
        var config = folder.Write("c.yaml", $"upstreams: [ {{ url: {upstream.Address}, http2: {(http2 ? "yes" : "no")} }} ]\n");
        await using var live = await LiveDeployment.StartAsync(config: config, configuredUpstreams: true);
        var answer = live.Send("/v1/chat/completions", """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        await LiveDeployment.Until(() => live.Running.Gateway.Services.InFlight.All() is [{ Sent: > 0 }]);
        var exchange = Assert.Single(live.Running.Gateway.Services.InFlight.All());
        Assert.Null(exchange.Request.Buffer);
        Assert.Null(exchange.Reading);
        Assert.InRange(exchange.Answer.Length, 1, 4096);
        release.SetResult();
        Assert.True((await answer).IsSuccessStatusCode);
    }
}
