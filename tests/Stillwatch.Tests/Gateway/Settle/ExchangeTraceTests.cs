using System.Text;
using Xunit;

namespace Stillwatch.Tests.Gateway.Settle;

public sealed class ExchangeTraceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/v1/traces")]
    public async Task Export_WhenACollectorIsConfigured_ThenASpanForTheExchangeReachesItAndNoTextDoes(string path)
    {
        await using var collector = await ScriptedUpstream.StartAsync();
        collector.Answer = http => ScriptedUpstream.Json(http, "{}");
        await using (var live = await LiveDeployment.StartAsync([("telemetry.otlp_endpoint", collector.Address + path)]))
        {
            await live.Send(
                "/v1/chat/completions",
                """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"secret words"}]}"""
            );
        }

        var (asked, headers, body) = Assert.Single(collector.Asked);
        var text = Encoding.UTF8.GetString(body);
        Assert.Equal(("/v1/traces", "application/x-protobuf"), (asked, headers.ContentType.ToString()));
        Assert.All(
            new[] { "chat m", "gen_ai.request.model", "gen_ai.usage.output_tokens", "gen_ai.operation.name", "stillwatch-gateway" },
            name => Assert.Contains(name, text, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("secret words", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hello there", text, StringComparison.Ordinal);
    }
}
