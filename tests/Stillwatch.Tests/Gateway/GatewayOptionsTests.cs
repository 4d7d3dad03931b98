using Stillwatch.Gateway;
using Stillwatch.Gateway.Admit;
using Xunit;

namespace Stillwatch.Tests.Gateway;

public sealed class GatewayOptionsTests
{
    private static readonly GatewayOptions Options = new()
    {
        Upstreams = [],
        Prices = [new("big-1", 3, 15), new("big-*", 2, 10), new("dear", 1_000_000, 1_000_000)],
    };

    [Theory]
    [InlineData("big-1", 100, 10, 3 * 100 + 15 * 10)] // the exact name stands first
    [InlineData("big-2", 100, 10, 2 * 100 + 10 * 10)]
    [InlineData("big", 100, 10, 0)]
    [InlineData("BIG-1", 100, 10, 0)]
    [InlineData(null, 100, 10, 0)]
    [InlineData("big-1", 0, 0, 0)]
    [InlineData("dear", long.MaxValue, long.MaxValue, Need.Most)] // however much, thousands of such still fit
    public void Cost_WhenAModelHasAPrice_ThenItIsThatOfTheFirstThatFits(string? model, long input, long output, long cost) =>
        Assert.Equal(cost, Options.Cost(model, input, output));

    [Theory]
    [InlineData(15, 1, 1)]
    [InlineData(15, 7, 2)]
    [InlineData(15, 100, 15)]
    [InlineData(0, 100, 0)]
    public void Cost_WhenItIsNoWholeNumber_ThenItIsRoundedUp(int hundredths, long tokens, long cost) =>
        Assert.Equal(cost, (Options with { Prices = [new("m", 0, hundredths / 100m)] }).Cost("m", 50, tokens));
}
