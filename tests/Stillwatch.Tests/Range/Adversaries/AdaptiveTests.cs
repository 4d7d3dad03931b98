using Stillwatch.Range.Adversaries;
using Stillwatch.Range.World;
using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class AdaptiveTests
{
    [Fact]
    public void Adaptive_WhenItReviews_ThenTheDearestWaysAreGivenUpForVariationsOfTheCheapest()
    {
        var stage = SmallRange.Set(SmallRange.Campaign("adaptive", accounts: 12, exchanges: 100_000));
        var adaptive = (Adaptive)stage.Adversaries[0];
        Assert.Equal(6, adaptive.Cohorts.Count);
        foreach (var (cohort, i) in adaptive.Cohorts.Select((cohort, i) => (cohort, i)))
        {
            adaptive.Answered(cohort.Live[0].Number, useful: i == 2 ? 10_000 : 1, tokensIn: 100, tokensOut: 100);
        }

        adaptive.Plan(stage.World, adaptive.Aim.From + 2 * Provider.Day, []);
        Assert.Equal(12, adaptive.Cohorts.Count);
        Assert.Equal(adaptive.Cohorts[2].Tactics, adaptive.Cohorts[6].Tactics);
        Assert.All(adaptive.Cohorts.Take(6), cohort => Assert.Empty(cohort.Live));
        Assert.Single(adaptive.Steps);
    }

    [Fact]
    public void Adaptive_WhenItRehearsed_ThenItEntersWithTheCheapestWays()
    {
        var adaptive = new Adaptive();
        adaptive.Rehearse((way, _) => way.Wrapping == Wrapping.MadeUpHistory ? 0.01 : 1, seed: 3, generations: 4, progress: null);
        var world = new Provider(1, 0, 10);
        adaptive.Enter(world, new CampaignPlan("a", 12, 1000, 0, Provider.Day, 0, Informed: true), 5);
        Assert.Equal(Wrapping.MadeUpHistory, adaptive.Cohorts[0].Tactics.Wrapping);
    }
}
