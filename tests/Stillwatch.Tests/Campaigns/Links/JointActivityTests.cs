using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class JointActivityTests : LinkLaws
{
    private protected override string Name => "joint-activity";

    [Fact]
    public void Compare_WhenTwoAreBusyInTheSameHours_ThenItSpeaksForThem() =>
        Assert.True(Compare(Run(Working(60, 0)), Run(Working(50, 0))) > 10);

    [Fact]
    public void Compare_WhenOneWorksWhileTheOtherRests_ThenItSpeaksAgainst() =>
        Assert.True(Compare(Run(Working(60, 0)), Run(Working(60, 12 * EventTime.Hour))) < -20);

    [Fact]
    public void Compare_WhenLittleWasSeen_ThenItSaysLittle() => Assert.InRange(Compare(Run(Working(1, 0)), Run(Working(1, 0))), 0, 6);

    [Fact]
    public void Values_WhenTwoCameToAsManyAtAboutTheSameTime_ThenTheyAreHeldAgainstEachOther() =>
        Assert.NotEmpty(Values(Working(60, 0)).Intersect(Values(Working(62, 0))));

    [Fact]
    public void Compare_WhenBothDoAsEverybodyDoes_ThenItSaysNothing() =>
        Assert.InRange(Subject.Compare(Run(Working(60, 0)), Run(Working(50, 0)), Background(Working(500, 0))), -1, 1);

    [Fact]
    public void Compare_WhenBothOnlyLiveInOneTimeZone_ThenItSaysNothing() =>
        Assert.True(Compare(Run(Daily(60, 1)), Run(Daily(60, 2))) < 0.001);

    [Fact]
    public void Values_WhenFewExchanges_ThenThereAreNone() => Assert.Empty(Values(Working(11, 0)));

    [Fact]
    public void Compare_WhenOneEndedARoundEarlier_ThenItsWindowsAreNotTakenForTheOthers() =>
        Assert.True(Compare(Run(Working(60, 0)), Run(Working(60, 36 * EventTime.Day))) < 0.001);

    /// <summary>Busy in one quarter of the day, on days drawn from all.</summary>
    private static ExchangeFeatures[] Daily(int count, int seed)
    {
        var random = new Random(seed);
        return Samples.Stream(count, (ref ExchangeFeatures f, int i) =>
            f.At = new EventTime(Samples.Start.Micros + random.Next(36) * EventTime.Day + i * EventTime.Second)
        );
    }

    /// <summary>Busy in the first six hours of each of five days, moved by some time.</summary>
    private static ExchangeFeatures[] Working(int count, long moved) =>
        Samples.Stream(count, (ref ExchangeFeatures f, int i) =>
            f.At = new EventTime(Samples.Start.Micros + moved + i % 5 * EventTime.Day + i * 300 * EventTime.Second)
        );
}
