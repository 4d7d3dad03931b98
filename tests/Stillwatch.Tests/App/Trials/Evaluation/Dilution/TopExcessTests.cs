using Stillwatch.App.Trials.Evaluation.Dilution;
using Xunit;

namespace Stillwatch.Tests.App.Trials.Evaluation.Dilution;

public sealed class TopExcessTests
{
    private const int Window = 200;

    [Fact]
    public void Statistic_WhenATenthIsForeign_ThenItPassesWhatHonestWindowsCome()
    {
        var random = new Random(3);
        var reference = Prompts(random, 1_000, "the weather in the town is fine today and people walk");
        var threshold = TopExcess.Threshold(reference, Window, random);
        var counts = TopExcess.Sum(reference);
        int[][] honest = [.. Prompts(random, Window, "the weather in the town is fine today and people walk")];
        int[][] diluted =
        [
            .. honest.Take(Window * 9 / 10),
            .. Prompts(random, Window / 10, "Prove lemma 3: compute eigenvalues; show matrix norms"),
        ];
        Assert.True(TopExcess.Statistic(TopExcess.Sum(honest), Window, counts, reference.Count) < threshold);
        Assert.True(TopExcess.Statistic(TopExcess.Sum(diluted), Window, counts, reference.Count) > threshold);
    }

    [Fact]
    public void Statistic_WhenWindowAndReferenceAreAlike_ThenItIsZero()
    {
        var counts = TopExcess.Sum(Prompts(new Random(1), 50, "a b c d"));
        Assert.Equal(0, TopExcess.Statistic(counts, 50, counts, 50), 9);
    }

    [Fact]
    public void Of_WhenAPromptIsRead_ThenBinsAreInRangeAscendingAndTheSameEachTime()
    {
        var bins = PromptBins.Of("Wie spät ist es? 现在几点了 at 12:30");
        Assert.Equal(bins, PromptBins.Of("Wie spät ist es? 现在几点了 at 12:30"));
        Assert.Equal(bins.Order().Distinct(), bins);
        Assert.All(bins, bin => Assert.InRange(bin, 0, PromptBins.Count - 1));
    }

    private static List<int[]> Prompts(Random random, int count, string words)
    {
        var all = words.Split(' ');
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => PromptBins.Of(string.Join(' ', Enumerable.Range(0, 12).Select(_ => all[random.Next(all.Length)])))),
        ];
    }
}
