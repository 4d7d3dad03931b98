using System.Text.Json;
using Stillwatch.App.Trials.Ranges;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Trials.Ranges;

public sealed class RangeLevelTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_WhenAPopulationIsDrawn_ThenTheSameSeedGivesTheSameLevel()
    {
        var one = Level("one.json");
        Assert.Equal(one, Level("other.json"));
        using var document = JsonDocument.Parse(one);
        var levels = HonestLevelsFile.Read(document.RootElement);
        Assert.All([levels.Sources, levels.FewSources, levels.Groups, levels.FewGroups, levels.OwnGroups], level =>
            Assert.Equal(1, level.Populations)
        );
        Assert.InRange(levels.Sources.Searched, 16, 1_000); // it was searched
        Assert.InRange(levels.FewGroups.Searched, 2, 1_000); // with its ties
    }

    private byte[] Level(string name)
    {
        var file = Path.Combine(_folder.Path, name);
        RangeLevel.Run(1, seed: 5, file, quiet: true, TestContext.Current.CancellationToken);
        return File.ReadAllBytes(file);
    }
}
