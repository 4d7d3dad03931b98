using Stillwatch.Campaigns;
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
        Assert.Equal(Detector.All.Count, calibration.ByGroup.Count);
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
                Assert.Equal(calibration.ByGroup[id].Weigh(x), loaded.ByGroup[id].Weigh(x));
            }
        }

        Assert.Equal(calibration.LinkBits, loaded.LinkBits);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"version\":2}")]
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
