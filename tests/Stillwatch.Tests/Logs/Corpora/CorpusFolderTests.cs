using System.Text;
using Stillwatch.Corpora;
using Stillwatch.Logs.Corpora;
using Stillwatch.Tests.Corpora;
using Xunit;

namespace Stillwatch.Tests.Logs.Corpora;

public sealed class CorpusFolderTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Corpora => Path.Combine(_folder.Path, "corpora");

    [Fact]
    public void Add_WhenOneWasTakenAway_ThenItsNumberIsNotGivenAgain()
    {
        Assert.Empty(CorpusFolder.Load(Corpora));
        Assert.Equal(1, Add("a").Number);
        Assert.Equal(2, Add("b").Number);
        Assert.True(CorpusFolder.Remove(Corpora, "b"));
        Assert.False(CorpusFolder.Remove(Corpora, "b"));
        Assert.Equal(3, Add("b").Number);
        Assert.Equal([(1, "a"), (3, "b")], CorpusFolder.Load(Corpora).Select(corpus => ((int)corpus.Number, corpus.Name)));
    }

    [Fact]
    public void Add_WhenTheNameIsTaken_ThenItSaysSo_AndTheFirstStays()
    {
        Add("a");
        Assert.Throws<UnusableInputException>(() => Add("a"));
        Assert.Single(CorpusFolder.Load(Corpora));
    }

    [Fact]
    public void Load_WhenOneIsDamaged_ThenItIsNamed()
    {
        Add("a");
        var path = Path.Combine(Corpora, "a.corpus");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..40]);
        Assert.Contains(path, Assert.Throws<UnusableInputException>(() => CorpusFolder.Load(Corpora)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mmlu", true)]
    [InlineData("MMLU-pro_1.2", true)]
    [InlineData("", false)]
    [InlineData("../x", false)]
    [InlineData(".x", false)]
    [InlineData("a b", false)]
    public void IsName_WhenItCouldLeaveTheFolder_ThenItIsNone(string name, bool isOne) => Assert.Equal(isOne, CorpusFolder.IsName(name));

    private Corpus Add(string name) =>
        CorpusFolder.Add(Corpora, name, CorpusKind.Benchmark, CorpusTests.Texts(20, 1).Select(Encoding.UTF8.GetBytes), out _);
}
