using Stillwatch.Accounts;
using Stillwatch.Exchanges;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Admit;
using Stillwatch.Gateway.Settle;
using Xunit;

namespace Stillwatch.Tests.Gateway.Settle;

public sealed class SettlementTests : IAsyncLifetime
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Theory]
    [InlineData(Outcome.Complete, 7, 0, 7)] // what was reported
    [InlineData(Outcome.ClientGone, 7, 800, 100)] // what was handed out, where that is more
    [InlineData(Outcome.ClientGone, 700, 800, 700)]
    [InlineData(Outcome.Complete, -1, 800, 100)]
    public void Settle_WhenAnExchangeEnded_ThenItPaysForWhatItUsed(Outcome outcome, long reported, int bytes, long pays)
    {
        var tier = new Tier("t") { Account = new Limits { OutputTokensPerMinute = 20_000 } };
        // another is open: so that the allowance is not full
        Assert.Null(new Admittance(Services).Check(AnExchange.Of(Services, Chat, tier: tier)));
        var exchange = AnExchange.Of(Services, Chat, tier: tier);
        Assert.Null(new Admittance(Services).Check(exchange));
        var before = Left();
        (exchange.FirstByte, exchange.Outcome, exchange.Usage, exchange.Have) = (1, outcome, (5, reported), bytes);
        new Settlement(Services).Settle(exchange);
        Assert.InRange(Left() - before - (4096 - pays), -1, 200); // a little is refilled meanwhile

        double Left() =>
            Assert
                .Single(Services.Admission.Meters, meter => meter.Subject == "account:alice")
                .Left(tier.Account, Services.Clock.GetTimestamp(), Services.Clock.TimestampFrequency)
                .Output;
    }
}
