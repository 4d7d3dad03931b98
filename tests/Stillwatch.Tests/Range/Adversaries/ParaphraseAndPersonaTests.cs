using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class ParaphraseAndPersonaTests
{
    [Fact]
    public void ParaphraseAndPersona_WhenItRuns_ThenNothingAsksForReasoning()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("paraphrase-and-persona"));
        Assert.DoesNotContain(lines, line => SmallRange.Said(line).Contains("Think step by step.", StringComparison.Ordinal));
        Assert.True(lines.Count(line => SmallRange.Said(line).StartsWith("I teach", StringComparison.Ordinal)) > 10);
    }
}
