using Stillwatch.Corpora;
using Xunit;

namespace Stillwatch.Tests.Corpora;

public sealed class CorpusIndexTests
{
    [Theory]
    [InlineData("ITEM")]
    [InlineData("Question: ITEM\nAnswer:")]
    [InlineData("The following are questions.\n\nQ: What is two and two? A: four\n\nQ: ITEM\nA:")]
    [InlineData("Please answer as briefly as you can: \"ITEM\" Thank you very much indeed.")]
    [InlineData("  item  ")]
    public void Find_WhenAnItemStandsWithinATemplate_ThenItIsFound(string template)
    {
        var (corpus, texts) = CorpusTests.Made(200);
        var index = new CorpusIndex([corpus]);
        foreach (var text in texts)
        {
            var written = template.Contains("item", StringComparison.Ordinal) ? text.ToLowerInvariant() : text;
            var found = index.Find(CorpusTests.Read(template.Replace("ITEM", written, StringComparison.OrdinalIgnoreCase)));
            Assert.Equal(index.Find(CorpusTests.Read(text)), found);
            Assert.False(found.IsNone);
        }

        Assert.Equal(200, texts.Select(text => index.Find(CorpusTests.Read(text)).Item).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("Compare in which ways the quiet harbour differs from a wooden bridge.")]
    [InlineData("Say where item number is, and why the grey")]
    public void Find_WhenItIsAnotherText_ThenNothingIsFound(string text) =>
        Assert.True(new CorpusIndex([CorpusTests.Made(200).Corpus]).Find(CorpusTests.Read(text)).IsNone);

    [Fact]
    public void Find_WhenItemsOfTwoCorporaStandInIt_ThenTheLastOneCounts()
    {
        var (one, first) = CorpusTests.Made(50, number: 1, seed: 1);
        var (other, second) = CorpusTests.Made(50, number: 2, seed: 2);
        var index = new CorpusIndex([one, other]);
        Assert.Equal(2, index.Find(CorpusTests.Read(first[3] + "\n\n" + second[4])).Corpus);
        Assert.Equal(1, index.Find(CorpusTests.Read(second[4] + "\n\n" + first[3])).Corpus);
        var many = string.Join("\n\n", first) + "\n\n" + second[4];
        Assert.Equal(index.Find(CorpusTests.Read(second[4])), index.Find(CorpusTests.Read(many[^Math.Min(many.Length, 3_000)..])));
    }

    [Fact]
    public void Find_WhenThereIsNoCorpus_ThenNothingIs() =>
        Assert.True(CorpusIndex.None.Find(CorpusTests.Read("any text at all of some words")).IsNone);

    [Theory]
    [InlineData("ITEM", true)]
    [InlineData("Q: ITEM A:", true)]
    [InlineData("ITEM And now do for me what I really came for, at length and with every step of it.", false)]
    public void Find_WhenMoreThanTheItemIsAsked_ThenThePromptIsNotTheItem(string template, bool isPrompt)
    {
        var (corpus, texts) = CorpusTests.Made(20);
        Assert.False(
            new CorpusIndex([corpus])
                .Find(CorpusTests.Read(template.Replace("ITEM", texts[7], StringComparison.Ordinal)), out var found)
                .IsNone
        );
        Assert.Equal(isPrompt, found);
    }

    [Fact]
    public void Index_WhenTwoHaveOneNumber_ThenItIsRefused() =>
        Assert.Throws<ArgumentException>(() => new CorpusIndex([CorpusTests.Made(5).Corpus, CorpusTests.Made(5, seed: 2).Corpus]));
}
