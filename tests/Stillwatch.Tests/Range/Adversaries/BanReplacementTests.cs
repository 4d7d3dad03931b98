using Xunit;

namespace Stillwatch.Tests.Range.Adversaries;

public sealed class BanReplacementTests
{
    [Fact]
    public void BanReplacement_WhenAnAccountIsStopped_ThenAnotherOneComes()
    {
        var stage = SmallRange.Set(SmallRange.Campaign("ban-replacement"));
        var adversary = stage.Adversaries[0];
        adversary.Stopped(stage.World.Accounts[3].Number);
        adversary.Plan(stage.World, adversary.Aim.From + Stillwatch.Range.World.Provider.Hour, []);
        Assert.Equal(13, stage.World.Accounts.Count);
        Assert.Equal(12, adversary.Cohorts[0].Live.Count);
        Assert.Equal(1, adversary.Bill.Stopped);
    }
}
