using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class JointThrottleTests : LinkLaws
{
    private protected override string Name => "joint-throttle";

    [Fact]
    public void Values_WhenBothAreToldToWaitWithinAMinute_ThenItIsShared() =>
        Assert.Single(Values(Throttled(40)).Intersect(Values(Throttled(40, 55))));

    [Fact]
    public void Values_WhenTheyAreToldToWaitAtOtherTimes_ThenNoneIsShared() =>
        Assert.Empty(Values(Throttled(40)).Intersect(Values(Throttled(41, 42))));

    [Fact]
    public void Values_WhenAServerFailsOtherwise_ThenThereAreNone() =>
        Assert.Empty(Values(Samples.Stream(60, (ref ExchangeFeatures f, int _) => f.Traits |= ExchangeTraits.Failed)));

    [Fact]
    public void Values_WhenItIsToldToWaitAllTheTime_ThenTheEarliestMinutesStand() =>
        Assert.Equal(Values(Throttled([.. Enumerable.Range(0, 4)])), Values(Throttled([.. Enumerable.Range(0, 60)])));

    private static ExchangeFeatures[] Throttled(params int[] at) =>
        Samples.Stream(60, (ref ExchangeFeatures f, int i) =>
            f.Traits = at.Contains(i) ? f.Traits | ExchangeTraits.Failed | ExchangeTraits.Throttled : f.Traits
        );
}
