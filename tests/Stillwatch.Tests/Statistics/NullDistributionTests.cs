using Stillwatch.Statistics;
using Xunit;

namespace Stillwatch.Tests.Statistics;

public sealed class NullDistributionTests
{
    public static TheoryData<string, int> Populations =>
        new()
        {
            { "bounded", 60 },
            { "bounded", 252 },
            { "thin", 60 },
            { "thin", 252 },
            { "thin", 4_000 },
            { "fat", 60 },
            { "fat", 252 },
            { "fat", 4_000 },
        };

    [Theory]
    [MemberData(nameof(Populations))]
    public void Weigh_WhenNewcomersAreDrawnAlike_ThenFewReachWhatFlagsAndTheRankedPartAveragesAtMostOne(string population, int accounts)
    {
        Func<Random, double> draw = population switch
        {
            "bounded" => random => random.NextDouble(),
            "thin" => random => -Math.Log(1 - random.NextDouble()),
            _ => random => Math.Pow(1 - random.NextDouble(), -0.5),
        };
        var random = new Random(4);
        const int calibrations = 60,
            newcomers = 500;
        var most = NullDistribution.Kappa * Math.Pow(accounts + 1, 1 - NullDistribution.Kappa); // what ranks alone can give
        double ranked = 0,
            over10 = 0,
            over100 = 0,
            over1000 = 0;
        for (var i = 0; i < calibrations; i++)
        {
            var distribution = NullDistribution.Of([.. Enumerable.Range(0, accounts).Select(_ => draw(random))]);
            for (var newcomer = 0; newcomer < newcomers; newcomer++)
            {
                var e = distribution.Weigh(draw(random)).Value;
                ranked += Math.Min(e, most);
                over10 += e >= 10 ? 1 : 0;
                over100 += e >= 100 ? 1 : 0;
                over1000 += e >= 1000 ? 1 : 0;
            }
        }

        const double n = calibrations * newcomers;
        Assert.InRange(ranked / n, 0.1, 1.02);
        Assert.InRange(over10 / n, 0, 0.1);
        Assert.InRange(over100 / n, 0, 0.01);
        Assert.InRange(over1000 / n, 0, 0.001);
    }

    [Fact]
    public void P_WhenWithinWhatWasSeen_ThenItIsTheRankAndNotExtrapolated()
    {
        var distribution = NullDistribution.Of([.. Enumerable.Range(1, 99).Select(i => (double)i)]);
        Assert.Equal(0.01 * 10, distribution.P(91, out var extrapolated), 9);
        Assert.False(extrapolated);
        Assert.Equal(1, distribution.P(-5, out _));
    }

    [Fact]
    public void P_WhenBeyondWhatWasSeen_ThenItIsExtrapolatedAndAtMostOneInNPlusOne()
    {
        var distribution = NullDistribution.Of([.. Enumerable.Range(1, 99).Select(i => (double)i)]);
        Assert.InRange(distribution.P(100, out var extrapolated), 0, 0.01);
        Assert.True(extrapolated);
        Assert.True(distribution.P(1_000, out _) < distribution.P(200, out _));
    }

    [Fact]
    public void Weigh_WhenEverybodyIsEqual_ThenNothingIsExtrapolatedBeyondTheRank()
    {
        var distribution = NullDistribution.Of(new double[100]);
        Assert.Equal(1.0 / 101, distribution.P(50, out _));
    }

    [Fact]
    public void Weigh_WhenNothingWasSeen_ThenItIsNoOpinionToSpeakOf() => Assert.InRange(NullDistribution.Of([]).Weigh(1e9).Bits, -5, 1);

    [Fact]
    public void Of_WhenOneOutlierStandsAlone_ThenTheTailFattensUntilHeldOutAccountsNoLongerSurpriseIt()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 250).Select(_ => random.NextDouble()).Append(90).ToArray();
        var distribution = NullDistribution.Of(values);
        Assert.True(distribution.HeldOutMeanE <= 1);
        Assert.True(distribution.Tail.Shape > Tail.ThinnestShape || distribution.Tail.Scale == 0);
    }

    [Fact]
    public void Thinning_WhenThereAreManyValues_ThenItNeverMakesAWeightGreater()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 20_000).Select(_ => random.NextDouble()).ToArray();
        var distribution = NullDistribution.Of(values);
        Assert.True(distribution.Knots.Count() < 3_000);
        foreach (var x in Enumerable.Range(0, 200).Select(_ => random.NextDouble()))
        {
            Assert.True(distribution.P(x, out _) >= (1.0 + values.Count(v => v >= x)) / 20_001 - 1e-12);
        }
    }

    [Fact]
    public void Worst_WhenTwoPopulationsDiffer_ThenAValueWeighsWhatItWeighsInTheOneThatReachesIt()
    {
        var low = NullDistribution.Of([.. Enumerable.Range(0, 500).Select(i => i / 500.0)]);
        var high = NullDistribution.Of([.. Enumerable.Range(0, 500).Select(i => 10 + i / 500.0)]);
        var worst = NullDistribution.Worst([low, high]);
        Assert.Equal(high.P(10.5, out _), worst.P(10.5, out _));
        Assert.True(worst.P(10.5, out _) > low.P(10.5, out _));
        Assert.Equal(high.Median, worst.Median);
    }
}
