using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedAddressTests : LinkLaws
{
    private protected override string Name => "shared-address";

    [Fact]
    public void Values_WhenTheAddressIsOneAndProgramsDiffer_ThenItIsShared() =>
        Assert.Single(
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

    [Fact]
    public void Values_WhenNoAddressIsKnown_ThenThereIsNone() =>
        Assert.Empty(Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) => f.Address = 0)));
}
