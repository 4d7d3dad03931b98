using Stillwatch.Lab.Native;
using Xunit;

namespace Stillwatch.Lab.Tests;

public sealed class SymbolVersionsTests
{
    private static readonly string Library = Directory
        .EnumerateFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories)
        .First();

    [Fact]
    public void Weaken_WhenItWasDoneBefore_ThenNothingChanges()
    {
        var file = File.ReadAllBytes(Library); // made ready as this program began
        Assert.False(SymbolVersions.Weaken(file, "GLIBCXX_3.4.32"));
    }

    [Fact]
    public void Weaken_WhenAnotherVersionIsNamed_ThenItsFlagAndNothingElseChanges()
    {
        var (before, after) = (File.ReadAllBytes(Library), File.ReadAllBytes(Library));
        Assert.True(SymbolVersions.Weaken(after, "GLIBC_2.2.5"));
        // one need for each library of that version
        Assert.InRange(Enumerable.Range(0, before.Length).Count(i => before[i] != after[i]), 1, 4);
        Assert.False(SymbolVersions.Weaken(after, "GLIBC_2.2.5"));
        Assert.False(SymbolVersions.Weaken(after, "NO_SUCH_VERSION_1.0"));
    }

    [Fact]
    public void Weaken_WhenItIsNoLibrary_ThenThatIsSaid() =>
        Assert.Throws<InvalidDataException>(() => SymbolVersions.Weaken(new byte[100], "x"));
}
