using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedTemplateTests : LinkLaws
{
    private protected override string Name => "shared-template";

    [Fact]
    public void Values_WhenOneClosingComesWithDifferentRequests_ThenItIsShared() =>
        Assert.Single(Values(Template(1)).Intersect(Values(Template(2))));

    [Fact]
    public void Values_WhenOneRequestIsRepeated_ThenItIsNoTemplate() =>
        Assert.Empty(Values(Samples.Stream(40, (ref ExchangeFeatures f, int i) =>
                {
                    f.Words = 30;
                    f.Body = 5;
                    f.Opening = 6;
                    f.Closing = 7;
                })));

    private static ExchangeFeatures[] Template(ulong account) => Samples.Stream(8, (ref ExchangeFeatures f, int i) =>
        {
            f.Words = 30;
            f.Body = f.Opening = account * 1000 + (ulong)i;
            f.Closing = 77;
        });
}
