using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Ties;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Ties;

public sealed class SetIndexTests
{
    [Fact]
    public void Of_WhenSetsStandUnderOneValue_ThenTheLatestAreFoundOnceEach()
    {
        var index = new SetIndex(new Checkpoint());
        for (var account = 0; account <= SetIndex.MostMet; account++)
        {
            index.Add(7, account);
            index.Add(7, account);
        }

        Assert.Equal(Enumerable.Range(1, SetIndex.MostMet), index.Of(7));
        Assert.Empty(index.Of(8));
    }

    [Fact]
    public void Load_WhenSaved_ThenTheSameAreFound()
    {
        var checkpoint = new Checkpoint();
        var index = new SetIndex(checkpoint);
        index.Add(7, 3);
        index.Add(9, 4);
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            checkpoint.Begin(writer);
            index.Add(9, 5); // after it began: no part of it
            Assert.True(checkpoint.Continue());
        }

        stream.Position = 0;
        var again = new Checkpoint();
        var loaded = new SetIndex(again);
        again.Load(new BinaryReader(stream));
        Assert.Equal([3], loaded.Of(7));
        Assert.Equal([4], loaded.Of(9));
        Assert.Equal([4, 5], index.Of(9));
    }
}
