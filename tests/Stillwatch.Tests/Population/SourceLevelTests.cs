using Stillwatch.Population;
using Xunit;

namespace Stillwatch.Tests.Population;

public sealed class SourceLevelTests
{
    [Theory]
    [InlineData(0.9, 0.01)]
    [InlineData(1.3, 0.02)]
    [InlineData(1.4, 0.03)]
    [InlineData(9, 0.05)]
    public void P_WhenABoundIsHeldAgainstPopulations_ThenItIsItsRankAmongThemAndItself(double bound, double p)
    {
        double[] lowest = [1.4, 1.3, 2, 1.6, .. Enumerable.Repeat(double.PositiveInfinity, 95)];
        Assert.Equal(p, SourceLevel.Of(lowest, classes: 20).P(bound, classes: 20), 1e-9);
    }

    [Fact]
    public void P_WhenThereAreMoreClassesThanInAPopulation_ThenItIsSoMuchMore() =>
        Assert.Equal(0.03, SourceLevel.Of([.. Enumerable.Repeat(9.0, 99)], classes: 20).P(1, classes: 60), 1e-9);

    [Fact]
    public void P_WhenABoundLiesBelowAllOfManyPopulations_ThenTheirLowestTenthIsGoneOnWith()
    {
        // bounds of an exponential tail with a mean of 0.1: below them it must go on as they do, and never be more than the rank
        double[] lowest = [.. Enumerable.Range(1, 1_000).Select(i => 2 + 0.1 * Math.Log(i / 1_000.0))];
        var level = SourceLevel.Of(lowest, classes: 20);
        Assert.InRange(level.P(2 + 0.1 * Math.Log(1e-4), 20), 0.5e-4, 2e-4);
        Assert.InRange(level.P(2 + 0.1 * Math.Log(1e-5), 20), 0.4e-5, 2.5e-5);
        Assert.Equal(11 / 1_001.0, level.P(lowest[9], 20), 1e-9); // among them it is the rank
        Assert.True(level.IsExtrapolated(lowest[0] - 0.01));
        Assert.True((SourceLevel.None with { Beside = level }).IsExtrapolated(lowest[0] - 0.01));
        Assert.False(level.IsExtrapolated(lowest[0]));
        Assert.Equal(1 / 100.0, SourceLevel.Of(lowest[..99], 20).P(0, 20), 1e-9); // few say nothing of a tail
    }

    [Fact]
    public void P_WhenThereIsNoPopulation_ThenNothingIsRare() => Assert.Equal(1, SourceLevel.None.P(0, 20));

    [Fact]
    public void P_WhenAnotherLevelStandsBeside_ThenTheLargerCounts()
    {
        var (many, few) = (SourceLevel.Of([.. Enumerable.Repeat(9.0, 999)], 20), SourceLevel.Of([.. Enumerable.Repeat(9.0, 99)], 20));
        Assert.Equal(0.01, (many with { Beside = few }).P(1, 20), 1e-9);
        Assert.Equal(0.01, (few with { Beside = many }).P(1, 20), 1e-9);
    }

    [Fact]
    public void Of_WhenSeveralAreTakenTogether_ThenAllTheirPopulationsCount()
    {
        var both = SourceLevel.Of([SourceLevel.Of([1.5, 1.2], 30), SourceLevel.Of([1.3, double.PositiveInfinity], 20)]);
        Assert.Equal((4, 20), (both.Populations, both.Classes));
        Assert.Equal([1.2, 1.3, 1.5], both.Lowest);
    }
}
