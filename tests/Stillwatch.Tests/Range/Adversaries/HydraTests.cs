using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class HydraTests
{
    [Fact]
    public void Hydra_WhenItRuns_ThenItsAccountsTakeTurnsAndPauseTogether()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("hydra"));
        Assert.Equal(12, lines.Select(SmallRange.Account).Distinct().Count());
        var counts = lines.GroupBy(SmallRange.Account).Select(account => account.Count()).ToList();
        Assert.True(counts.Max() - counts.Min() <= 2, "a load balancer spreads evenly");
    }
}
