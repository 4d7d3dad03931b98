using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class BulkTests
{
    [Fact]
    public void Bulk_WhenItRuns_ThenOneAccountAsksAll()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("bulk", accounts: 1));
        Assert.Single(lines.Select(SmallRange.Account).Distinct());
        Assert.True(lines.Select(SmallRange.Said).Distinct().Count() >= 590);
    }
}
