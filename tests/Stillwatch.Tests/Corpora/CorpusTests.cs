using System.Text;
using Stillwatch.Corpora;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Corpora;

public sealed class CorpusTests
{
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
