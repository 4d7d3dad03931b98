using MathNet.Numerics.Distributions;
using Stillwatch.Corpora;
using Xunit;

namespace Stillwatch.Tests.Corpora;

public sealed class DealingTests
{
    [Theory]
    [InlineData(8, 100, 2000)]
    [InlineData(40, 25, 5000)]
    [InlineData(500, 15, 8192)]
    public void Of_WhenACorpusIsDealtOut_ThenAllWhoTakePartAreFound(int accounts, int each, int items)
    {
        var uses = Dealt(accounts, each, items, new Random(1));
        var dealing = Dealing.Of(uses, items, out var dealt);
        Assert.Equal(accounts, dealt.Count);
        Assert.Equal((0, accounts * each), (dealing.Shared, dealing.Items));
        Assert.InRange(dealing.Bits, 30, double.MaxValue);
    }

    [Fact]
    public void Of_WhenEvaluationsAskTheSameBeside_ThenTheyAreLeftOut()
    {
        var uses = Dealt(30, 30, 3000, new Random(2));
        for (var i = 0; i < 3; i++)
        {
            uses.Add(Use(Enumerable.Range(0, 3000)));
        }

        var dealing = Dealing.Of(uses, 3000, out var dealt);
        Assert.Equal(Enumerable.Range(0, 30), dealt);
        Assert.InRange(dealing.Bits, 30, double.MaxValue);
    }

    /// <summary>Accounts that draw by chance: the claim is that b bits come up once in 2 to the power of b populations at most.</summary>
    [Theory]
    [InlineData(12, 60, 1000)]
    [InlineData(30, 30, 2000)]
    [InlineData(9, 300, 4000)]
    public void Of_WhenAccountsDrawByChance_ThenTheBitsAreWhatTheySay(int accounts, int each, int items)
    {
        const int populations = 400;
        var random = new Random(3);
        var over = 0;
        for (var i = 0; i < populations; i++)
        {
            List<CorpusUse> uses = [.. Enumerable.Range(0, accounts).Select(_ => Use(Draw(items, each, random)))];
            over += Dealing.Of(uses, items, out _).Bits >= 4 ? 1 : 0;
        }

        Assert.InRange(over, 0, populations / 16);
    }

    /// <summary>A benchmark has subjects: customers who each evaluate some of them do not deal it out.</summary>
    [Theory]
    [InlineData(8, 1)]
    [InlineData(40, 1)]
    [InlineData(30, 3)]
    public void Of_WhenEachAsksForSubjectsOfItsOwn_ThenNobodyDeals(int accounts, int subjects)
    {
        const int size = 144,
            count = 56;
        var random = new Random(8);
        List<CorpusUse> uses =
        [
            .. Enumerable
                .Range(0, accounts)
                .Select(_ => Use(Draw(count, subjects, random).SelectMany(subject => Enumerable.Range(subject * size, size)))),
        ];
        Assert.InRange(Dealing.Of(uses, size * count, out _).Bits, 0, 4);
    }

    [Fact]
    public void Of_WhenAllTakeTheFirstOnes_ThenNobodyDeals()
    {
        List<CorpusUse> uses = [.. Enumerable.Range(0, 20).Select(i => Use(Enumerable.Range(0, 50 + i)))];
        Assert.InRange(Dealing.Of(uses, 5000, out var dealt).Bits, 0, 4);
        Assert.InRange(dealt.Count, 0, 1);
    }

    [Theory]
    [InlineData(0, 3.0)]
    [InlineData(2, 9.5)]
    [InlineData(40, 60.0)]
    [InlineData(60, 60.0)]
    [InlineData(75, 60.0)]
    [InlineData(900, 1000.0)]
    public void LogOfAtMost_WhenItDoesNotUnderflow_ThenItIsAsALibrarySays(int most, double mean) =>
        Assert.Equal(Math.Log(new Poisson(mean).CumulativeDistribution(most)), Dealing.LogOfAtMost(most, mean), 6);

    [Fact]
    public void LogOfAtMost_WhenItIsBelowAllDoubles_ThenItIsStillANumber() => Assert.Equal(-20_000, Dealing.LogOfAtMost(0, 20_000), 6);

    [Fact]
    public void Of_WhenNobodyAsks_ThenItIsNothing() => Assert.Equal((0, 0.0), Read([]));

    private static (int, double) Read(List<CorpusUse> uses) =>
        Dealing.Of(uses, 100, out _) is var dealing ? (dealing.Accounts, dealing.Bits) : default;

    private static List<CorpusUse> Dealt(int accounts, int each, int items, Random random)
    {
        var order = Draw(items, accounts * each <= items ? accounts * each : items, random);
        return [.. Enumerable.Range(0, accounts).Select(i => Use(order.Skip(i * each).Take(each)))];
    }

    private static int[] Draw(int items, int count, Random random)
    {
        var all = Enumerable.Range(0, items).ToArray();
        random.Shuffle(all);
        return all[..count];
    }

    internal static CorpusUse Use(IEnumerable<int> items, byte corpus = 1)
    {
        var use = new CorpusUse(corpus);
        foreach (var item in items)
        {
            use.Observe(new(corpus, item), 7, isPrompt: true);
        }

        return use;
    }
}
