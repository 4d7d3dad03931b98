using Stillwatch.Accounts;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Admit;
using Stillwatch.Gateway.Arrive;
using Stillwatch.Gateway.Enforce;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Settle;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>The stages of the pipeline, each by itself.</summary>
public sealed class StageTests : IAsyncLifetime
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public void Arrive_WhenTheProgramIsAboutToStopOrMemoryIsShort_ThenNothingIsTaken_AndTheIdIsTold()
    {
        var stage = new Arrival(Services);
        var exchange = AnExchange.Of(Services, Chat, "/v1/messages");
        Assert.Null(stage.Check(exchange));
        Assert.Equal((exchange.Id, exchange.Id), (exchange.Http.Response.Headers["x-request-id"].ToString(), exchange.Http.Response.Headers["request-id"].ToString()));
        Services.MemoryShare = 0.96;
        Assert.Equal((503, "overloaded"), Told(stage.Check(exchange)));
        Services.MemoryShare = 0;
        Services.Draining = true;
        Assert.Equal((503, "unavailable"), Told(stage.Check(exchange)));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","max_tokens":9223372036854775807,"n":9223372036854775807}""", Need.Most)]
    [InlineData("/v1/chat/completions", """{"model":"m","max_tokens":-1}""", Need.Most)]
    [InlineData("/v1/chat/completions", """{"model":"m"}""", 4096)]
    [InlineData("/v1/completions", """{"model":"m","prompt":["a","b","c"],"max_tokens":10,"best_of":2}""", 60)]
    [InlineData("/v1beta/models/m:generateContent", """{"contents":[],"generationConfig":{"maxOutputTokens":10,"candidateCount":3}}""", 30)]
    [InlineData("/v1/embeddings", """{"model":"m","input":"a","max_tokens":10}""", 0)]
    public void Admit_WhenARequestMayComeToMuch_ThenAllOfItIsReserved(string path, string body, long output)
    {
        var tier = new Tier("t") { Account = new Limits { Concurrent = 5 } };
        var exchange = AnExchange.Of(Services, body, path, tier);
        Assert.Null(new Admittance(Services).Check(exchange));
        Assert.Equal(output, exchange.Reservation.Need.OutputTokens);
        exchange.Reservation.Settle(default);
    }

    [Theory]
    [InlineData("""{"model":"m","Model":"dear"}""", Capability.None, 400, "ambiguous_request")]
    [InlineData("""{"model":"m","logprobs":"true"}""", Capability.LogProbabilities, 403, "capability_not_allowed")]
    [InlineData("""{"model":"m","n":"3"}""", Capability.SeveralAnswers, 403, "capability_not_allowed")]
    [InlineData("""{"model":"m","n":1.5}""", Capability.None, 400, "invalid_value")]
    [InlineData("""{"messages":[]}""", Capability.None, 400, "model_not_given")]
    [InlineData("""{"model":"nobody"}""", Capability.None, 404, "model_not_found")]
    [InlineData("no JSON", Capability.Tools, 400, null)]
    public void Enforce_WhenARequestMayNotGoOn_ThenItSaysWhy(string body, Capability denied, int status, string? code) =>
        Assert.Equal((status, code), Told(new Enforcement(Services).Check(AnExchange.Of(Services, body, tier: new Tier("t") { Denied = denied }))));

    [Fact]
    public void Record_WhenTheWatchIsDeadOrTheJournalFails_ThenThePolicyDecides()
    {
        var exchange = AnExchange.Of(Services, Chat, options: Services.Options with { JournalFault = OnJournalFault.Closed });
        Assert.False(FailurePolicies.MayGoUnrecorded(Services, exchange));
        Assert.True(FailurePolicies.MayGoUnrecorded(Services, AnExchange.Of(Services, Chat)));   // open, unless flagged
        Assert.Null(FailurePolicies.Watch(Services, AnExchange.Of(Services, Chat, options: Services.Options with { WatchDead = OnWatchDead.ClosedForFlagged })));
    }

    [Fact]
    public async Task Forward_WhenTheHeadHasNoRoom_ThenNobodyIsAsked()
    {
        var exchange = AnExchange.Of(Services, Chat);
        exchange.Record = new ExchangeRecord { Id = "x", Account = "alice", At = Services.Now(), Endpoint = "/" };
        exchange.Http.Request.Headers.UserAgent = new string('a', UpstreamRequest.MostHead);
        Assert.Equal((431, "headers_too_large"), Told(await new Forwarding(Services).SendAsync(exchange)));
        Assert.Empty(_live.Upstream.Asked);
    }

    [Theory]
    [InlineData(Outcome.Complete, 7, 0, 7)]          // what was reported
    [InlineData(Outcome.ClientGone, 7, 800, 100)]    // what was handed out, where that is more
    [InlineData(Outcome.ClientGone, 700, 800, 700)]
    [InlineData(Outcome.Complete, -1, 800, 100)]
    public void Settle_WhenAnExchangeEnded_ThenItPaysForWhatItUsed(Outcome outcome, long reported, int bytes, long pays)
    {
        var tier = new Tier("t") { Account = new Limits { OutputTokensPerMinute = 20_000 } };
        Assert.Null(new Admittance(Services).Check(AnExchange.Of(Services, Chat, tier: tier)));   // another is open: so that the allowance is not full
        var exchange = AnExchange.Of(Services, Chat, tier: tier);
        Assert.Null(new Admittance(Services).Check(exchange));
        var before = Left();
        (exchange.FirstByte, exchange.Outcome, exchange.Usage, exchange.Have) = (1, outcome, (5, reported), bytes);
        new Settlement(Services).Settle(exchange);
        Assert.InRange(Left() - before - (4096 - pays), -1, 200);   // a little is refilled meanwhile

        double Left() => Assert.Single(Services.Admission.Meters, meter => meter.Subject == "account:alice").Left(tier.Account, Services.Clock.GetTimestamp(), Services.Clock.TimestampFrequency).Output;
    }

    private static (int, string?) Told(Stillwatch.Gateway.Surface.Refusal? refusal) => (refusal!.Status, refusal.Code);
}
