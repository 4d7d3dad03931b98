using System.IO.Compression;
using Stillwatch.App.Trials.Ranges;
using Stillwatch.Range.Scenarios;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.Structure;
using Xunit;

namespace Stillwatch.Tests.Range;

/// <summary>The samples that the project ships are what their README says: written by the range, from a seed.</summary>
public sealed class SamplesTests
{
    [Fact]
    public void Demo_WhenWrittenAgain_ThenItIsTheSampleToTheByte()
    {
        using var folder = new LogFolder();
        var stage = Stage.Set(ScenarioFile.Read("demo"), 1, 0.5);
        LogRun.Write(stage, folder.Path, zipped: false, progress: null, TestContext.Current.CancellationToken);
        LogRun.WriteAccounts(stage, folder.Path);
        using var zipped = new GZipStream(
            File.OpenRead(Path.Combine(Tree.Root, "samples/demo/exchanges.jsonl.gz")),
            CompressionMode.Decompress
        );
        using var log = new MemoryStream();
        zipped.CopyTo(log);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, "exchanges.jsonl")), log.ToArray());
        foreach (var file in new[] { "accounts.jsonl", "labels.json" })
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(folder.Path, file)),
                File.ReadAllBytes(Path.Combine(Tree.Root, "samples/demo", file))
            );
        }
    }
}
