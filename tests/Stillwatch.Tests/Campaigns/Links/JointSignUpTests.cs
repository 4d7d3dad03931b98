using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class JointSignUpTests : LinkLaws
{
    private const int LongAgo = 60,
        Now = 1; // days before the first exchange

    private protected override string Name => "joint-sign-up";

    [Fact]
    public void Compare_WhenBothWereMadeInTheSameDaysLongBeforeTheyWereUsed_ThenItSpeaksForThem() =>
        Assert.True(Compare(Made(LongAgo, 1), Made(LongAgo, 1)) > 3);

    [Fact]
    public void Compare_WhenTwoGroupsWereMadeAtOtherTimes_ThenItSpeaksAgainst() =>
        Assert.True(Compare(Made(LongAgo, 12), Made(LongAgo + 40, 12)) < -10);

    [Fact]
    public void Compare_WhenBothWereUsedAtOnce_ThenItIsLeftToWhenTheyAreBusy() => Assert.Equal(0, Compare(Made(Now, 12), Made(Now, 12)));

    [Fact]
    public void Compare_WhenMostAccountsWereMadeThen_ThenItSaysLess()
    {
        var (cells, logarithms) = (new ulong[Subject.BackgroundCells], new double[Subject.BackgroundCells]);
        for (var i = 0; i < 1_000; i++)
        {
            Subject.BeginBackground(cells, FactsOf(LongAgo));
        }

        Subject.ReadBackground(cells, logarithms);
        Assert.InRange(Subject.Compare(Made(LongAgo, 1), Made(LongAgo, 1), logarithms), -0.5, 0.5);
    }

    [Fact]
    public void Compare_WhenOneWasMadeAtAnUnknownTime_ThenItSaysNothing() => Assert.Equal(0, Compare(Made(LongAgo, 1), Run([])));

    [Fact]
    public void Begin_WhenTheProviderKnowsBetter_ThenWhatItKnewBeforeIsForgotten()
    {
        var state = Made(LongAgo, 1);
        Subject.Begin(state, FactsOf(LongAgo + 40));
        Assert.Equal(Made(LongAgo + 40, 1), state);
    }

    [Fact]
    public void Values_WhenTwoWereMadeWithinADay_ThenTheyAreHeldAgainstEachOther()
    {
        ulong[] Offered(int days)
        {
            var values = new ulong[ILink<byte>.MostValues];
            return values[..Subject.Values(Made(days, 1), FactsOf(days), values)];
        }

        Assert.NotEmpty(Offered(LongAgo).Intersect(Offered(LongAgo + 1)));
        Assert.Empty(Offered(LongAgo).Intersect(Offered(LongAgo + 9)));
    }

    private static AccountFacts FactsOf(int days) => Facts with { Created = new EventTime(Samples.Start.Micros - days * EventTime.Day) };

    /// <summary>The merge of so many accounts, made so many days before their first exchange.</summary>
    private byte[] Made(int days, int accounts)
    {
        var merged = new byte[Subject.Size];
        for (var i = 0; i < accounts; i++)
        {
            var one = new byte[Subject.Size];
            Subject.Begin(one, FactsOf(days));
            foreach (var features in Samples.Stream(20, (ref ExchangeFeatures _, int _) => { }))
            {
                Subject.Observe(one, features);
            }

            Subject.Merge(merged, one);
        }

        return merged;
    }
}
