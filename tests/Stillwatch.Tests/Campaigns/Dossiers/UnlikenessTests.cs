using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Dossiers;

public sealed class UnlikenessTests
{
    private const int Honest = 40;

    [Fact]
    public void Kernel_WhenItAsksWhereNobodyDoes_ThenNoHonestAccountLiesAsFar()
    {
        var unlikeness = Population(out var alike, out var foreign);
        Assert.Equal((0, Honest), (unlikeness.Of(foreign).AsFar, unlikeness.Of(foreign).Compared));
        Assert.InRange(unlikeness.Of(alike).AsFar, Honest / 20, Honest);
        Assert.InRange(unlikeness.Of(alike).Distance, -0.05, 0.05); // unbiased: two draws from one source
        Assert.True(unlikeness.Of(foreign).Distance > 0.1);
    }

    [Fact]
    public void Kernel_WhenThereWereFewRequests_ThenNothingIsSaid() =>
        Assert.Equal(0, Population(out _, out _).Of(new TopicSample(8)).Compared);

    [Fact]
    public void Novel_WhenOthersAskedThereBefore_ThenItIsNot()
    {
        var unlikeness = new Unlikeness([1]);
        var (here, there) = (At(0, 1), At(1, 2));
        Assert.True(unlikeness.Observe(1, null, here));
        Assert.True(unlikeness.Observe(1, null, here)); // its own
        Assert.False(unlikeness.Observe(2, null, here));
        Assert.True(unlikeness.Observe(2, null, there));
        Assert.Equal(0.75, unlikeness.NovelOfAll);
    }

    [Fact]
    public void Sample_WhenRequestsComeInAnyOrder_ThenItIsTheSame()
    {
        var stream = Samples.Stream(300, (ref ExchangeFeatures f, int i) => f = At(i % 32, (ulong)i));
        var (forward, backward) = (new TopicSample(64), new TopicSample(64));
        foreach (var i in Enumerable.Range(0, 300))
        {
            forward.Add(stream[i]);
            backward.Add(stream[299 - i]);
        }

        Assert.Equal(64, forward.Topics.Count);
        Assert.Equal(forward.Topics.Select(topic => topic[..].ToArray()), backward.Topics.Select(topic => topic[..].ToArray()));
    }

    private static Unlikeness Population(out TopicSample alike, out TopicSample foreign)
    {
        var random = new Random(3);
        var unlikeness = new Unlikeness(Enumerable.Range(0, Honest));
        (alike, foreign) = (new TopicSample(128), new TopicSample(128));
        ulong body = 1;
        for (var i = 0; i < Honest * 60; i++)
        {
            var features = At(random.Next(16), body++);
            unlikeness.Observe(i % Honest, null, features);
            features = At(random.Next(16), body++);
            alike.Add(features);
            features = At(16 + random.Next(2), body++);
            foreign.Add(features);
        }

        return unlikeness;
    }

    private static ExchangeFeatures At(int topic, ulong body)
    {
        var features = new ExchangeFeatures { At = Samples.Start, Body = body };
        features.Topic[topic] = 127;
        return features;
    }
}
