using Stillwatch.Accounts;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Admit;
using Xunit;

namespace Stillwatch.Tests.Gateway.Admit;

public sealed class AdmittanceTests : IAsyncLifetime
{
    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","max_tokens":9223372036854775807,"n":9223372036854775807}""", Need.Most)]
    [InlineData("/v1/chat/completions", """{"model":"m","max_tokens":-1}""", Need.Most)]
    [InlineData("/v1/chat/completions", """{"model":"m"}""", 4096)]
    [InlineData("/v1/completions", """{"model":"m","prompt":["a","b","c"],"max_tokens":10,"best_of":2}""", 60)]
    [InlineData("/v1beta/models/m:generateContent", """{"contents":[],"generationConfig":{"maxOutputTokens":10,"candidateCount":3}}""", 30)]
    [InlineData("/v1/embeddings", """{"model":"m","input":"a","max_tokens":10}""", 0)]
    public void Check_WhenARequestMayComeToMuch_ThenAllOfItIsReserved(string path, string body, long output)
    {
        var tier = new Tier("t") { Account = new Limits { Concurrent = 5 } };
        var exchange = AnExchange.Of(Services, body, path, tier);
        Assert.Null(new Admittance(Services).Check(exchange));
        Assert.Equal(output, exchange.Reservation.Need.OutputTokens);
        exchange.Reservation.Settle(default);
    }
}
