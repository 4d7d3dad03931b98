using Stillwatch.Campaigns.Readings;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Readings;

public sealed class GroupStatisticTests
{
    private static readonly List<string> Names = [.. Detector.All.Select(detector => detector.Id.Name)];

    // One honest population in fifty comes to 0.99 by every detector.
    private static readonly GroupStatistic Statistic = new(
        HonestLevels.None with
        {
            ByDetector = Detector.All.ToDictionary(
                detector => detector.Id,
                _ => PopulationLevel.Of([.. Enumerable.Range(1, 100).Select(i => i / 100.0)], 1)
            ),
            Ordinary = Scales.Rare(0.99),
        }
    );

    [Theory]
    [InlineData(0)]
    [InlineData(1, "no-conversation", 0.99)]
    [InlineData(4, "no-conversation", 50)] // nobody speaks for more than two
    [InlineData(2, "no-conversation", 0.99, "no-sleep", 0.99)]
    [InlineData(1, "topic-coverage", 0.99, "topic-scatter", 0.99)] // which say much the same
    [InlineData(1, "no-conversation", 0.99, "no-sleep", -7)] // little of one does not take from another
    public void Of_WhenReadingsAreThese_ThenItIs(double expected, params object[] readings)
    {
        var together = new double[Names.Count];
        Array.Fill(together, double.NegativeInfinity); // never read
        for (var i = 0; i < readings.Length; i += 2)
        {
            together[Names.IndexOf((string)readings[i])] = Convert.ToDouble(readings[i + 1]);
        }

        Assert.Equal(expected, Statistic.Of(together), 0.05);
    }

    [Fact]
    public void Of_WhenNoPopulationIsKnown_ThenItIsNothing()
    {
        var together = Enumerable.Repeat(9.0, Names.Count).ToArray();
        Assert.Equal(0, new GroupStatistic(HonestLevels.None).Of(together));
    }

    [Fact]
    public void Explain_WhenSomeGoFar_ThenTheyAreNamedFurthestFirst()
    {
        var together = new double[Names.Count];
        together[Names.IndexOf("no-sleep")] = 0.5;
        together[Names.IndexOf("elicitation-mix")] = 1.5;
        Assert.EndsWith(
            "1.5 times as much elicitation-mix, 0.5 times as much no-sleep",
            Statistic.Explain(together),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void OfOne_WhenADetectorIsHeldAgainstPopulations_ThenItIsItsRank()
    {
        Assert.Equal((-Math.Log2(3 / 101.0), false, 1), Statistic.OfOne(0, 0.99));
        Assert.Equal((-Math.Log2(1 / 101.0), true, 2), Statistic.OfOne(0, 1.98));
        Assert.Equal((0, false, 0), Statistic.OfOne(0, double.NegativeInfinity)); // never read
    }
}
