using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals.Detectors;

public sealed class NoConversationTests : DetectorLaws
{
    private protected override string Name => "no-conversation";

    [Fact]
    public void Read_WhenNobodyEverFollowsUp_ThenItSpeaks() =>
        Assert.True(Raw(Samples.Stream(1500, (ref ExchangeFeatures f, int i) => f.Body = (ulong)i + 1)) > 5);

    [Fact]
    public void Read_WhenOneInFourFollowsUp_ThenItIsSilent() => Assert.True(Raw(Samples.Stream(1500, (ref ExchangeFeatures f, int i) =>
                {
                    f.Body = (ulong)i + 1;
                    f.Traits = i % 4 == 0 ? ExchangeTraits.FollowUp : 0;
                })) < 0);
}
