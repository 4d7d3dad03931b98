using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedSystemPromptTests : LinkLaws
{
    private protected override string Name => "shared-system-prompt";

    [Fact]
    public void Values_WhenTheSystemPromptIsOne_ThenItIsShared() =>
        Assert.Single(
            Values(Samples.Stream(40, (ref ExchangeFeatures f, int i) =>
                    {
                        f.Body = (ulong)i + 1;
                        f.System = 3;
                    }))
                .Intersect(Values(Samples.Stream(40, (ref ExchangeFeatures f, int i) =>
                        {
                            f.Body = (ulong)i + 900;
                            f.System = 3;
                        })))
        );

    [Fact]
    public void Values_WhenThereIsNone_ThenNoneIsOffered() =>
        Assert.Empty(Values(Samples.Stream(40, (ref ExchangeFeatures f, int i) => f.System = 0)));
}
