using Stillwatch.Exchanges;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Forward;
using Xunit;

namespace Stillwatch.Tests.Gateway.Forward;

public sealed class ForwardingTests : IAsyncLifetime
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public async Task SendAsync_WhenTheHeadHasNoRoom_ThenNobodyIsAsked()
    {
        var exchange = AnExchange.Of(Services, Chat);
        exchange.Record = new ExchangeRecord
        {
            Id = "x",
            Account = "alice",
            At = Services.Now(),
            Endpoint = "/",
        };
        exchange.Http.Request.Headers.UserAgent = new string('a', UpstreamRequest.MostHead);
        Assert.Equal((431, "headers_too_large"), Told(await new Forwarding(Services).SendAsync(exchange)));
        Assert.Empty(_live.Upstream.Asked);
    }

    [Theory]
    [InlineData(503, true, "two")]
    [InlineData(502, true, "two")]
    [InlineData(504, true, "two")]
    [InlineData(503, false, "one")] // the settings want its answer
    [InlineData(500, true, "one")] // it may have worked on it
    [InlineData(429, true, "one")]
    public async Task SendAsync_WhenAServerAnswersAnError_ThenAnotherIsAskedWhereThatIsSafe(int status, bool failOver, string answers)
    {
        await using var one = await ScriptedUpstream.StartAsync(answer: http =>
        {
            http.Response.Headers["x-left-over"] = "1";
            return ScriptedUpstream.Json(http, """{"by":"one"}""", status);
        });
        await using var two = await ScriptedUpstream.StartAsync(answer: http => ScriptedUpstream.Json(http, """{"by":"two"}"""));
        await using var live = await LiveDeployment.StartAsync(
            [("gateway.fail_over_on_errors", failOver ? "yes" : "no")],
            upstreams: [one.Address, two.Address]
        );
        var seen = 0;
        for (var i = 0; i < 4; i++)
        {
            using var response = await live.Send("/v1/chat/completions", Chat);
            var by = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(by.Contains("one", StringComparison.Ordinal), response.Headers.Contains("x-left-over"));
            seen += by.Contains("one", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Equal(answers == "one", seen > 0);
        Assert.Equal(4, live.Record().Count);
    }

    [Fact]
    public async Task SendAsync_WhenNoServerCanBeReached_ThenItIsUnavailableOnRecordAndTheyAreAskedAgainLater()
    {
        var one = await ScriptedUpstream.StartAsync();
        await using var live = await LiveDeployment.StartAsync([("gateway.health_seconds", "3600")], upstreams: [one.Address]);
        await one.DisposeAsync();
        for (var i = 0; i < 2; i++)
        {
            using var response = await live.Send("/v1/chat/completions", Chat);
            Assert.Equal((502, "1"), ((int)response.StatusCode, response.Headers.GetValues("retry-after").Single()));
            Assert.Contains(
                "upstream_unavailable",
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }

        Assert.Equal(["upstream_cut", "upstream_cut"], live.Record().Select(line => (string?)line["outcome"]));
        Assert.False(live.Running.Gateway.Services.Upstreams.AnyHealthy);
    }

    [Fact]
    public async Task SendAsync_WhenAServerWantsLongerThanIsWaited_ThenItIsNotAskedAgain()
    {
        var asked = 0;
        await using var one = await ScriptedUpstream.StartAsync(answer: http =>
        {
            asked++;
            http.Response.Headers.RetryAfter = "30";
            return ScriptedUpstream.Json(http, "{}", 503);
        });
        await using var live = await LiveDeployment.StartAsync(
            [("gateway.retries.most", "3"), ("gateway.retries.max_wait", "2")],
            upstreams: [one.Address]
        );
        Assert.Equal(503, (int)(await live.Send("/v1/chat/completions", Chat)).StatusCode);
        Assert.Equal(1, asked);
    }

    private static (int, string?) Told(Stillwatch.Gateway.Surface.Refusal? refusal) => (refusal!.Status, refusal.Code);
}
