using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class SlowThousandTests
{
    [Fact]
    public void SlowThousand_WhenItRuns_ThenNoAccountAsksMuch()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("slow-thousand", accounts: 80));
        Assert.All(lines.GroupBy(SmallRange.Account), account => Assert.True(account.Count() < 6 * 14));
        Assert.True(lines.Select(SmallRange.Account).Distinct().Count() > 70);
    }
}
