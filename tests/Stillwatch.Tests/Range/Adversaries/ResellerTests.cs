using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class ResellerTests
{
    [Fact]
    public void Reseller_WhenItRuns_ThenHonestTalkIsAroundTheHarvestUnderManyNames()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("reseller"));
        Assert.True(lines.Count > 1.3 * 600, $"{lines.Count} lines");
        Assert.True(lines.Select(line => (string?)line["end_user"]).Distinct().Count() > 400);
        Assert.Contains(lines, line => line["request"]!["messages"]!.AsArray().Count > 2);
    }
}
