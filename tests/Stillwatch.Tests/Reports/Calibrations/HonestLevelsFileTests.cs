using System.Text.Json;
using Stillwatch.Population;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Signals;
using Xunit;

namespace Stillwatch.Tests.Reports.Calibrations;

public sealed class HonestLevelsFileTests
{
    [Fact]
    public void BuiltIn_WhenItIsRead_ThenOnlyWhatIsBeyondNearlyAllHonestPopulationsIsRare()
    {
        var levels = HonestLevelsFile.BuiltIn;
        Assert.All(
            [levels.Sources, levels.FewSources, levels.Groups, levels.FewGroups, levels.OwnGroups, .. levels.ByDetector.Values],
            level =>
            {
                Assert.InRange(level.Populations, 300, int.MaxValue); // a tenth of them is a tail
                Assert.Equal(level.Highest.OrderDescending(), level.Highest);
            }
        );
        Assert.InRange(levels.Sources.P(-1.1, 100), 0, 0.01); // what campaigns come to
        Assert.InRange(levels.Sources.P(-Source.MostBound, 100), 0.01, 0.05); // what a few honest populations come to
        Assert.Equal(Detector.All.Select(detector => detector.Id).ToHashSet(), levels.ByDetector.Keys.ToHashSet());
        Assert.Equal(Detector.All.Select(detector => detector.Id).ToHashSet(), levels.Ordinary.Keys.ToHashSet());
        Assert.All(levels.Ordinary.Values, ordinary => Assert.True(ordinary.Most >= ordinary.Median && ordinary.Rare >= 0));
    }

    [Fact]
    public void Read_WhenItWasSaved_ThenItIsTheSame()
    {
        var id = Detector.All[0].Id;
        var levels = new HonestLevels(
            "three populations",
            PopulationLevel.Of([-1.5, -1.25, double.NegativeInfinity], 33.5),
            PopulationLevel.Of([-1.5], 1),
            PopulationLevel.Of([3, 4], 12),
            PopulationLevel.None,
            PopulationLevel.Of([5, 6], 44),
            new Dictionary<DetectorId, PopulationLevel> { [id] = PopulationLevel.Of([7], 2) },
            new Dictionary<DetectorId, Ordinary> { [id] = new(0.5, 2, 0.25) }
        );
        using var stored = new MemoryStream();
        HonestLevelsFile.Save(levels, stored);
        using var document = JsonDocument.Parse(stored.ToArray());
        var read = HonestLevelsFile.Read(document.RootElement);
        foreach (
            var (one, other) in new[]
            {
                (levels.Sources, read.Sources),
                (levels.FewSources, read.FewSources),
                (levels.Groups, read.Groups),
                (levels.FewGroups, read.FewGroups),
                (levels.OwnGroups, read.OwnGroups),
                (levels.ByDetector[id], read.ByDetector[id]),
            }
        )
        {
            Assert.Equal((one.Populations, one.Searched), (other.Populations, other.Searched));
            Assert.Equal(one.Highest, other.Highest);
        }

        Assert.Equal("three populations", read.Provenance);
        Assert.Equal(levels.Ordinary, read.Ordinary);
    }
}
