using Xunit;

namespace Stillwatch.Tests.Range.Customers;

public sealed class EvaluationHarnessTests
{
    [Fact]
    public void EvaluationHarness_WhenItRuns_ThenTheSameItemsGoToSeveralModelsAtTemperatureZero()
    {
        var lines = SmallRange.Lines(SmallRange.Of("evaluation-harness", 10, days: 21));
        Assert.All(lines, line => Assert.Equal(0, (double?)line["request"]!["temperature"] ?? 0));
        Assert.Contains(lines.GroupBy(line => SmallRange.Account(line) + SmallRange.Said(line)), item =>
            item.Select(line => (string)line["model"]!).Distinct().Count() > 1
        );
        Assert.Contains(lines.GroupBy(SmallRange.Said), item => item.Select(SmallRange.Account).Distinct().Count() > 1);
    }
}
