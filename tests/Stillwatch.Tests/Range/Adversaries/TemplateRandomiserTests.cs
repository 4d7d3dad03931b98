using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class TemplateRandomiserTests
{
    [Fact]
    public void TemplateRandomiser_WhenItRuns_ThenBeginningsDiffer()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("template-randomiser"));
        Assert.True(
            lines
                .Select(line =>
                {
                    var said = SmallRange.Said(line);
                    return said[..Math.Min(24, said.Length)];
                })
                .Distinct()
                .Count() > 250
        );
    }
}
