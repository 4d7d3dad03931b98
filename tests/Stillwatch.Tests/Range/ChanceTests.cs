using Stillwatch.Range;
using Xunit;

namespace Stillwatch.Tests.Range;

public sealed class ChanceTests
{
    [Fact]
    public void Chance_WhenBegunAnew_ThenItGivesTheSame()
    {
        var chance = new Chance();
        var first = chance.Begin(9).Bits();
        chance.Normal();
        Assert.Equal(first, chance.Begin(9).Bits());
        // SplitMix64's first value from seed 0
        Assert.Equal(0x6E789E6AA1B965F4UL, new Chance().Begin(0).Bits() == 0xE220A8397B1DCDAFUL ? 0x6E789E6AA1B965F4UL : 0);
    }

    [Fact]
    public void Distributions_WhenDrawnOften_ThenTheirMeansAreRight()
    {
        var chance = new Chance().Begin(3);
        var draws = Enumerable.Range(0, 100_000).ToArray();
        Assert.InRange(draws.Average(_ => chance.Normal()), -0.02, 0.02);
        Assert.InRange(draws.Average(_ => chance.Poisson(3.5)), 3.45, 3.55);
        Assert.InRange(draws.Average(_ => chance.LogNormal(0, 0.5)), 1.11, 1.16); // e^(1/8)
        Assert.InRange(draws.Average(_ => (double)chance.Next(10)), 4.45, 4.55);
        Assert.All(draws.Take(1000), _ => Assert.InRange(chance.Rank(7), 0, 6));
    }
}
