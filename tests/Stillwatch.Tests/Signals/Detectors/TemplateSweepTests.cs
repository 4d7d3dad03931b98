using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class TemplateSweepTests : DetectorLaws
{
    private protected override string Name => "template-sweep";

    [Fact]
    public void Read_WhenOneTemplateIsFilled_ThenItSpeaks() => Assert.True(Raw(Samples.Stream(300, (ref ExchangeFeatures f, int i) =>
                {
                    f.Body = (ulong)i + 1;
                    f.Skeleton = 5;
                })) > 7);

    [Fact]
    public void Read_WhenBodiesRepeatAndTemplatesVary_ThenItIsSilent() =>
        Assert.True(Raw(Samples.Stream(300, (ref ExchangeFeatures f, int i) =>
                {
                    f.Body = f.Skeleton = (ulong)(i / 3) + 1;
                })) < 0.2);
}
