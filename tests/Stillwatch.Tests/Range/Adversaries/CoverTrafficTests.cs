using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class CoverTrafficTests
{
    [Fact]
    public void CoverTraffic_WhenItRuns_ThenMostOfItIsConversation()
    {
        var stage = SmallRange.Set(SmallRange.Campaign("cover-traffic"));
        var lines = SmallRange.Lines(stage);
        Assert.True(lines.Count(line => line["request"]!["messages"]!.AsArray().Count > 2) > lines.Count / 5);
    }
}
