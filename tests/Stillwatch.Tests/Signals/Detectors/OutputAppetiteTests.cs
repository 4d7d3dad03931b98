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

    [Fact]
    public void Read_WhenNothingWasAnswered_ThenNothingIsSaidOfAnswers()
    {
        static void Refused(ref ExchangeFeatures f, int i) =>
            (f.OutputTokens, f.Traits) = (0, Stillwatch.Exchanges.ExchangeTraits.Unanswered);
        Assert.Equal(Raw([]), Raw(Samples.Stream(300, Refused)));
    }
}
