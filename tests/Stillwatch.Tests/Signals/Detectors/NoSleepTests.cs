using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class NoSleepTests : DetectorLaws
{
    private protected override string Name => "no-sleep";

    [Fact]
    public void Read_WhenEveryHourIsBusy_ThenItSpeaks() =>
        Assert.True(Raw(Samples.Stream(1000, (ref ExchangeFeatures f, int i) => { })) > 8);

    [Fact]
    public void Read_WhenNightsAreQuiet_ThenItIsSilent() =>
        Assert.Equal(
            0,
            Raw(
                Samples.Stream(1000, (ref ExchangeFeatures f, int i) =>
                    f.At = new EventTime(Samples.Start.Micros + i % 12 * EventTime.Day + (8 + i % 12) * EventTime.Hour)
                )
            )
        );
}
