using Stillwatch.Capabilities;
using Stillwatch.Decisions;
using Stillwatch.Exchanges.Requests;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

public sealed class ReleaseFoldTests
{
    private static readonly Gate Gate = new("new", Capability.None);
    private static readonly ReleaseId Id = ReleaseId.Of(1);
    private static readonly Release Release = new(Id, Gate, [new(["paid"], 0.5), new(["paid", "free"], 1)], new());

    [Fact]
    public void Release_WhenThreePeopleAgree_ThenItIsServedStageByStage()
    {
        var desk = Gated();
        desk.Do("rosa", new ReleaseProposed(Release));
        desk.Do("rita", new ReleaseReviewed(Id));
        desk.Refused("approved first", "rosa", new ReleaseStaged(Id, 0));
        desk.Do("ben", new ReleaseApproved(Id));
        Assert.True(Withheld(desk, "free"));
        desk.Refused("the next is 0", "rosa", new ReleaseStaged(Id, 1));
        desk.Do("rosa", new ReleaseStaged(Id, 0));
        Assert.True(Withheld(desk, "free"));
        desk.Refused("the next is 1", "rosa", new ReleaseStaged(Id, 0));
        desk.Do("rosa", new ReleaseStaged(Id, 1));
        Assert.False(Withheld(desk, "free"));
        desk.Refused("stage: 0 to 1", "rosa", new ReleaseStaged(Id, 2));
        desk.Refused("stage: 0 to 1", "rosa", new ReleaseStaged(Id, -1));
        desk.Do("ben", new ReleaseRolledBack(Id));
        Assert.True(Withheld(desk, "free"));
        desk.Refused("not served", "ben", new ReleaseRolledBack(Id));
        desk.Refused("approved first", "rosa", new ReleaseStaged(Id, 0));
    }

    [Fact]
    public void Release_WhenOnePersonWouldDoTwoSteps_ThenItIsRefused()
    {
        var desk = Gated();
        desk.Do("rosa", new ReleaseProposed(Release));
        desk.Refused("rosa proposed it", "rosa", new ReleaseReviewed(Id));
        desk.Refused("not reviewed", "rita", new ReleaseApproved(Id));
        desk.Do("rita", new ReleaseReviewed(Id));
        desk.Refused("rosa proposed it", "rosa", new ReleaseApproved(Id));
        desk.Refused("rita reviewed it", "rita", new ReleaseApproved(Id));
        desk.Do("cleo", new ReleaseApproved(Id));
        desk.Refused("not reviewed", "ben", new ReleaseApproved(Id));
    }

    [Fact]
    public void Release_WhenSomebodySaysNo_ThenThatStands()
    {
        var desk = Gated();
        desk.Do("rosa", new ReleaseProposed(Release));
        desk.Refused("reason", "rita", new ReleaseRejected(Id), reason: "");
        desk.Do("rita", new ReleaseRejected(Id));
        desk.Refused("rejected", "rita", new ReleaseReviewed(Id));
        desk.Refused("rejected", "rita", new ReleaseRejected(Id));
        desk.Refused("not served", "ben", new ReleaseRolledBack(Id));
        desk.Refused("already", "rosa", new ReleaseProposed(Release));
    }

    [Fact]
    public void Release_WhenWhatItReleasesIsNotGated_ThenItIsRefused()
    {
        var desk = new ADesk();
        desk.Refused("not under the release process", "rosa", new ReleaseProposed(Release));
        desk.Do("rosa", new GateSet(new("new*", Capability.None), true));
        desk.Refused("not under the release process", "rosa", new ReleaseProposed(Release));
    }

    [Fact]
    public void GateSet_WhenItIsSoAlready_ThenItIsRefused()
    {
        var desk = Gated();
        desk.Refused("already", "rosa", new GateSet(Gate, true));
        desk.Refused("not under", "rosa", new GateSet(Gate with { Capability = Capability.Tools }, false));
        desk.Refused("model", "rosa", new GateSet(new("", Capability.None), true));
    }

    /// <summary>Taking a gate away gives what it held to everybody: that is a release, and three people decide it.</summary>
    [Fact]
    public void GateSet_WhenItWouldReleaseToAll_ThenItIsRefusedUntilTheReleaseIsWhole_AndAGateSetAnewBeginsWithNobody()
    {
        var desk = Gated();
        desk.Refused("three people", "rosa", new GateSet(Gate, false));
        desk.Do("rosa", new ReleaseProposed(Release));
        desk.Do("rita", new ReleaseReviewed(Id));
        desk.Do("ben", new ReleaseApproved(Id));
        desk.Do("rosa", new ReleaseStaged(Id, 0));
        desk.Refused("three people", "rosa", new GateSet(Gate, false));
        desk.Do("rosa", new ReleaseStaged(Id, 1));
        desk.Refused("reason", "rosa", new GateSet(Gate, false), reason: "");
        desk.Do("rosa", new GateSet(Gate, false));
        Assert.False(Withheld(desk, "free"));
        desk.Do("rosa", new GateSet(Gate, true));
        Assert.True(Withheld(desk, "free"));
        Assert.True(Withheld(desk, "paid"));
    }

    [Fact]
    public void Release_WhenThereIsNoSuch_ThenEachStepSaysSo()
    {
        var desk = Gated();
        Decision[] steps =
        [
            new ReleaseReviewed(Id),
            new ReleaseRejected(Id),
            new ReleaseStaged(Id, 0),
            new ReleaseRolledBack(Id),
            new ReleaseApproved(Id),
        ];
        Assert.All(steps, step => desk.Refused("there is no release", "rosa", step));
    }

    private static ADesk Gated()
    {
        var desk = new ADesk();
        desk.Do("rosa", new GateSet(Gate, true));
        return desk;
    }

    private static bool Withheld(ADesk desk, string tier) => desk.Standing.Register().WithholdsModel("new", tier, "a");
}
