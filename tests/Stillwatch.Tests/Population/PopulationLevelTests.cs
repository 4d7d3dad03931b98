using Stillwatch.Population;
using Xunit;

namespace Stillwatch.Tests.Population;

public sealed class PopulationLevelTests
{
    [Theory]
    [InlineData(3.1, 0.01)]
    [InlineData(3, 0.02)]
    [InlineData(2.5, 0.03)]
    [InlineData(-9, 0.05)]
    public void P_WhenAValueIsHeldAgainstPopulations_ThenItIsItsRankAmongThemAndItself(double value, double p)
    {
        double[] highest = [2.5, 3, 1, 2, .. Enumerable.Repeat(double.NegativeInfinity, 95)];
        Assert.Equal(p, PopulationLevel.Of(highest, searched: 20).P(value, searched: 20), 1e-9);
    }

    [Fact]
    public void P_WhenMoreIsSearchedThanInAPopulation_ThenItIsSoMuchMore() =>
        Assert.Equal(0.03, PopulationLevel.Of([.. Enumerable.Repeat(1.0, 99)], searched: 20).P(9, searched: 60), 1e-9);

    [Fact]
    public void P_WhenAValueLiesBeyondAllOfManyPopulations_ThenTheirHighestTenthIsGoneOnWith()
    {
        // values of an exponential tail with a mean of 0.1: beyond them it must go on as they do, and never be more than the rank
        double[] highest = [.. Enumerable.Range(1, 1_000).Select(i => 2 - 0.1 * Math.Log(i / 1_000.0))];
        var level = PopulationLevel.Of(highest, searched: 20);
        Assert.InRange(level.P(2 - 0.1 * Math.Log(1e-4), 20), 1e-4, 5e-4); // a standard error fatter
        Assert.InRange(level.P(2 - 0.1 * Math.Log(2e-4), 20), 2e-4, 9e-4);
        Assert.Equal(11 / 1_001.0, level.P(highest[9], 20), 1e-9); // among them it is the rank
        Assert.True(level.IsExtrapolated(highest[0] + 0.01));
        Assert.False(level.IsExtrapolated(highest[0]));
        Assert.Equal(0.1 / 1_001, level.P(30, 20), 1e-9); // so far and no further
        Assert.Equal(1 / 100.0, PopulationLevel.Of(highest[..99], 20).P(9, 20), 1e-9); // few say nothing of a tail
        Assert.Equal(1 / 1_000.0, PopulationLevel.Of([.. Enumerable.Repeat(1.0, 999)], 20).P(9, 20), 1e-9); // nor do equal ones
    }

    /// <summary>Where a statistic ends in a thousand populations it need not in the next, unless it is one that must end.</summary>
    [Theory]
    [InlineData(true, 1e-4, 2e-4)]
    [InlineData(false, 5e-4, 1e-3)]
    public void P_WhenAStatisticSeemsToEnd_ThenTheTailEndsOnlyIfItMust(bool ends, double least, double most)
    {
        double[] highest = [.. Enumerable.Range(1, 1_000).Select(i => 2 - Math.Sqrt(i / 1_000.0))]; // at most 2, and seldom near it
        var level = PopulationLevel.Of(highest, searched: 20, ends);
        Assert.InRange(level.P(1.985, 20), 2e-4, 1e-3); // 0.015² = 0.000225
        Assert.InRange(level.P(2.1, 20), 0.99 * least / 1.001, most);
    }

    /// <summary>One honest population that comes far higher than a thousand others is not alone in the world.</summary>
    [Fact]
    public void P_WhenOnePopulationLiesFarBeyondTheOthers_ThenTheTailGoesOnFromIt()
    {
        double[] highest = [10, .. Enumerable.Range(1, 999).Select(i => 1 - 0.1 * Math.Log(i / 999.0))];
        var level = PopulationLevel.Of(highest, searched: 20);
        Assert.InRange(level.P(10.2, 20), 0.8 / 1_001, 1 / 1_001.0);
        Assert.InRange(level.P(13, 20), 0.1 / 1_001, 0.9 / 1_001);
    }

    [Fact]
    public void P_WhenThereIsNoPopulation_ThenNothingIsRare() => Assert.Equal(1, PopulationLevel.None.P(1e9, 20));

    [Theory]
    [InlineData(0.01, 100)]
    [InlineData(0.02, 99)]
    [InlineData(0.05, 96)]
    [InlineData(0.9, 0)] // so many say nothing
    public void ValueOf_WhenAShareIsAskedFor_ThenItIsWhatSoManyComeTo(double share, double value)
    {
        double[] highest = [.. Enumerable.Range(21, 80).Select(i => (double)i), .. Enumerable.Repeat(double.NegativeInfinity, 20)];
        Assert.Equal(value, PopulationLevel.Of(highest, 1).ValueOf(share));
    }
}
