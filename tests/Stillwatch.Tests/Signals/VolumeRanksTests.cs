using Stillwatch.Signals;
using Xunit;

namespace Stillwatch.Tests.Signals;

/// <summary>An account is ranked among honest accounts that did about as much.</summary>
public sealed class VolumeRanksTests
{
    // 99 accounts of four exchanges weigh 1 to 99, 49 of a hundred weigh 1,001 to 1,049, and three of ten thousand 9
    private static readonly VolumeRanks Ranks = VolumeRanks.Of([
        .. Enumerable.Range(1, 99).Select(i => (4L, (double)i)),
        .. Enumerable.Range(1, 49).Select(i => (100L, 1_000.0 + i)),
        .. Enumerable.Repeat((10_000L, 9.0), 3),
    ]);

    [Theory]
    [InlineData(4, 1_000, 0.01, 99)] // over all of its like
    [InlineData(15, 99, 0.02, 99)]
    [InlineData(4, 50, 0.51, 99)]
    [InlineData(4, 0, 1, 99)]
    [InlineData(64, 1_000, 50 / 53.0, 52)] // common among those who do as much; the three are too few for a class of their own
    [InlineData(1_000_000, 2_000, 1 / 53.0, 52)]
    [InlineData(1, 1_000, 0.01, 99)] // fewer than any
    public void P_WhenAnAccountIsHeldAgainstItsLike_ThenItIsItsRankAmongThem(long exchanges, double weight, double p, long accounts)
    {
        var rank = Ranks.P(exchanges, weight);
        Assert.Equal(p, rank.P, 9);
        Assert.Equal(accounts, rank.Accounts);
    }

    [Fact]
    public void P_WhenNobodyIsKnown_ThenNothingIsRare() => Assert.Equal((1, 0), VolumeRanks.None.P(4, 1e9));

    /// <summary>Of honest newcomers at most one in so many is as rare, however weights and volumes go together.</summary>
    [Fact]
    public void P_WhenNewcomersAreDrawnAlike_ThenNoMoreThanSoManyAreThatRare()
    {
        var random = new Random(7);
        (long, double) Draw()
        {
            var exchanges = (long)Math.Exp(random.NextDouble() * 8) + 1;
            return (exchanges, Math.Sqrt(exchanges) * random.NextDouble());
        }

        var (rare, drawn) = (0, 0);
        for (var population = 0; population < 200; population++)
        {
            var ranks = VolumeRanks.Of(Enumerable.Range(0, 400).Select(_ => Draw()));
            for (var newcomer = 0; newcomer < 50; newcomer++, drawn++)
            {
                var (exchanges, weight) = Draw();
                rare += ranks.P(exchanges, weight).P <= 0.05 ? 1 : 0;
            }
        }

        Assert.InRange((double)rare / drawn, 0.03, 0.055);
    }
}
