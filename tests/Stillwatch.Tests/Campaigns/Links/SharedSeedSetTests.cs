using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedSeedSetTests : LinkLaws
{
    private protected override string Name => "shared-seed-set";

    [Fact]
    public void Values_WhenTheRequestsAreOne_ThenTheyAreShared() =>
        Assert.NotEmpty(
            Values(Samples.Stream(12, (ref ExchangeFeatures f, int i) =>
                    {
                        f.Words = 20;
                        f.Body = (ulong)i + 1;
                    }))
                .Intersect(Values(Samples.Stream(12, (ref ExchangeFeatures f, int i) =>
                        {
                            f.Words = 20;
                            f.Body = (ulong)i + 1;
                        })))
        );

    [Fact]
    public void Values_WhenOnlyGreetingsAreOne_ThenNoneIsOffered() =>
        Assert.Empty(Values(Samples.Stream(12, (ref ExchangeFeatures f, int i) =>
                {
                    f.Words = 1;
                    f.Body = 9;
                })));
}
