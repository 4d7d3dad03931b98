using System.Text;
using Stillwatch.Corpora;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Corpora;

public sealed class CorpusTests
{
    [Theory]
    [InlineData("ITEM")]
    [InlineData("Question: ITEM\nAnswer:")]
    [InlineData("The following are questions.\n\nQ: What is two and two? A: four\n\nQ: ITEM\nA:")]
    [InlineData("Please answer as briefly as you can: \"ITEM\" Thank you very much indeed.")]
    [InlineData("  item  ")]
    public void Find_WhenAnItemStandsWithinATemplate_ThenItIsFound(string template)
    {
        var (corpus, texts) = Made(200);
        var index = new CorpusIndex([corpus]);
        foreach (var text in texts)
        {
            var written = template.Contains("item", StringComparison.Ordinal) ? text.ToLowerInvariant() : text;
            var found = index.Find(Read(template.Replace("ITEM", written, StringComparison.OrdinalIgnoreCase)));
            Assert.Equal(index.Find(Read(text)), found);
            Assert.False(found.IsNone);
        }

        Assert.Equal(200, texts.Select(text => index.Find(Read(text)).Item).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("Compare in which ways the quiet harbour differs from a wooden bridge.")]
    [InlineData("Say where item number is, and why the grey")]
    public void Find_WhenItIsAnotherText_ThenNothingIsFound(string text) =>
        Assert.True(new CorpusIndex([Made(200).Corpus]).Find(Read(text)).IsNone);

    [Fact]
    public void Find_WhenItemsOfTwoCorporaStandInIt_ThenTheLastOneCounts()
    {
        var (one, first) = Made(50, number: 1, seed: 1);
        var (other, second) = Made(50, number: 2, seed: 2);
        var index = new CorpusIndex([one, other]);
        Assert.Equal(2, index.Find(Read(first[3] + "\n\n" + second[4])).Corpus);
        Assert.Equal(1, index.Find(Read(second[4] + "\n\n" + first[3])).Corpus);
        var many = string.Join("\n\n", first) + "\n\n" + second[4];
        Assert.Equal(index.Find(Read(second[4])), index.Find(Read(many[^Math.Min(many.Length, 3_000)..])));
    }

    [Fact]
    public void Find_WhenThereIsNoCorpus_ThenNothingIs() =>
        Assert.True(CorpusIndex.None.Find(Read("any text at all of some words")).IsNone);

    [Fact]
    public void Of_WhenItemsAreShortOrThereTwice_ThenItSaysSo()
    {
        var texts = new[] { "one two three four five six", "One two three four five six", "too short", "" }.Select(Read);
        var corpus = Corpus.Of(1, "c", CorpusKind.Benchmark, texts, out var notTold);
        Assert.Equal((1, 2), (corpus.Items, notTold));
        Assert.Throws<InvalidDataException>(() => Corpus.Of(1, "c", CorpusKind.Benchmark, [Read("too short")], out _));
    }

    [Fact]
    public void Of_WhenAllItemsBeginAlike_ThenTheirTemplateTellsNothing()
    {
        var frame = "Answer the following question with one letter only and nothing else: ";
        var corpus = Corpus.Of(1, "c", CorpusKind.Benchmark, Texts(40, 1).Select(text => Read(frame + text)), out _);
        Assert.True(new CorpusIndex([corpus]).Find(Read(frame + "who was it that came?")).IsNone);
        Assert.Equal(40, corpus.Items);
    }

    [Fact]
    public void Save_WhenLoaded_ThenTheSameIsFound_AndNoTextIsInIt()
    {
        var (corpus, texts) = Made(100);
        using var stream = new MemoryStream();
        corpus.Save(stream);
        Assert.DoesNotContain("harbour", Encoding.Latin1.GetString(stream.ToArray()), StringComparison.Ordinal);
        stream.Position = 0;
        var loaded = Corpus.Load(stream);
        Assert.Equal((corpus.Name, corpus.Kind, corpus.Items, corpus.Number), (loaded.Name, loaded.Kind, loaded.Items, loaded.Number));
        Assert.All(texts, text => Assert.Equal(new CorpusIndex([corpus]).Find(Read(text)), new CorpusIndex([loaded]).Find(Read(text))));

        for (var length = 0; length < stream.Length; length += 97)
        {
            using var cut = new MemoryStream(stream.ToArray()[..length]);
            Assert.ThrowsAny<IOException>(() => Load(cut));
        }
    }

    private static Corpus Load(Stream stream)
    {
        try
        {
            return Corpus.Load(stream);
        }
        catch (InvalidDataException fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }

    internal static (Corpus Corpus, List<string> Texts) Made(
        int items,
        byte number = 1,
        int seed = 1,
        CorpusKind kind = CorpusKind.Benchmark
    )
    {
        var texts = Texts(items, seed);
        return (Corpus.Of(number, "made", kind, texts.Select(Read), out _), texts);
    }

    internal static List<string> Texts(int items, int seed)
    {
        string[] words = ["harbour", "bridge", "lantern", "orchard", "compass", "thunder", "meadow", "quarry", "violin", "glacier"];
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, items)
                .Select(i =>
                    $"Say why {words[random.Next(10)]} {i} stands before {words[random.Next(10)]} {random.Next(1_000_000)} in the "
                    + $"{words[random.Next(10)]} of {words[random.Next(10)]}."
                ),
        ];
    }

    internal static ulong[] Read(string text) => CorpusWords.Of([Encoding.UTF8.GetBytes(text)]).Single();
}
