using Stillwatch.Campaigns.Readings;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Readings;

public sealed class GroupReadingsTests
{
    private static readonly GroupStatistic Statistic = new(HonestLevels.None with { Ordinary = Scales.Rare(1) });

    [Fact]
    public void Raise_WhenReadingsFall_ThenTheHighestOfThePeriodStay()
    {
        var readings = new GroupReadings(Statistic);
        readings.Raise(Of(1, 0));
        readings.Raise(Of(0, 1));
        Assert.Equal(2, readings.Statistic);
        readings.Raise(Of(0, 0));
        Assert.Equal(2, readings.Statistic);
        Assert.Equal((1, 1), (readings.AtBest[0], readings.AtBest[1]));
    }

    /// <summary>What one detector read in one period and another in the next was never seen together.</summary>
    [Fact]
    public void BeginPeriod_WhenReadingsAreOfTwoPeriods_ThenTheyDoNotAddUp_AndTheBestPeriodIsTold()
    {
        var readings = new GroupReadings(Statistic);
        readings.Raise(Of(1, 0.5));
        readings.BeginPeriod();
        readings.Raise(Of(0, 1));
        Assert.Equal(1.25, readings.Statistic);
        Assert.Equal((1, 0.5), (readings.AtBest[0], readings.AtBest[1]));
        readings.Raise(Of(1.5, 1));
        Assert.Equal(3.25, readings.Statistic);
        Assert.Equal(1.5, readings.AtBest[0]);
    }

    [Fact]
    public void Load_WhenSaved_ThenItGoesOnAsItWas()
    {
        var readings = new GroupReadings(Statistic);
        readings.Raise(Of(1, 0.5));
        readings.BeginPeriod();
        readings.Raise(Of(0.25, 0.125));
        using var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            readings.Save(writer);
        }

        saved.Position = 0;
        var loaded = new GroupReadings(Statistic);
        loaded.Load(new BinaryReader(saved));
        Assert.Equal(readings.Statistic, loaded.Statistic);
        Assert.Equal(readings.AtBest.ToArray(), loaded.AtBest.ToArray());
        loaded.Raise(Of(0, 2));
        Assert.Equal(0.0625 + 4, loaded.Statistic);
    }

    private static double[] Of(double first, double second)
    {
        var together = new double[Profile.Count];
        Array.Fill(together, double.NegativeInfinity);
        (together[0], together[1]) = (first, second);
        return together;
    }
}
