using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.Population;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.Reports.Scan;
using Xunit;

namespace Stillwatch.Tests.Reports.Calibrations;

public sealed class SourceLevelFileTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BuiltIn_WhenItIsRead_ThenOnlyWhatIsBelowNearlyAllHonestPopulationsIsASource()
    {
        var level = SourceLevelFile.BuiltIn;
        Assert.InRange(level.Populations, 300, int.MaxValue); // a tenth of them is a tail
        Assert.Equal(level.Lowest.Order(), level.Lowest);
        Assert.InRange(level.P(1.1, classes: 100), 0, 0.01); // what campaigns come to
        Assert.InRange(level.P(SourceLevel.MostBound, classes: 100), 0.01, 0.05); // what two or three honest populations come to
    }

    [Fact]
    public void Read_WhenItWasSaved_ThenItIsTheSame()
    {
        var level = SourceLevel.Of([1.5, 1.25, double.PositiveInfinity], classes: 33.5);
        using var stored = new MemoryStream();
        SourceLevelFile.Save(level, "three populations", stored);
        using var document = JsonDocument.Parse(stored.ToArray());
        var read = SourceLevelFile.Read(document.RootElement);
        Assert.Equal((level.Populations, level.Classes), (read.Populations, read.Classes));
        Assert.Equal(level.Lowest, read.Lowest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_WhenACalibrationHasNoLevelOfItsOwn_ThenTheBuiltInOneCountsAlone(bool hasItsOwn)
    {
        using var stored = new MemoryStream();
        CalibrationFile.Save(ScanRun.Calibration with { Sources = SourceLevel.Of([.. Enumerable.Repeat(0.5, 99)], 100) }, stored);
        var json = JsonNode.Parse(stored.ToArray())!;
        if (!hasItsOwn)
        {
            json.AsObject().Remove("sources");
        }

        var sources = CalibrationFile.Load(_folder.Write("c.json", json.ToJsonString())).Sources;
        Assert.Equal(hasItsOwn ? 1 : SourceLevelFile.BuiltIn.P(1.1, 100), sources.P(1.1, 100));
    }
}
