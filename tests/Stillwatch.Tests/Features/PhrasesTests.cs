using System.Text;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class PhrasesTests
{
    private const ulong Seed = 77;

    private static readonly Phrases<int> Some = new(
        [("step by step", 1), ("step by", 2), ("show your work", 3), ("一步一步", 4), ("schritt für schritt", 5)],
        Seed
    );

    [Theory]
    [InlineData("Solve it step by step.", "2:1 2:2")] // both that begin there
    [InlineData("Step, by STEP!", "0:1 0:2")] // as prompts are cut: no case, no marks
    [InlineData("a step by the sea", "1:2")]
    [InlineData("step by", "0:2")]
    [InlineData("step", "")]
    [InlineData("steps by step", "")]
    [InlineData("show your work and show your work", "0:3 4:3")]
    [InlineData("show me your work", "")]
    [InlineData("请一步一步解答", "1:4")]
    [InlineData("Löse das SCHRITT FÜR SCHRITT", "2:5")]
    [InlineData("", "")]
    public void Find_WhenAPromptHasPhrases_ThenEachIsFoundWhereItBegins(string prompt, string expected)
    {
        Span<(int At, int Value)> found = stackalloc (int, int)[16];
        var count = Some.Find(Words(prompt), found);
        Assert.Equal(expected, string.Join(' ', found[..count].ToArray().Select(one => $"{one.At}:{one.Value}")));
    }

    [Fact]
    public void Find_WhenThereAreMoreThanFit_ThenTheFirstAreWrittenAndNoMore()
    {
        Span<(int At, int Value)> found = stackalloc (int, int)[4];
        found[3] = (-7, -7);
        Assert.Equal(3, Some.Find(Words(string.Concat(Enumerable.Repeat("step by step, ", 50))), found[..3]));
        Assert.Equal([(0, 1), (0, 2), (3, 1), (-7, -7)], found.ToArray());
        Assert.Equal(0, Some.Find(Words("step by step"), []));
    }

    [Fact]
    public void Find_WhenTheKeyIsAnother_ThenNothingIsFound()
    {
        var text = new PromptText();
        text.Read("step by step"u8, Seed + 1);
        Assert.Equal(0, Some.Find(text.Hashes, new (int, int)[4]));
    }

    [Fact]
    public void Find_WhenThousandsOfPhrasesAreKept_ThenEachIsFoundAndNoOther()
    {
        var many = new Phrases<int>(Enumerable.Range(0, 5_000).Select(i => ($"alpha{i} beta{i * 7 % 5_000} gamma", i)), Seed);
        var found = new (int At, int Value)[4];
        for (var i = 0; i < 5_000; i++)
        {
            Assert.Equal(1, many.Find(Words($"say alpha{i} beta{i * 7 % 5_000} gamma"), found));
            Assert.Equal((1, i), found[0]);
            Assert.Equal(0, many.Find(Words($"alpha{i} beta{(i * 7 + 1) % 5_000} gamma"), found));
        }
    }

    [Theory]
    [InlineData("alone")]
    [InlineData("  ...")]
    public void Phrases_WhenOneHasFewerThanTwoWords_ThenItSaysWhich(string phrase) =>
        Assert.StartsWith(
            $"The phrase '{phrase}' has fewer than two words.",
            Assert.Throws<ArgumentException>(() => new Phrases<int>([("two words", 1), (phrase, 2)], Seed)).Message,
            StringComparison.Ordinal
        );

    private static ulong[] Words(string prompt)
    {
        var text = new PromptText();
        text.Read(Encoding.UTF8.GetBytes(prompt), Seed);
        return text.Hashes.ToArray();
    }
}
