using Stillwatch.Exchanges;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class ExchangeFeaturesTests
{
    [Fact]
    public void TopicCell_WhenTriplesSayYesOrNo_ThenTheyAreItsBitsFromTheFirstOn()
    {
        var features = new ExchangeFeatures();
        Assert.Equal(0, features.TopicCell(12));
        features.Topic[0] = 1;
        Assert.Equal((1, 0b1000, 1 << 11), (features.TopicCell(1), features.TopicCell(4), features.TopicCell(12) & 1 << 11));
        features.Topic[10] = 1; // taken off: nothing is left
        Assert.Equal(0, features.TopicCell(4));
        features.Topic[20] = 1;
        Assert.Equal(0b1000, features.TopicCell(4));
        features.Topic[3] = -1;
        features.Topic[13] = -2;
        Assert.Equal(0b1001, features.TopicCell(4));
        features.Topic[31] = 127; // the third of the last triple that there is
        Assert.Equal(1, features.TopicCell(12) & 1);
    }

    [Fact]
    public void TopicCell_WhenTopicsAreDrawnAtRandom_ThenEachBitIsSetHalfTheTimeAndPrefixesAgree()
    {
        var random = new Random(3);
        var set = new int[10];
        for (var run = 0; run < 4_000; run++)
        {
            var features = new ExchangeFeatures();
            for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
            {
                features.Topic[i] = (sbyte)random.Next(-127, 128);
            }

            var cell = features.TopicCell(10);
            for (var bits = 0; bits < 10; bits++)
            {
                Assert.Equal(cell >> (10 - bits), features.TopicCell(bits));
                set[bits] += cell >> bits & 1;
            }
        }

        Assert.All(set, count => Assert.InRange(count, 1_800, 2_200));
    }

    [Fact]
    public void HasTextAndIsAnswered_WhenNothingWasKeptOrHad_ThenTheySaySo()
    {
        Assert.False(new ExchangeFeatures { Skeleton = 1, System = 1 }.HasText);
        Assert.True(new ExchangeFeatures { Body = 1 }.HasText);
        Assert.True(new ExchangeFeatures { Traits = ExchangeTraits.Failed }.IsAnswered);
        Assert.False(new ExchangeFeatures { Traits = ExchangeTraits.Failed | ExchangeTraits.Unanswered }.IsAnswered);
    }

    [Fact]
    public void Has_WhenATraitIsAsked_ThenItIsThatOneAndNoOther()
    {
        foreach (var trait in Enum.GetValues<ExchangeTraits>().Where(trait => trait != ExchangeTraits.None))
        {
            var features = new ExchangeFeatures { Traits = trait };
            Assert.Equal([trait], Enum.GetValues<ExchangeTraits>().Where(features.Has));
        }
    }
}
