using Stillwatch.Reports.Screen;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Reports.Screen;

public sealed class OutputFileTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_WhenTheWriterFails_ThenTheFileThatWasThereStays()
    {
        var path = _folder.Write("r.json", "before");
        Assert.Throws<InvalidOperationException>(() => OutputFile.Write(path, _ => throw new InvalidOperationException()));
        Assert.Equal("before", File.ReadAllText(path));
    }

    [Fact]
    public void Write_WhenNothingWasThere_ThenTheFileIsMade()
    {
        var path = Path.Combine(_folder.Path, "new.json");
        OutputFile.Write(path, stream => stream.Write("after"u8));
        Assert.Equal("after", File.ReadAllText(path));
    }

    [Fact]
    public void Write_WhenItSucceeds_ThenTheFileIsWholeAndNothingElseIsLeft()
    {
        var path = _folder.Write("r.json", "before");
        OutputFile.Write(path, stream => stream.Write("after"u8));
        Assert.Equal("after", File.ReadAllText(path));
        Assert.Single(Directory.EnumerateFiles(_folder.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_WhenThePathIsALink_ThenItsTargetIsWrittenWholeAndTheLinkStays(bool exists)
    {
        var target = Path.Combine(_folder.Path, "target.json");
        var link = Path.Combine(_folder.Path, "link.json");
        if (exists)
        {
            File.WriteAllText(target, "something longer than what comes");
        }

        File.CreateSymbolicLink(link, target);
        OutputFile.Write(link, stream => stream.Write("after"u8));
        Assert.Equal("after", File.ReadAllText(target));
        Assert.NotNull(File.ResolveLinkTarget(link, returnFinalTarget: false));
    }

    [Fact]
    public void Write_WhenItIsNoRegularFile_ThenItIsWrittenDirectlyAndStaysWhatItIs()
    {
        OutputFile.Write("/dev/null", stream => stream.Write("x"u8));
        Assert.False(File.Exists("/dev/null.partial"));
        Assert.True((File.GetAttributes("/dev/null") & FileAttributes.Directory) == 0);
    }

    [Fact]
    public void Write_WhenTheFolderIsMissing_ThenItSaysSo() =>
        Assert.Contains(
            "cannot be written",
            Assert.Throws<UnusableInputException>(() => OutputFile.Write(Path.Combine(_folder.Path, "no", "r.json"), _ => { })).Message,
            StringComparison.Ordinal
        );
}
