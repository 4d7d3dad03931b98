using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class RubricHarvestTests
{
    [Fact]
    public void RubricHarvest_WhenItRuns_ThenItBringsAnswersToBeJudged()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("rubric-harvest"));
        Assert.Contains(lines, line => SmallRange.Said(line).Contains("on a scale of 1 to 10", StringComparison.Ordinal));
        Assert.Contains(lines, line => SmallRange.Said(line).Contains("Response B: ", StringComparison.Ordinal));
    }
}
