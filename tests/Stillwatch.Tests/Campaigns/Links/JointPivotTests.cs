using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class JointPivotTests : LinkLaws
{
    private protected override string Name => "joint-pivot";

    [Fact]
    public void Values_WhenBothTurnWithinTheSameHours_ThenTheyAreShared() =>
        Assert.Single(Values(Turning(200, 100)).Intersect(Values(Turning(100, 50))));

    [Fact]
    public void Values_WhenOneTurnsADayLater_ThenNoneIsShared() =>
        Assert.Empty(Values(Turning(200, 100)).Intersect(Values(Turning(200, 150))));

    [Fact]
    public void Values_WhenItUsedOneModelFromTheFirstDayOn_ThenThereAreNone() => Assert.Empty(Values(Turning(100, 0)));

    private static ExchangeFeatures[] Turning(int count, int at) =>
        Samples.Stream(count, (ref ExchangeFeatures f, int i) => f.Model = i < at ? 7UL : 9UL);
}
