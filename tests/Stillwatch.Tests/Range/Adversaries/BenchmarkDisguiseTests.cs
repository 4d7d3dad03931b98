using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class BenchmarkDisguiseTests
{
    [Fact]
    public void BenchmarkDisguise_WhenItRuns_ThenItAsksAsAHarnessDoes()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("benchmark-disguise"));
        Assert.All(lines, line => Assert.Equal(0, (double)line["request"]!["temperature"]!));
        Assert.All(lines, line => Assert.Contains("answer", SmallRange.Said(line), StringComparison.OrdinalIgnoreCase));
    }
}
