using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedRequestShapeTests : LinkLaws
{
    private protected override string Name => "shared-request-shape";

    [Fact]
    public void Values_WhenShapeAndProgramAreOne_ThenTheyAreShared() =>
        Assert.Single(
            Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) =>
                    {
                        f.RequestShape = 5;
                        f.UserAgent = 1;
                        f.Body = (ulong)i + 1;
                        f.Address = 1;
                    }))
                .Intersect(Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) =>
                        {
                            f.RequestShape = 5;
                            f.UserAgent = 1;
                            f.Body = (ulong)i + 1;
                            f.Address = 2;
                        })))
        );

    [Fact]
    public void Values_WhenTheShapeIsAnother_ThenNoneIsShared() =>
        Assert.Empty(
            Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) =>
                    {
                        f.RequestShape = 5;
                        f.UserAgent = 1;
                        f.Body = (ulong)i + 1;
                    }))
                .Intersect(Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) =>
                        {
                            f.RequestShape = 6;
                            f.UserAgent = 1;
                            f.Body = (ulong)i + 1;
                        })))
        );

    [Fact]
    public void Values_WhenOneRequestCameAgainAndAgain_ThenItIsNoShape() =>
        Assert.Empty(Values(Samples.Stream(10, (ref ExchangeFeatures f, int i) =>
                {
                    f.RequestShape = 5;
                    f.Body = 1;
                })));
}
