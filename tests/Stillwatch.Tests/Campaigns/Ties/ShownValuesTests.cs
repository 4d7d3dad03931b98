using Stillwatch.Campaigns.Ties;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Ties;

public sealed class ShownValuesTests
{
    [Fact]
    public void Add_WhenOneLinkShowsEverNewValues_ThenOthersHaveRoomAllTheSame()
    {
        var shown = new ShownValues();
        Assert.Equal(ShownValues.MostOfLink, Enumerable.Range(1, 1_000).Count(address => shown.Add(3, (ulong)address) != 0));
        for (var link = 4; link < 7; link++)
        {
            Assert.NotEqual(0u, shown.Add(link, 77));
        }
    }

    [Fact]
    public void Add_WhenAllLinksShowEverNewValues_ThenThereIsAnEnd()
    {
        var shown = new ShownValues();
        for (var value = 1UL; value < 4_000; value++)
        {
            shown.Add((int)(value % 16), value);
        }

        Assert.Equal(ShownValues.Most, shown.Marks.Length);
        Assert.Equal(16 * ShownValues.MostOfLink, shown.Marks.Length); // each had its own room
    }

    [Fact]
    public void Add_WhenTheValueIsThere_ThenItIsNotAddedAgain()
    {
        var shown = new ShownValues();
        var mark = shown.Add(2, 5);
        Assert.Equal(2, ShownValues.LinkOf(mark));
        Assert.Equal(0u, shown.Add(2, 5));
        Assert.NotEqual(0u, shown.Add(1, 5));
    }
}
