using Stillwatch.Corpora;
using Xunit;

namespace Stillwatch.Tests.Corpora;

public sealed class CorpusUseTests
{
    [Fact]
    public void Observe_WhenItemsAreAskedAgainAndOfOtherModels_ThenItemsAndModelsCountOnce()
    {
        var use = new CorpusUse(3);
        for (var i = 0; i < 100; i++)
        {
            use.Observe(new(3, i % 10), (ulong)(i % 4), isPrompt: i % 2 == 0);
        }

        use.Observe(new(3, Corpus.MostTracked + 5), 1, isPrompt: false); // not followed, counted
        Assert.Equal((101L, 50L, 10, 4), (use.Exchanges, use.Prompts, use.Asked, use.Models));
    }

    [Fact]
    public void Observe_WhenThereAreManyModels_ThenEightAreTold()
    {
        var use = new CorpusUse(1);
        for (var i = 0; i < 50; i++)
        {
            use.Observe(new(1, 0), (ulong)i, isPrompt: true);
        }

        Assert.Equal(8, use.Models);
    }

    [Fact]
    public void Save_WhenLoaded_ThenItIsTheSame()
    {
        var use = DealingTests.Use([1, 5, 4000, 8191], corpus: 9);
        using var stream = new MemoryStream();
        use.Save(new BinaryWriter(stream));
        stream.Position = 0;
        var loaded = CorpusUse.Load(new BinaryReader(stream));
        Assert.Equal(
            (use.Corpus, use.Exchanges, use.Prompts, use.Asked, use.Models),
            (loaded.Corpus, loaded.Exchanges, loaded.Prompts, loaded.Asked, loaded.Models)
        );
        Assert.Equal(use.Items.ToArray(), loaded.Items.ToArray());
    }
}
