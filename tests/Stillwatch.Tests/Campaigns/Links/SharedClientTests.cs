using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedClientTests : LinkLaws
{
    private protected override string Name => "shared-client";

    [Fact]
    public void Values_WhenAddressAndProgramAreOne_ThenTheyAreShared() =>
        Assert.Single(
            Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) =>
                    {
                        f.Address = 7;
                        f.UserAgent = 1;
                    }))
                .Intersect(Values(Samples.Stream(9, (ref ExchangeFeatures f, int i) =>
                        {
                            f.Address = 7;
                            f.UserAgent = 1;
                        })))
        );

    [Fact]
    public void Values_WhenOnlyTheAddressIsOne_ThenNoneIsShared() =>
        Assert.Empty(
            Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) =>
                    {
                        f.Address = 7;
                        f.UserAgent = 1;
                    }))
                .Intersect(Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) =>
                        {
                            f.Address = 7;
                            f.UserAgent = 2;
                        })))
        );
}
