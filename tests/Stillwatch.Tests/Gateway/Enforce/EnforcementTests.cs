using Stillwatch.Accounts;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Enforce;
using Xunit;

namespace Stillwatch.Tests.Gateway.Enforce;

public sealed class EnforcementTests : IAsyncLifetime
{
    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Theory]
    [InlineData("""{"model":"m","Model":"dear"}""", Capability.None, 400, "ambiguous_request")]
    [InlineData("""{"model":"m","logprobs":"true"}""", Capability.LogProbabilities, 403, "capability_not_allowed")]
    [InlineData("""{"model":"m","n":"3"}""", Capability.SeveralAnswers, 403, "capability_not_allowed")]
    [InlineData("""{"model":"m","n":1.5}""", Capability.None, 400, "invalid_value")]
    [InlineData("""{"messages":[]}""", Capability.None, 400, "model_not_given")]
    [InlineData("""{"model":"nobody"}""", Capability.None, 404, "model_not_found")]
    [InlineData("no JSON", Capability.Tools, 400, null)]
    public void Check_WhenARequestMayNotGoOn_ThenItSaysWhy(string body, Capability denied, int status, string? code) =>
        Assert.Equal(
            (status, code),
            Told(new Enforcement(Services).Check(AnExchange.Of(Services, body, tier: new Tier("t") { Denied = denied })))
        );

    [Theory]
    [InlineData("""{"model":"m"}""", "m", null)]
    [InlineData("""{"model":"small-1"}""", "small-1", "model_not_found")] // allowed, and nobody has it
    [InlineData("""{"model":"dear"}""", null, "model_not_allowed")]
    [InlineData("""{"model":"best"}""", "m", null)] // a name of the gateway's own
    public void Check_WhenModelsAreNamedOrDenied_ThenTheServersNameIsUsed(string body, string? model, string? code)
    {
        var options = Services.Options with { ModelNames = new Dictionary<string, string>(StringComparer.Ordinal) { ["best"] = "m" } };
        var exchange = AnExchange.Of(Services, body, tier: new Tier("t") { Models = ["m", "best", "small-*"] }, options: options);
        Assert.Equal((code, model), (new Enforcement(Services).Check(exchange)?.Code, exchange.Model));
    }

    [Fact]
    public void Check_WhenSomethingIsDeniedAndTheBodyIsOddBesides_ThenTheDenialComesFirst()
    {
        var exchange = AnExchange.Of(
            Services,
            """{"n":2,"tools":[{}],"logprobs":true,"Model":"x"}""",
            tier: new Tier("t") { Denied = Capability.SeveralAnswers | Capability.LogProbabilities }
        );
        var refusal = new Enforcement(Services).Check(exchange)!;
        Assert.Equal((403, "capability_not_allowed"), (refusal.Status, refusal.Code));
        Assert.All(new[] { "log-probabilities", "several answers (n)" }, word =>
            Assert.Contains(word, refusal.Message, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("tools", refusal.Message, StringComparison.Ordinal); // that is allowed
    }

    [Theory]
    [InlineData("""{"model":"m","previous_response_id":"resp_alice"}""", null)]
    [InlineData("""{"model":"m","previous_response_id":"resp_bob"}""", "previous_response_not_found")]
    [InlineData("""{"model":"m","conversation":"conv_1"}""", "conversation_not_found")]
    [InlineData("""{"model":"m","input":[{"type":"item_reference","id":"item_1"}]}""", "item_not_found")]
    public void Check_WhenARequestNamesWhatAServerKeeps_ThenItMustBeItsOwn(string body, string? code)
    {
        Services.Owners.Add("resp_alice", "alice");
        Services.Owners.Add("resp_bob", "bob");
        Assert.Equal(code, new Enforcement(Services).Check(AnExchange.Of(Services, body, "/v1/responses"))?.Code);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)] // what it comes to cannot be told
    [InlineData(false, true, false)]
    public void Check_WhenABodyIsNoJson_ThenItGoesOnWhereNothingIsLimited(bool limited, bool priced, bool passes)
    {
        var options = Services.Options with { Prices = priced ? [new("m", 1, 1)] : [] };
        var exchange = AnExchange.Of(
            Services,
            "no JSON",
            tier: new Tier("t") { Account = limited ? new Limits { Concurrent = 5 } : Limits.None },
            options: options
        );
        Assert.Equal(passes, new Enforcement(Services).Check(exchange) == null);
    }

    private static (int, string?) Told(Stillwatch.Gateway.Surface.Refusal? refusal) => (refusal!.Status, refusal.Code);
}
