using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Telling;

/// <summary>What is told of a group is by rank among honest populations, what goes furthest first.</summary>
public sealed class ReasonsTests
{
    private static readonly List<string> Names = [.. Detector.All.Select(detector => detector.Id.Name)];

    // By every detector the groups of 99 honest populations come to 1 to 99, one in fifty to 98.
    private static readonly WatchScale Scale = new(
        Calibration.None with
        {
            Levels = HonestLevels.None with
            {
                ByDetector = Detector.All.ToDictionary(
                    detector => detector.Id,
                    _ => PopulationLevel.Of([.. Enumerable.Range(1, 99).Select(i => (double)i)], 1)
                ),
                Ordinary = Scales.Rare(98),
            },
        }
    );

    [Fact]
    public void Of_WhenReadingsGoFar_ThenTheFurthestComeFirst_AndOrdinaryOnesAreNotTold()
    {
        var reasons = Reasons.Of(Group(("no-sleep", 500), ("seed-set-walk", 800), ("topic-coverage", 90), ("template-sweep", 20)));
        Assert.Equal(
            ["seed-set-walk/1 by account", "no-sleep/1 by account", "topic-coverage/1 by account"],
            reasons.Select(reason => reason.Detector)
        );
        Assert.Equal([-Math.Log2(0.01), -Math.Log2(0.01), -Math.Log2(0.11)], reasons.Select(reason => reason.Bits));
        Assert.Equal([true, true, false], reasons.Select(reason => reason.Extrapolated)); // beyond all of them, or not
    }

    [Fact]
    public void Of_WhenAGroupIsRare_ThenWhatAllDetectorsSayTogetherIsTold()
    {
        var group = Group(("no-sleep", 98));
        group.P = 0.001;
        var first = Reasons.Of(group)[0];
        Assert.Equal(("all jointly", -Math.Log2(0.001)), (first.Detector, first.Bits));
        Assert.Contains("1.0 times as much no-sleep", first.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WhenNothingWasRead_ThenThereIsNoReason() => Assert.Empty(Reasons.Of(new Campaign(0, Scale)));

    [Fact]
    public void Bits_WhenOneDetectorGoesFar_ThenOnlyItsOwnAreMore()
    {
        var bits = Reasons.Bits(Group(("no-sleep", 99)));
        Assert.Equal(-Math.Log2(0.02), bits[Names.IndexOf("no-sleep")]);
        Assert.Equal(Names.Count - 1, bits.Count(one => one == 0));
    }

    [Fact]
    public void Strongest_WhenThereAreMany_ThenFiveAreTold_AndEqualOnesStayInOrder()
    {
        var reasons = Enumerable.Range(0, 9).Select(i => new Reason($"d{i}", i < 6 ? 2 : 3, "", Extrapolated: false));
        Assert.Equal(["d6", "d7", "d8", "d0", "d1"], Reasons.Strongest(reasons).Select(reason => reason.Detector));
    }

    private static Campaign Group(params (string Detector, double Together)[] readings)
    {
        var together = new double[Profile.Count];
        Array.Fill(together, double.NegativeInfinity);
        foreach (var (detector, value) in readings)
        {
            together[Names.IndexOf(detector)] = value;
        }

        var group = new Campaign(0, Scale);
        group.Readings.Raise(together);
        return group;
    }
}
