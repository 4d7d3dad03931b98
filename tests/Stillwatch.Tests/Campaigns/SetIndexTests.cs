using Stillwatch.Campaigns;
using Xunit;

namespace Stillwatch.Tests.Campaigns;

public sealed class SetIndexTests
{
    [Fact]
    public void Of_WhenSetsStandUnderOneValue_ThenTheLatestAreFoundOnceEach()
    {
        var index = new SetIndex();
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
        var index = new SetIndex();
        index.Add(7, 3);
        index.Add(9, 4);
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            index.Save(writer);
        }

        stream.Position = 0;
        var loaded = new SetIndex();
        loaded.Load(new BinaryReader(stream));
        Assert.Equal([3], loaded.Of(7));
        Assert.Equal([4], loaded.Of(9));
    }
}
