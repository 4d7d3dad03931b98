using Stillwatch.Statistics;
using Xunit;

namespace Stillwatch.Tests.Statistics;

public sealed class TailTests
{
    [Fact]
    public void Exceedance_WhenTheTailIsExponential_ThenItIsNeverLessThanTheTruth()
    {
        // Exceedances of Exp(1) far out; the fit is fatter on purpose, so that it may say more often and never less often by half.
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var sorted = Enumerable.Range(0, 2_000).Select(_ => -Math.Log(1 - random.NextDouble())).Order().ToArray();
            var tail = Tail.Fit(sorted);
            foreach (var x in new[] { 6.0, 9.0, 12.0 })
            {
                Assert.True(tail.Exceedance(x) > Math.Exp(-x) / 2, $"seed {seed} x {x}: {tail.Exceedance(x)} against {Math.Exp(-x)}");
            }
        }
    }

    [Fact]
    public void Fit_WhenMoreIsAskedThanTheFattest_ThenItIsTheFattest() =>
        Assert.Equal(Tail.FattestShape, Tail.Fit([.. Enumerable.Range(0, 500).Select(i => (double)i)], Tail.FattestShape + 0.05).Shape);

    [Fact]
    public void Fit_WhenTooFew_ThenNothingIsExtrapolated() => Assert.Equal(0, Tail.Fit([1, 2]).Scale);

    [Fact]
    public void Exceedance_WhenFurtherOut_ThenItFalls()
    {
        var tail = new Tail(Threshold: 2, Share: 0.1, Scale: 1, Shape: 0.2);
        Assert.Equal(0.1, tail.Exceedance(2), 12);
        Assert.Equal(0.1 * Math.Pow(1 + 0.2 * 3, -5), tail.Exceedance(5), 12); // by hand
    }
}
