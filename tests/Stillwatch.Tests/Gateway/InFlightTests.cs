using Stillwatch.Gateway;
using Xunit;

namespace Stillwatch.Tests.Gateway;

public sealed class InFlightTests : IAsyncLifetime
{
    private LiveDeployment _live = null!;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public void Remove_WhenAnyOfThemEnds_ThenTheOthersStayInTheList()
    {
        for (var removed = 0; removed < 4; removed++)
        {
            var (list, all) = (new InFlight(), Some(4));
            all.ForEach(list.Add);
            list.Remove(all[removed]);
            Assert.Equal(all.Where((_, i) => i != removed).Reverse(), list.All());
            Assert.Equal(3, list.Count);
            foreach (var one in all.Where((_, i) => i != removed))
            {
                list.Remove(one);
            }

            Assert.Empty(list.All());
            Assert.Equal(0, list.Count);
        }
    }

    [Fact]
    public async Task All_WhileManyBeginAndEnd_ThenItIsAListOfThoseThatAreThereAndNoneTwice()
    {
        var list = new InFlight();
        var stays = Some(3);
        stays.ForEach(list.Add);
        var done = 0;
        var working = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(() =>
                {
                    var own = Some(5);
                    for (var i = 0; i < 2_000; i++)
                    {
                        own.ForEach(list.Add);
                        own.ForEach(one => list.Remove(one));
                        own.ForEach(one => (one.Before, one.Behind) = (null, null));
                    }

                    Interlocked.Increment(ref done);
                })
            )
            .ToList();
        while (Volatile.Read(ref done) < 4)
        {
            var all = list.All();
            Assert.InRange(all.Count, 3, 23);
            Assert.Equal(all.Count, all.Distinct().Count());
            Assert.Equal(3, all.Count(stays.Contains));
        }

        await Task.WhenAll(working);
        Assert.Equal(Enumerable.Reverse(stays), list.All());
        Assert.Equal(3, list.Count);
    }

    private List<Exchange> Some(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => AnExchange.Of(_live.Running.Gateway.Services, "{}"))];
}
