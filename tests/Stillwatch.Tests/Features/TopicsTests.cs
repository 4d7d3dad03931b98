using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class TopicsTests
{
    [Fact]
    public void Of_WhenPromptsShareWords_ThenTheyLieCloserThanOthers()
    {
        var bread = FeaturesOf.Prompt("How long does sourdough bread need in the kitchen oven before the bakery opens?");
        var oven = FeaturesOf.Prompt("Which kitchen oven bakes sourdough bread best for a bakery?");
        var train = FeaturesOf.Prompt("When does the railway tunnel under the glacier open for passengers?");
        Assert.True(Cosine(bread, oven) > 0.5, $"{Cosine(bread, oven)}");
        Assert.True(Cosine(bread, train) < 0.35, $"{Cosine(bread, train)}");
    }

    [Fact]
    public void Of_WhenThereIsText_ThenTheVectorHasUnitLength()
    {
        foreach (var prompt in new[] { "bridges", "怎样清洗灯笼", "A longer prompt about several harbours and one market" })
        {
            var features = FeaturesOf.Prompt(prompt);
            Assert.InRange(Math.Sqrt(Dot(features, features)), 118, 136);
        }
    }

    [Fact]
    public void Of_WhenThereIsNone_ThenItIsZero()
    {
        var features = FeaturesOf.Prompt("? !");
        Assert.Equal(0, Dot(features, features));
    }

    private static double Cosine(in ExchangeFeatures a, in ExchangeFeatures b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(in ExchangeFeatures a, in ExchangeFeatures b)
    {
        var sum = 0.0;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            sum += a.Topic[i] * b.Topic[i];
        }

        return sum;
    }
}
