using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class OutputAppetiteTests : DetectorLaws
{
    private protected override string Name => "output-appetite";

    [Fact]
    public void Read_WhenEveryAnswerIsLong_ThenItSpeaks() =>
        Assert.True(Raw(Samples.Stream(300, (ref ExchangeFeatures f, int i) => f.OutputTokens = 2048)) > 50);

    [Fact]
    public void Read_WhenAnswersAreAWord_ThenItIsSilent() =>
        Assert.True(Raw(Samples.Stream(300, (ref ExchangeFeatures f, int i) => f.OutputTokens = 3)) < 0);
}
