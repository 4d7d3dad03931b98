using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Ties;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Ties;

public sealed class BlockingIndexTests
{
    [Fact]
    public void Offer_WhenManyHoldAValue_ThenItWeighsLessForEachDoublingFromEightOn()
    {
        var index = new BlockingIndex([10f], new Checkpoint());
        List<(int Other, float Bits, float Total)> shared = [];
        var bits = new List<float>();
        for (var account = 0; account < 40; account++)
        {
            shared.Clear();
            index.Offer(account, 0, LinkFamily.Network, 7, 0, shared);
            bits.Add(shared.Count == 0 ? 0 : shared[0].Bits);
        }

        Assert.Equal((0f, 10f, 10f), (bits[0], bits[1], bits[7]));
        Assert.Equal(9, bits[15], 3);
        Assert.Equal(8, bits[31], 3);
        Assert.Equal(16, shared.Count); // held against the latest sixteen only
    }

    [Fact]
    public void Between_WhenLinksOfOneFamilyAndOfTwo_ThenTheBestOfEachFamilyCounts()
    {
        var index = new BlockingIndex([10f, 12f, 5f], new Checkpoint());
        List<(int, float, float)> shared = [];
        foreach (var account in new[] { 0, 1 })
        {
            index.Offer(account, 0, LinkFamily.Network, 1, 0, shared);
            index.Offer(account, 1, LinkFamily.Network, 2, 0, shared);
            index.Offer(account, 2, LinkFamily.Time, 3, 0, shared);
        }

        Assert.Equal(17, index.Between(0, 1).Total);
        Assert.Equal(17, index.Between(1, 0).Total);
        Assert.Equal(0, index.Between(0, 5).Total);
    }
}
