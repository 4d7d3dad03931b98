using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class SeedSetWalkTests : DetectorLaws
{
    private protected override string Name => "seed-set-walk";

    [Fact]
    public void Read_WhenEveryTaskIsFreshRoundTheClock_ThenItSpeaksFarOverPeople()
    {
        var walk = Samples.Stream(400, (ref ExchangeFeatures f, int i) =>
        {
            f.Body = f.Skeleton = f.Opening = (ulong)i + 1;
        });
        var person = Samples.Stream(400, (ref ExchangeFeatures f, int i) =>
        {
            f.Body = f.Skeleton = f.Opening = (ulong)(i * 2 / 3) + 1;
            f.Traits = i % 4 == 0 ? ExchangeTraits.FollowUp : 0;
        });
        Assert.True(Raw(walk) > 10, $"walk {Raw(walk)}");
        Assert.True(Raw(person) < 0.5, $"person {Raw(person)}");
    }

    [Fact]
    public void Read_WhenOneTemplateIsFilled_ThenItIsSilent() => Assert.True(Raw(Samples.Stream(400, (ref ExchangeFeatures f, int i) =>
                {
                    f.Body = (ulong)i + 1;
                    f.Opening = 9;
                    f.Skeleton = 9;
                })) < 0.5);

    [Fact]
    public void Read_WhenTheRunIsOverWithinTheHour_ThenItSaysLessThanRoundTheClock()
    {
        var burst = Samples.Stream(400, (ref ExchangeFeatures f, int i) =>
        {
            f.Body = f.Skeleton = f.Opening = (ulong)i + 1;
            f.At = new EventTime(Samples.Start.Micros + i * EventTime.Second);
        });
        var steady = Samples.Stream(400, (ref ExchangeFeatures f, int i) =>
        {
            f.Body = f.Skeleton = f.Opening = (ulong)i + 1;
        });
        Assert.True(Raw(burst) < Raw(steady) / 3);
    }
}
