using Stillwatch.Gateway;
using Stillwatch.Gateway.Arrive;
using Xunit;

namespace Stillwatch.Tests.Gateway.Arrive;

public sealed class ArrivalTests : IAsyncLifetime
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public void Check_WhenTheProgramIsAboutToStopOrMemoryIsShort_ThenNothingIsTaken_AndTheIdIsTold()
    {
        var stage = new Arrival(Services);
        var exchange = AnExchange.Of(Services, Chat, "/v1/messages");
        Assert.Null(stage.Check(exchange));
        Assert.Equal(
            (exchange.Id, exchange.Id),
            (exchange.Http.Response.Headers["x-request-id"].ToString(), exchange.Http.Response.Headers["request-id"].ToString())
        );
        Services.MemoryShare = 0.96;
        Assert.Equal((503, "overloaded"), Told(stage.Check(exchange)));
        Services.MemoryShare = 0;
        Services.Draining = true;
        Assert.Equal((503, "unavailable"), Told(stage.Check(exchange)));
    }

    private static (int, string?) Told(Stillwatch.Gateway.Surface.Refusal? refusal) => (refusal!.Status, refusal.Code);
}
