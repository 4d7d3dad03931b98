using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals;

public sealed class SupportTests
{
    [Theory]
    [InlineData("no-conversation")]
    [InlineData("no-sleep")]
    [InlineData("output-appetite")]
    [InlineData("elicitation-mix")]
    [InlineData("topic-scatter")]
    public void Read_WhenACustomerWithTheSameHabitsIsTwentyTimesAsLarge_ThenItIsHardlyStranger(string name)
    {
        var detector = Detector.All.Single(d => d.Id.Name == name);
        // the count of different prompts errs by some percent there, as much as half of the repeats
        Assert.InRange(Raw(detector, 8_000) / Raw(detector, 400), 0.5, 2.25);
    }

    private static double Raw(Detector detector, int exchanges)
    {
        var random = new Random(2);
        var state = new byte[detector.Size];
        foreach (var features in Samples.Stream(exchanges, (ref ExchangeFeatures f, int i) =>
            {
                f.Body = (ulong)(i % (exchanges * 19 / 20)) + 1;
                f.OutputTokens = 300;
                f.Elicitation = i % 4 == 0 ? Elicitation.Reasoning : Elicitation.None;
                f.Traits = i % 40 == 0 ? ExchangeTraits.FollowUp : 0;
                Samples.Topic(ref f, random, spread: 100);
            }))
        {
            detector.Observe(state, features);
        }

        return detector.Read(state).Raw;
    }
}
