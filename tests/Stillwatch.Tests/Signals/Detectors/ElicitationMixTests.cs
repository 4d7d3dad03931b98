using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class ElicitationMixTests : DetectorLaws
{
    private protected override string Name => "elicitation-mix";

    [Fact]
    public void Read_WhenEveryPromptAsksForReasoning_ThenItSpeaksAndNamesTheKind()
    {
        var stream = Samples.Stream(300, (ref ExchangeFeatures f, int i) => f.Elicitation = Elicitation.Reasoning);
        Assert.True(Raw(stream) > 50);
        Assert.Equal("reasoning", Subject.Read(Run(stream)).Reason);
    }

    [Fact]
    public void Read_WhenOneInFiftyDoes_ThenItIsSilent() =>
        Assert.True(
            Raw(Samples.Stream(300, (ref ExchangeFeatures f, int i) => f.Elicitation = i % 50 == 0 ? Elicitation.Rubric : Elicitation.None))
                < 0
        );
}
