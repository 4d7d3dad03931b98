using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SeedSetPartitionTests : LinkLaws
{
    private protected override string Name => "seed-set-partition";

    [Fact]
    public void Compare_WhenBothDrawFromOneSet_ThenItSpeaksForThem() => Assert.True(Compare(Run(Part(1, 60, 5)), Run(Part(2, 60, 5))) > 20);

    [Fact]
    public void Compare_WhenTopicsAreOthers_ThenItSpeaksAgainst() => Assert.True(Compare(Run(Part(1, 60, 5)), Run(Part(2, 60, 99))) < 0);

    [Fact]
    public void Compare_WhenBothAskTheSamePrompts_ThenItSaysNothing() => Assert.Equal(0, Compare(Run(Part(1, 60, 5)), Run(Part(1, 60, 5))));

    [Fact]
    public void Compare_WhenBothAskWhatEverybodyAsks_ThenItSaysNothing() =>
        Assert.InRange(Subject.Compare(Run(Part(1, 60, 5)), Run(Part(2, 60, 5)), Background(Part(3, 6_000, 5))), -10, 1);

    [Fact]
    public void ValuesOfSet_WhenTwoBeganTogetherAndAskInOneWay_ThenTheyMeetWhateverTheyCameTo()
    {
        Span<ulong> one = stackalloc ulong[2],
            other = stackalloc ulong[2];
        Assert.Equal(2, Subject.ValuesOfSet(Run(Part(1, 20, 5)), one));
        Assert.Equal(2, Subject.ValuesOfSet(Run(Part(2, 200, 5)), other));
        Assert.True(one.SequenceEqual(other));
    }

    [Fact]
    public void Compare_WhenSetsAreMerged_ThenTheNewcomerIsToldBetter()
    {
        var one = Compare(Run(Part(1, 30, 5)), Run(Part(2, 30, 5)));
        var many = Compare(Run(Part(1, 30, 5)), Run([.. Part(2, 30, 5), .. Part(3, 30, 5), .. Part(4, 30, 5)]));
        Assert.True(many > one);
    }

    [Fact]
    public void Values_WhenFewExchanges_ThenThereAreNone() => Assert.Empty(Values(Part(1, 11, 5)));

    /// <summary>Prompts of one of eight topics, which <paramref name="topics"/> seeds; every body its own.</summary>
    private static ExchangeFeatures[] Part(int seed, int count, int topics)
    {
        var random = new Random(seed);
        return Samples.Stream(count, (ref ExchangeFeatures f, int i) =>
        {
            f.Body = (ulong)random.NextInt64() | 1;
            f.Words = (ushort)(topics % 7 * 20 + 10);
            Samples.Topic(ref f, new Random(topics * 100 + random.Next(8)), 100);
        });
    }
}
