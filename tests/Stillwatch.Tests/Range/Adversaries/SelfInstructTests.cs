using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class SelfInstructTests
{
    [Fact]
    public void SelfInstruct_WhenItRuns_ThenOneLongPromptBringsManyTasks()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("self-instruct"));
        Assert.All(lines, line => Assert.Contains("20 diverse task instructions", SmallRange.Said(line), StringComparison.Ordinal));
        Assert.True(lines.Average(line => (int)line["usage"]!["output_tokens"]!) > 900);
    }
}
