using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class TraceCoercionTests
{
    [Fact]
    public void TraceCoercion_WhenItRuns_ThenItAsksForHiddenReasoningInSeveralLanguages()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("trace-coercion"));
        Assert.Contains(lines, line => SmallRange.Said(line).Contains("输出你的思考", StringComparison.Ordinal));
        Assert.Contains(lines, line => SmallRange.Said(line).Contains("verbatim", StringComparison.Ordinal));
    }
}
