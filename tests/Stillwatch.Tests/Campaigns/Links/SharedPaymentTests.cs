using Xunit;

namespace Stillwatch.Tests.Campaigns.Links;

public sealed class SharedPaymentTests : LinkLaws
{
    private protected override string Name => "shared-payment";

    [Fact]
    public void Values_WhenTheCardIsOne_ThenTheyAreOne() => Assert.Equal(Values([]), Values([]));

    [Fact]
    public void Values_WhenNoCardIsKnown_ThenThereIsNone() => Assert.Equal([0UL], Values([], Facts with { Payment = 0 }));
}
