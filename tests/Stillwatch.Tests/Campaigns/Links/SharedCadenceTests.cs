using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedCadenceTests : LinkLaws
{
    private protected override string Name => "shared-cadence";

    [Fact]
    public void Values_WhenBeganTogetherAtOnePace_ThenOneIsShared() => Assert.NotEmpty(
        Values(Samples.Stream(96, (ref ExchangeFeatures f, int i) => { })).Intersect(Values(Samples.Stream(100, (ref ExchangeFeatures f, int i) => { }))));

    [Fact]
    public void Values_WhenOneConverses_ThenItHasNone() =>
        Assert.Empty(Values(Samples.Stream(100, (ref ExchangeFeatures f, int i) => f.Traits = i == 50 ? ExchangeTraits.FollowUp : 0)));

    [Fact]
    public void Values_WhenOneIsTwiceAsFast_ThenNoneIsShared() => Assert.Empty(
        Values(Samples.Stream(100, (ref ExchangeFeatures f, int i) => { })).Intersect(Values(Samples.Stream(220, (ref ExchangeFeatures f, int i) => { }))));
}
