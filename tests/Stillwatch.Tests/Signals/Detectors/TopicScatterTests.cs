using Stillwatch.Features;
using Stillwatch.Signals.Detectors;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class TopicScatterTests : DetectorLaws
{
    private protected override string Name => "topic-scatter";

    [Fact]
    public void Read_WhenPromptsShareNothing_ThenItSpeaksOverOneSubject()
    {
        var random = new Random(3);
        Assert.True(Raw(Samples.Stream(900, (ref ExchangeFeatures f, int i) => Samples.Topic(ref f, random, spread: 100))) > 2);
    }

    [Fact]
    public void Read_WhenOneSubject_ThenItIsSilent() =>
        Assert.True(Raw(Samples.Stream(900, (ref ExchangeFeatures f, int i) => Samples.Topic(ref f, new Random(1), spread: 100))) < 0);

    [Fact]
    public void Likeness_WhenHalvesOfOneSourceAndOfTwo_ThenTheyAreToldApart()
    {
        ExchangeFeatures[] Source(int subject, int seed)
        {
            var random = new Random(seed);
            return Samples.Stream(300, (ref ExchangeFeatures f, int i) =>
            {
                Samples.Topic(ref f, random, spread: 60);
                f.Topic[subject] = 100;
            });
        }

        TopicScatter.State State(ExchangeFeatures[] stream)
        {
            TopicScatter.State state = default;
            foreach (ref readonly var features in stream.AsSpan())
            {
                TopicScatter.Observe(ref state, features);
            }

            return state;
        }

        Assert.True(TopicScatter.Likeness(State(Source(3, 1)), State(Source(3, 2))).Cosine > 0.9);
        Assert.True(TopicScatter.Likeness(State(Source(3, 1)), State(Source(8, 2))).Cosine < 0.3);
        Assert.True(
            TopicScatter.Likeness(State(Source(3, 1)), State(Source(3, 2))).Error
                < TopicScatter.Likeness(State(Source(3, 1)[..30]), State(Source(3, 2))).Error
        );
        Assert.True(double.IsNaN(TopicScatter.Likeness(State(Source(3, 1)[..5]), State(Source(8, 2))).Cosine));
    }
}
