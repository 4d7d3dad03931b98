using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Sketches;
using Stillwatch.Tests.Corpora;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Sources;

/// <summary>A known corpus that is dealt out is a campaign; one that each of them asks whole is an evaluation.</summary>
public sealed class CorpusSearchTests
{
    internal const int People = 60;
    internal const int Items = 1500;

    internal static readonly CorpusIndex Known = new([
        CorpusTests.Made(Items, number: 1, kind: CorpusKind.Benchmark).Corpus,
        CorpusTests.Made(Items, number: 2, kind: CorpusKind.SeedSet).Corpus,
    ]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Watch_WhenAccountsDealACorpusOut_ThenTheyAreACampaign_AndItIsNamed(byte corpus)
    {
        var watch = Watched(Dealing(corpus, accounts: 10, each: 50));
        var campaign = Assert.Single(watch.Flagged);
        Assert.Equal(Enumerable.Range(People, 10), campaign.Accounts.Order());
        Assert.Equal(FlagCause.Corpus, campaign.FlaggedFor);
        Assert.Equal((10, 0L), (campaign.Corpus!.Reading.Accounts, campaign.Corpus.Reading.Shared));
        Assert.Contains("made", campaign.Corpus.Called, StringComparison.Ordinal);
        Assert.Contains(Reasons.Of(campaign), reason => reason.Detector == "known-corpus");
    }

    [Fact]
    public void Watch_WhenFewerThanEightDealIt_ThenNobodyIsFlagged() => Assert.Empty(Watched(Dealing(1, accounts: 7, each: 60)).Flagged);

    [Fact]
    public void Watch_WhenAccountsDrawByChance_ThenNobodyIsFlagged()
    {
        var random = new Random(4);
        Assert.Empty(Watched([.. Enumerable.Range(0, 20).Select(_ => Draw(random, 50))]).Flagged);
    }

    [Fact]
    public void Watch_WhenEachAsksTheWholeBenchmark_ThenItIsExplained()
    {
        var watch = Watched([.. Enumerable.Range(0, 9).Select(_ => Whole(0.95))]);
        Assert.Empty(watch.Flagged);
        Assert.All(watch.Accounts.Skip(People), account =>
        {
            var explanation = watch.Explain([account.Number]);
            Assert.NotNull(explanation);
            Assert.InRange(explanation.Share, 0.9, 1);
            Assert.Equal(2, explanation.Models);
            Assert.Null(account.LeadAt);
        });
        Assert.NotNull(Explanation.Of([.. watch.Accounts.Skip(People)], Known));
    }

    [Fact]
    public void Watch_WhenOneMoreAccountStandsBehindTheirCard_ThenTheyAreFoundAllTheSame()
    {
        var others = Dealing(2, accounts: 12, each: 40);
        others.Add([.. Enumerable.Range(0, 2).Select(_ => (default(KnownItem), 1UL))]);
        var watch = new Watch(Ties, WatchRules.Default, corpora: Known);
        for (var account = 0; account < People + others.Count; account++)
        {
            watch.Add(account < People ? default : new AccountFacts(null, 77, 0, 0, 0, false), KeyedHash.Mix((ulong)account + 1));
        }

        Stream(others).ForEach(one => watch.Observe(one.Account, one.Features));
        watch.CloseTick();
        Assert.Equal(12, watch.Accounts.Skip(People).Take(12).Count(account => account.FlaggedAt != null));
        Assert.DoesNotContain(watch.Accounts.Take(People), account => account.FlaggedAt != null);
    }

    private static Calibration Ties =>
        Calibration.None with
        {
            Accounts = 100,
            LinkBits = new Dictionary<string, double>(StringComparer.Ordinal)
            {
                [Link.All.First(link => link.Id.Name == "shared-payment").Id.ToString()] = 20,
            },
        };

    [Fact]
    public void Watch_WhenItIsSavedOnTheWay_ThenItFindsTheSameAtTheSameTime()
    {
        var stream = Stream(Dealing(2, accounts: 12, each: 40));
        var whole = Begin(12);
        stream.ForEach(one => whole.Observe(one.Account, one.Features));
        whole.CloseTick();
        var first = Begin(12);
        stream.Take(stream.Count / 2).ToList().ForEach(one => first.Observe(one.Account, one.Features));
        first.CloseTick();
        using var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            first.Save(writer);
        }

        saved.Position = 0;
        var second = new Watch(Calibration.None, WatchRules.Default, corpora: Known);
        Assert.True(second.Load(new BinaryReader(saved)));
        stream.Skip(stream.Count / 2).ToList().ForEach(one => second.Observe(one.Account, one.Features));
        second.CloseTick();
        var campaign = Assert.Single(whole.Flagged);
        var same = Assert.Single(second.Flagged);
        Assert.Equal((campaign.Id, campaign.DetectedAt, campaign.Corpus), (same.Id, same.DetectedAt, same.Corpus));
    }

    private static Watch Begin(int others)
    {
        var watch = new Watch(Calibration.None, WatchRules.Default, corpora: Known);
        for (var account = 0; account < People + others; account++)
        {
            watch.Add(default, KeyedHash.Mix((ulong)account + 1));
        }

        return watch;
    }

    internal delegate void Change(int other, int at, ref ExchangeFeatures features);

    internal static Watch Watched(List<IReadOnlyList<(KnownItem, ulong)>> others, Change? change = null)
    {
        var watch = Begin(others.Count);
        Stream(others, change).ForEach(one => watch.Observe(one.Account, one.Features));
        watch.CloseTick();
        return watch;
    }

    private static List<(int Account, ExchangeFeatures Features)> Stream(
        List<IReadOnlyList<(KnownItem, ulong)>> others,
        Change? change = null
    )
    {
        var askers = new Askers(3);
        List<(int Account, ExchangeFeatures Features)> all = [];
        for (var person = 0; person < People; person++)
        {
            all.AddRange(askers.Person(20).Select(features => (person, features)));
        }

        for (var other = 0; other < others.Count; other++)
        {
            var asked = askers.Dealt(list: other, others[other].Count); // of subjects of its own: nothing but the corpus ties them
            for (var i = 0; i < asked.Length; i++)
            {
                (asked[i].Known, asked[i].Model) = others[other][i];
                asked[i].Traits |= asked[i].Known.IsNone ? 0 : ExchangeTraits.KnownPrompt;
                change?.Invoke(other, i, ref asked[i]);
                all.Add((People + other, asked[i]));
            }
        }

        all.Sort((x, y) => x.Features.At.CompareTo(y.Features.At));
        return all;
    }

    internal static List<IReadOnlyList<(KnownItem, ulong)>> Dealing(byte corpus, int accounts, int each)
    {
        var random = new Random(1);
        var order = Enumerable.Range(0, Items).ToArray();
        random.Shuffle(order);
        return
        [
            .. Enumerable
                .Range(0, accounts)
                .Select(account => order.Skip(account * each).Take(each).Select(item => (new KnownItem(corpus, item), 1UL)).ToList()),
        ];
    }

    internal static List<(KnownItem, ulong)> Draw(Random random, int count)
    {
        var order = Enumerable.Range(0, Items).ToArray();
        random.Shuffle(order);
        return [.. order.Take(count).Select(item => (new KnownItem(1, item), 1UL))];
    }

    internal static List<(KnownItem, ulong)> Whole(double share, byte corpus = 1) =>
        [.. Enumerable.Range(0, 300).Select(i => (i < 300 * share ? new KnownItem(corpus, i) : default, (ulong)(1 + i % 2)))];
}
