using System.Collections.Concurrent;
using Xunit;

namespace Stillwatch.Tests.Gateway;

public sealed class GatewayServicesTests
{
    [Fact]
    public async Task NextId_WhenManyAsk_ThenNoIdIsGivenTwice_AlsoNotAfterARestart()
    {
        var ids = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        List<string> prefixes = [];
        for (var start = 0; start < 2; start++)
        {
            await using var live = await LiveDeployment.StartAsync();
            Parallel.For(0, 20_000, _ => Assert.True(ids.TryAdd(live.Running.Gateway.Services.NextId(), true)));
            prefixes.Add(live.Running.Gateway.Services.NextId().Split('-')[0]);
        }

        Assert.All(ids.Keys, id => Assert.Matches("^req_[0-9a-f]{16}-[1-9][0-9]*$", id));
        Assert.NotEqual(prefixes[0], prefixes[1]);
    }

    [Fact]
    public async Task Now_WhenTheClockSaysSo_ThenItIsTheMicrosecondOfThat()
    {
        await using var live = await LiveDeployment.StartAsync();
        var services = live.Running.Gateway.Services;
        var before = services.Clock.GetUtcNow();
        var now = services.Now().Micros;
        var after = services.Clock.GetUtcNow();
        Assert.InRange(now, (before - DateTimeOffset.UnixEpoch).Ticks / 10, (after - DateTimeOffset.UnixEpoch).Ticks / 10);
    }
}
