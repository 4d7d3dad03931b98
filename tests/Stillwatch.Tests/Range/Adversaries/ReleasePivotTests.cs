using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class ReleasePivotTests
{
    [Fact]
    public void ReleasePivot_WhenAModelIsReleased_ThenHalfOfItMovesWithinADay()
    {
        var lines = SmallRange.Lines(SmallRange.Campaign("release-pivot", exchanges: 1500));
        double Share(string from, string to) =>
            lines
                .Where(line =>
                    string.CompareOrdinal((string)line["time"]!, from) >= 0 && string.CompareOrdinal((string)line["time"]!, to) < 0
                )
                .Average(line => (string)line["model"]! == "frontier-3" ? 1.0 : 0);
        Assert.Equal(0, Share("2026-03-02", "2026-03-04"));
        Assert.InRange(Share("2026-03-05", "2026-03-08"), 0.4, 0.6);
    }
}
