using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Record;
using Stillwatch.Gateway.Settle;
using Stillwatch.Gateway.Surface;
using Xunit;

namespace Stillwatch.Tests.Gateway.Settle;

public sealed class RefusingTests : IAsyncLifetime
{
    private const string Chat = """{"model":"m","messages":[]}""";

    private LiveDeployment _live = null!;
    private Refusing _refusing = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync()
    {
        _live = await LiveDeployment.StartAsync();
        _refusing = new Refusing(Services, new ExchangeRecorder(Services));
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Theory]
    [InlineData(
        "/v1/chat/completions",
        """{"error":{"message":"no","type":"invalid_request_error","param":null,"code":"model_not_found"}}"""
    )]
    [InlineData("/v1/messages", null)]
    public async Task Refuse_WhenAKeyIsKnown_ThenItIsToldInItsDialectAndIsOnRecord(string path, string? body)
    {
        var exchange = AnExchange.Of(Services, Chat, path);
        var said = await Said(exchange, () => _refusing.RefuseAsync(exchange, Refusal.NotFound("no", "model_not_found")));
        Assert.Equal(
            (404, "false", "application/json"),
            (
                exchange.Http.Response.StatusCode,
                exchange.Http.Response.Headers["x-should-retry"].ToString(),
                exchange.Http.Response.ContentType
            )
        );
        Assert.Equal(exchange.Http.Response.ContentLength, said.Length);
        var error = JsonNode.Parse(said)!;
        Assert.True(
            body == null ? (string?)error["error"]!["type"] == "not_found_error" : JsonNode.DeepEquals(JsonNode.Parse(body), error),
            said
        );
        var line = Assert.Single(_live.Record());
        Assert.Equal((exchange.Id, "refused"), ((string?)line["id"], (string?)line["outcome"]));
        Assert.True(JsonNode.DeepEquals(error, line["response"]));
    }

    [Fact]
    public async Task Refuse_WhenNobodyIsKnown_ThenNothingIsOnRecord()
    {
        var exchange = AnExchange.Of(Services, Chat);
        exchange.Key = null;
        Assert.Contains(
            "invalid_api_key",
            await Said(exchange, () => _refusing.RefuseAsync(exchange, Refusal.Unauthorized("no"))),
            StringComparison.Ordinal
        );
        Assert.Equal((401, null), (exchange.Http.Response.StatusCode, exchange.Record));
        Assert.Empty(_live.Record());
    }

    [Theory]
    [InlineData(false, null, true)] // who knows how long it is
    [InlineData(false, 65_537L, true)]
    [InlineData(false, 65_536L, false)]
    [InlineData(true, 1L << 40, false)] // it was read
    public async Task Refuse_WhenABodyWasNotRead_ThenALongOneIsNotWaitedFor(bool taken, long? length, bool closes)
    {
        var exchange = AnExchange.Of(Services, Chat);
        exchange.Taken = taken;
        exchange.Http.Request.ContentLength = length;
        await Said(exchange, () => _refusing.RefuseAsync(exchange, Refusal.Bad("no")));
        Assert.Equal(closes ? "close" : "", exchange.Http.Response.Headers.Connection.ToString());
    }

    [Fact]
    public async Task Refuse_WhenTheClientIsGone_ThenNothingIsWrittenAndItIsOnRecord()
    {
        var exchange = AnExchange.Of(Services, Chat);
        exchange.ClientGone = true;
        Assert.Equal("", await Said(exchange, () => _refusing.RefuseAsync(exchange, Refusal.Bad("no"))));
        Assert.Single(_live.Record());
    }

    [Fact]
    public async Task Refuse_WhenOptionsSetHeaders_ThenRefusalsHaveThemToo()
    {
        var exchange = AnExchange.Of(
            Services,
            Chat,
            options: Services.Options with
            {
                ResponseHeaders = new HeaderRules { Set = [new("X-Own", "1")], Remove = ["x-note"] },
            }
        );
        exchange.Http.Response.Headers["X-Note"] = "1";
        await Said(exchange, () => _refusing.RefuseAsync(exchange, Refusal.Bad("no")));
        Assert.Equal(
            ("1", false),
            (exchange.Http.Response.Headers["X-Own"].ToString(), exchange.Http.Response.Headers.ContainsKey("X-Note"))
        );
    }

    [Fact]
    public async Task Fail_WhenTheFaultIsOurs_ThenTheClientIsToldNoWordOfItAndTheRecordComesToItsEnd()
    {
        var exchange = AnExchange.Of(Services, Chat);
        Assert.Null(new ExchangeRecorder(Services).Begin(exchange));
        (exchange.Have, exchange.Http.Response.Headers["x-left-over"]) = (5, "of a server");
        var said = await Said(exchange, () => _refusing.FailAsync(exchange, new InvalidTimeZoneException("secret detail")));
        Assert.Equal(
            (500, "1", false),
            (
                exchange.Http.Response.StatusCode,
                exchange.Http.Response.Headers.RetryAfter.ToString(),
                exchange.Http.Response.Headers.ContainsKey("x-left-over")
            )
        );
        Assert.Contains("internal_error", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret detail", said, StringComparison.Ordinal);
        Assert.Equal(("upstream_cut", 500), ((string?)Assert.Single(_live.Record())["outcome"], (int)_live.Record()[0]["status"]!));
    }

    private static async Task<string> Said(Exchange exchange, Func<ValueTask> refuse)
    {
        using var body = new MemoryStream();
        exchange.Http.Response.Body = body;
        await refuse();
        return Encoding.UTF8.GetString(body.ToArray());
    }
}
