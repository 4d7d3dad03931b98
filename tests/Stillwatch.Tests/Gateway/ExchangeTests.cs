using System.Buffers;
using Stillwatch.Exchanges;
using Stillwatch.Gateway;
using Xunit;

namespace Stillwatch.Tests.Gateway;

public sealed class ExchangeTests : IAsyncLifetime
{
    private LiveDeployment _live = null!;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Theory]
    [InlineData(false, "None", Outcome.UpstreamCut)]
    [InlineData(true, "None", Outcome.ClientGone)]
    [InlineData(true, "Answer", Outcome.ClientGone)]
    [InlineData(false, "Client", Outcome.ClientGone)] // one that takes nothing is gone, whoever noticed it first
    [InlineData(false, "FirstByte", Outcome.Timeout)]
    [InlineData(false, "Answer", Outcome.Timeout)]
    public void BrokenOff_WhenAnAnswerDidNotComeToItsEnd_ThenItNamesTheGuiltySide(bool gone, string phase, Outcome outcome)
    {
        var exchange = AnExchange.Of(_live.Running.Gateway.Services, "{}");
        (exchange.ClientGone, exchange.TimedOut) = (gone, Enum.Parse<Phase>(phase));
        Assert.Equal(outcome, exchange.BrokenOff);
    }

    [Fact]
    public void Grow_WhenMoreRoomIsWanted_ThenWhatIsThereStays()
    {
        var exchange = AnExchange.Of(_live.Running.Gateway.Services, "{}");
        exchange.Answer = ArrayPool<byte>.Shared.Rent(100);
        var before = exchange.Answer;
        Enumerable.Range(0, 90).Select(i => (byte)i).ToArray().CopyTo(before, 0);
        exchange.Have = 90;
        exchange.Grow(before.Length);
        Assert.Same(before, exchange.Answer);
        exchange.Grow(before.Length + 1);
        Assert.True(exchange.Answer.Length > before.Length);
        Assert.Equal(Enumerable.Range(0, 90).Select(i => (byte)i), exchange.Answer.Take(90));
    }

    [Fact]
    public void Restart_WhenAServerHadBegunToAnswer_ThenNothingOfItIsLeftAndTheGatewaysOwnIs()
    {
        var exchange = AnExchange.Of(_live.Running.Gateway.Services, "{}", "/v1/messages");
        var headers = exchange.Http.Response.Headers;
        string[] own = ["x-request-id", "request-id", "x-ratelimit-remaining-requests", "anthropic-ratelimit-tokens-limit"];
        Array.ForEach(own, name => headers[name] = "1");
        headers["x-left-over"] = headers.RetryAfter = headers["x-upstream-request-id"] = headers.ContentType = "1";
        exchange.Have = 50;
        exchange.Restart();
        Assert.Equal(own.Order(StringComparer.Ordinal), headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(0, exchange.Have);
    }

    [Fact]
    public void ReleaseRequest_WhileACallMayStillReadIt_ThenNobodyElseGetsTheBuffer()
    {
        var exchange = AnExchange.Of(_live.Running.Gateway.Services, "{}");
        var buffer = exchange.Request.Buffer = ArrayPool<byte>.Shared.Rent(8192);
        exchange.RequestHeld = true;
        exchange.ReleaseRequest();
        Assert.Same(buffer, exchange.Request.Buffer);
        exchange.RequestHeld = false;
        exchange.Record = new ExchangeRecord
        {
            Id = "x",
            At = default,
            Account = "a",
            Endpoint = "/",
            Request = buffer,
        };
        exchange.ReleaseRequest();
        Assert.Null(exchange.Request.Buffer);
        Assert.True(exchange.Record.Request.IsEmpty); // it would show another's request
        exchange.ReleaseRequest(); // once: given back twice, two would have it
        var (one, two) = (ArrayPool<byte>.Shared.Rent(8192), ArrayPool<byte>.Shared.Rent(8192));
        Assert.NotSame(one, two);
    }
}
