using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class ResidentialProxiesTests
{
    [Fact]
    public void ResidentialProxies_WhenItRuns_ThenNoAddressAndNoCardIsShared()
    {
        var stage = SmallRange.Set(SmallRange.Campaign("residential-proxies"));
        Assert.Equal(12, stage.World.Accounts.Select(account => account.Payment).Distinct().Count());
        var lines = SmallRange.Lines(stage);
        Assert.True(lines.Select(SmallRange.Ip).Distinct().Count() > lines.Count * 0.98);
    }
}
