using Stillwatch.Campaigns.Telling;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.Corpora;
using Xunit;
using static Stillwatch.Tests.Campaigns.Sources.CorpusSearchTests;

namespace Stillwatch.Tests.Campaigns.Telling;

public sealed class ExplanationTests
{
    [Theory]
    [InlineData(1, 0.5)] // half of it is something else
    [InlineData(2, 1.0)] // who asks a seed set makes training data
    public void Explain_WhenItIsNoEvaluation_ThenNothingExplainsIt(byte corpus, double share)
    {
        var watch = Watched([Whole(share, corpus)]);
        Assert.Null(watch.Explain([People]));
    }

    /// <summary>What an attacker tries who wants to be taken for an evaluation.</summary>
    [Fact]
    public void Explain_WhenItemsOnlyAccompanyTheTask_OrFewAreAskedAgain_OrNothingIsAnswered_ThenNothingExplainsIt()
    {
        var whole = Whole(1);
        Assert.NotNull(Watched([whole]).Explain([People]));
        var pasted = Watched([whole], (int _, int _, ref ExchangeFeatures features) => features.Traits &= ~ExchangeTraits.KnownPrompt);
        Assert.Null(pasted.Explain([People]));
        var again = Watched([
            [.. Enumerable.Range(0, 1_000).Select(i => (new KnownItem(1, i % 25), 1UL))],
        ]);
        Assert.Null(again.Explain([People]));
        var failing = Watched([whole], (int _, int at, ref ExchangeFeatures features) =>
            features.Traits |= at % 10 != 0 ? ExchangeTraits.Unanswered : 0
        );
        Assert.NotNull(failing.Explain([People])); // what it was answered is the benchmark all the same
        var bait = Watched([whole], (int _, int at, ref ExchangeFeatures features) =>
        {
            features.Traits |= at % 4 != 0 ? ExchangeTraits.Unanswered : 0;
            features.Known = at % 4 != 0 ? features.Known : default;
        });
        Assert.Null(bait.Explain([People])); // benchmark requests that fail, beside tasks that are answered
        var decoy = Watched([whole, whole, [.. whole.Select(_ => (default(KnownItem), 1UL))]]);
        Assert.Null(Explanation.Of([.. decoy.Accounts.Skip(People)], Known)); // each of them has to
    }

    [Fact]
    public void Explain_WhenSeveralBenchmarksAreAsked_ThenTheyCountTogether()
    {
        var two = new CorpusIndex([CorpusTests.Made(Items, number: 1).Corpus, CorpusTests.Made(Items, number: 2, seed: 2).Corpus]);
        var watch = Watched([
            [.. Enumerable.Range(0, 200).Select(i => (new KnownItem((byte)(1 + i % 2), i), 1UL))],
        ]);
        Assert.Equal(2, Explanation.Of([watch.Accounts[People]], two)?.Corpora.Count);
    }

    [Fact]
    public void Explain_WhenSeveralDealItOut_OrTooFewItemsTell_ThenNothingExplainsThem()
    {
        var dealt = Watched(Dealing(1, accounts: 10, each: 50));
        Assert.Null(Explanation.Of([.. dealt.Accounts.Skip(People)], Known));
        Assert.All(dealt.Accounts.Skip(People), account => Assert.Null(dealt.Explain([account.Number])));
        var random = new Random(5);
        var few = Watched([.. Enumerable.Range(0, 3).Select(_ => Draw(random, 30))]);
        Assert.Null(Explanation.Of([.. few.Accounts.Skip(People)], Known));
    }
}
