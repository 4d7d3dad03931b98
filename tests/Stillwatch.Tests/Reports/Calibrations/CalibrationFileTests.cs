using System.Text.Json.Nodes;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Signals;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.Reports.Scan;
using Xunit;

namespace Stillwatch.Tests.Reports.Calibrations;

public sealed class CalibrationFileTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WhenBuiltIn_ThenItKnowsEveryDetectorAndLinkAtItsPresentVersion()
    {
        var calibration = CalibrationFile.Load(null);
        Assert.True(calibration.HonestList);
        Assert.InRange(calibration.Accounts, 100, long.MaxValue);
        Assert.NotEmpty(calibration.Provenance);
        Assert.Equal(
            Detector.All.Select(d => d.Id).Order(Comparer<DetectorId>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))),
            calibration.ByAccount.Keys.OrderBy(id => id.Name, StringComparer.Ordinal)
        );
        Assert.Equal(Detector.All.Count, calibration.ByVerifiedAccount.Count);
        // the range's month, not mixed with real accounts
        Assert.All(calibration.ByAccount.Values, distribution => Assert.Single(distribution.Beside));
        Assert.Equal(
            Link.All.Select(l => l.Id.ToString()).Order(StringComparer.Ordinal),
            calibration.LinkBits.Keys.Concat(calibration.LinkGrades.Keys).Order(StringComparer.Ordinal)
        );
        Assert.All(calibration.ByAccount.Values, distribution => Assert.True(distribution.HeldOutMeanE <= 1));
    }

    [Fact]
    public void Load_WhenWhatWasSavedIsRead_ThenEverythingWeighsTheSame()
    {
        var calibration = ScanRun.Calibration;
        using var stored = new MemoryStream();
        CalibrationFile.Save(calibration, stored);
        var loaded = CalibrationFile.Load(_folder.Write("c.json", stored.ToArray()));
        foreach (var (id, distribution) in calibration.ByAccount)
        {
            for (var x = -5.0; x < 50; x += 0.37)
            {
                Assert.Equal(distribution.Weigh(x), loaded.ByAccount[id].Weigh(x));
            }
        }

        Assert.Equal(calibration.LinkBits, loaded.LinkBits);
        Assert.Equal(calibration.Bars.Groups, loaded.Bars.Groups, 1e-4);
        Assert.Same(HonestLevelsFile.BuiltIn, loaded.Levels);
        Assert.Equal(calibration.Leads.Select(ranks => ranks.P(40, 3)), loaded.Leads.Select(ranks => ranks.P(40, 3)));
    }

    /// <summary>Calibrations of before keep what they know of sources; of groups they knew another statistic.</summary>
    [Fact]
    public void Load_WhenItIsOfVersion1_ThenItsLowestSourceIsABarAndItHasNoneForGroups()
    {
        using var stored = new MemoryStream();
        CalibrationFile.Save(ScanRun.Calibration, stored);
        var json = JsonNode.Parse(stored.ToArray())!.AsObject();
        json.Remove("bars");
        json.Remove("leads");
        json["version"] = 1;
        json["sources"] = JsonNode.Parse("""{"populations":100,"classes":20,"lowest":[1.15,1.3]}""");
        var loaded = CalibrationFile.Load(_folder.Write("c.json", json.ToJsonString()));
        Assert.Equal(Bars.None with { Sources = -1.15 }, loaded.Bars);
        Assert.Empty(loaded.Leads);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"version\":3}")]
    public void Load_WhenItIsNoCalibration_ThenItSaysWhatToDo(string text) =>
        Assert.Contains(
            "./stillwatch calibrate",
            Assert.Throws<UnusableInputException>(() => CalibrationFile.Load(_folder.Write("x.json", text))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void HonestList_WhenNamesOrLabels_ThenTheHonestOnesAreRead()
    {
        Assert.Equal(["a", "b"], HonestList.Read(_folder.Write("names.txt", "a\n\n b \n")));
        Assert.Equal(
            ["a"],
            HonestList.Read(
                _folder.Write(
                    "labels.json",
                    """{"accounts":{"a":{"role":"app","campaign":null},"b":{"role":"distiller","campaign":"x"}}}"""
                )
            )
        );
    }
}
