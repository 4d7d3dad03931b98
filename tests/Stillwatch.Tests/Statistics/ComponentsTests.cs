using Stillwatch.Statistics;
using Xunit;

namespace Stillwatch.Tests.Statistics;

public sealed class ComponentsTests
{
    [Fact]
    public void Of_WhenPairsConnectNumbers_ThenEachComponentIsOne_InTheOrderOfTheNumbers()
    {
        var components = Components.Of([7, 3, 9, 1, 4, 2], [(3, 1), (9, 2), (1, 4), (4, 3)]);
        Assert.Equal(
            [
                [7],
                [3, 1, 4],
                [9, 2],
            ],
            components.Select(component => component.ToArray())
        );
    }

    /// <summary>A chain, which is the deepest that a component can be.</summary>
    [Fact]
    public void Of_WhenTheyAreAChainOfMany_ThenTheyAreOne()
    {
        var numbers = Enumerable.Range(0, 50_000).ToList();
        Assert.Single(Components.Of(numbers, numbers.Skip(1).Select(number => (number, number - 1))));
        Assert.Equal(numbers.Count, Components.Of(numbers, []).Count());
    }
}
