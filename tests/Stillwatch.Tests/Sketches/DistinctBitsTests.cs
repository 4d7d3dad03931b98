using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Sketches;

public sealed class DistinctBitsTests
{
    [Theory]
    [InlineData(1, 0.001)]
    [InlineData(100, 0.05)]
    [InlineData(2_000, 0.06)]
    [InlineData(10_000, 0.16)]
    public void Estimate_WhenSoManyDistinctValuesCame_ThenItIsWithinThreeErrors(int distinct, double error)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            DistinctBits bits = default;
            for (var i = 0; i < distinct; i++)
            {
                bits.Add(KeyedHash.Mix((ulong)(seed * 1_000_003 + i)));
                bits.Add(KeyedHash.Mix((ulong)(seed * 1_000_003 + i)));
            }

            Assert.InRange(bits.Estimate(), distinct * (1 - error), distinct * (1 + error));
        }
    }

    [Fact]
    public void Estimate_WhenFull_ThenItIsTheMost()
    {
        DistinctBits bits = default;
        for (var i = 0UL; i < 200_000; i++)
        {
            bits.Add(i);
        }

        Assert.Equal(DistinctBits.Most, bits.Estimate());
    }
}
