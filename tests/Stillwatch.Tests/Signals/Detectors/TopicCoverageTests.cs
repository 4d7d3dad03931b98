using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class TopicCoverageTests : DetectorLaws
{
    private protected override string Name => "topic-coverage";

    [Fact]
    public void Read_WhenTopicsAreEverywhere_ThenItSpeaksOverOneSubject()
    {
        var random = new Random(3);
        var wide = Samples.Stream(400, (ref ExchangeFeatures f, int i) => Samples.Topic(ref f, random, spread: 100));
        var narrow = Samples.Stream(400, (ref ExchangeFeatures f, int i) => Samples.Topic(ref f, new Random(1), spread: 100));
        Assert.True(Raw(wide) > 5 * Raw(narrow));
    }

    [Fact]
    public void Read_WhenOneSubject_ThenItIsSilent() =>
        Assert.True(Raw(Samples.Stream(400, (ref ExchangeFeatures f, int i) => Samples.Topic(ref f, new Random(1), spread: 100))) < 0.1);
}
