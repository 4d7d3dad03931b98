using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class SamplingHabitsTests : DetectorLaws
{
    private protected override string Name => "sampling-habits";

    [Fact]
    public void Read_WhenLogProbabilitiesAreAskedForAgainAndAgain_ThenItSpeaks() =>
        Assert.True(Raw(Samples.Stream(300, (ref ExchangeFeatures f, int i) => f.Traits = ExchangeTraits.LogProbabilities)) > 50);

    [Fact]
    public void Read_WhenSeveralAnswersAreAskedForOnce_ThenItIsSilent() =>
        Assert.True(Raw(Samples.Stream(300, (ref ExchangeFeatures f, int i) => f.Traits = i == 7 ? ExchangeTraits.SeveralAnswers : 0)) < 0);
}
