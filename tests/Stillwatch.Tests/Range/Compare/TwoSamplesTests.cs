using Stillwatch.Range;
using Stillwatch.Range.Compare;
using Xunit;

namespace Stillwatch.Tests.Range.Compare;

public sealed class TwoSamplesTests
{
    [Fact]
    public void Samples_WhenOfOneDistribution_ThenTheyRarelyDiffer()
    {
        var chance = new Chance().Begin(1);
        var low = 0;
        for (var i = 0; i < 500; i++)
        {
            var two = TwoSamples.Of(
                Enumerable.Range(0, 60).Select(_ => chance.Normal()).ToList(),
                Enumerable.Range(0, 80).Select(_ => chance.Normal()).ToList()
            )!;
            low += two.P < 0.05 ? 1 : 0;
        }

        Assert.InRange(low, 8, 45); // 25 expected
    }

    [Fact]
    public void Samples_WhenShiftedByOneDeviation_ThenTheyDifferByAboutTheKnownDistance()
    {
        var chance = new Chance().Begin(2);
        var two = TwoSamples.Of(
            Enumerable.Range(0, 4000).Select(_ => chance.Normal()).ToList(),
            Enumerable.Range(0, 4000).Select(_ => chance.Normal() + 1).ToList()
        )!;
        Assert.InRange(two.Distance, 0.35, 0.42); // 2Φ(1/2) − 1 = 0.383
        Assert.True(two.Differ);
    }

    [Fact]
    public void Samples_WhenTooFew_ThenNothingIsSaid() => Assert.Null(TwoSamples.Of([1, 2, 3], [1, 2, 3]));
}
