using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

public sealed class PolicyFoldTests
{
    private static readonly Policy Second = StandardPolicy.Value with { Version = 2, Shadow = false };

    [Fact]
    public void PolicyApproved_WhenAnotherPersonDoes_ThenItIsInForce()
    {
        var desk = new ADesk();
        desk.Do("ben", new PolicyProposed(Second));
        Assert.Equal(1, desk.Standing.Policy.Version);
        desk.Refused("another person", "ben", new PolicyApproved(2));
        desk.Do("cleo", new PolicyApproved(2));
        Assert.Equal(2, desk.Standing.Policy.Version);
        Assert.False(desk.Standing.Policy.Shadow);
        desk.Refused("in force already", "cleo", new PolicyApproved(2));
    }

    [Fact]
    public void PolicyApproved_WhenItWasNotProposed_ThenItIsRefused()
    {
        var desk = new ADesk();
        desk.Refused("no policy of version 1", "ben", new PolicyApproved(1));
        desk.Refused("no policy of version 9", "ben", new PolicyApproved(9));
    }

    [Fact]
    public void PolicyProposed_WhenItsVersionIsNotNew_ThenTheNextIsNamed()
    {
        var desk = new ADesk();
        desk.Refused("a change is version 2", "ana", new PolicyProposed(Second with { Version = 1 }));
        desk.Do("ana", new PolicyProposed(Second));
        desk.Refused("a change is version 3", "cleo", new PolicyProposed(Second));
    }

    /// <summary>Else whoever proposed could put another in its place between a look and the approval.</summary>
    [Fact]
    public void PolicyProposed_WhenOneIsProposedAgainUnderItsVersion_ThenTheFirstIsKept()
    {
        var desk = new ADesk();
        desk.Do("ana", new PolicyProposed(Second with { Shadow = true }));
        desk.Refused("version", "ana", new PolicyProposed(Second));
        desk.Do("ben", new PolicyApproved(2));
        Assert.True(desk.Standing.Policy.Shadow);
    }

    [Fact]
    public void PolicyProposed_WhenItIsAtFaultOrHasNoReason_ThenItIsRefused()
    {
        var desk = new ADesk();
        desk.Refused("appeal_hours", "ana", new PolicyProposed(Second with { AppealHours = 0 }));
        desk.Refused("reason", "ana", new PolicyProposed(Second), reason: "");
    }

    [Fact]
    public void PolicyApproved_WhenAnEarlierOneIsWantedBack_ThenItIsProposedAnew()
    {
        var desk = new ADesk();
        desk.Policy(Second);
        desk.Policy(Second with { Shadow = true });
        desk.Refused("version 3 came after it", "cleo", new PolicyApproved(2));
        desk.Refused("a change is version 4", "ana", new PolicyProposed(Second with { Version = 1_000 }));
        Assert.Equal(3, desk.Standing.Policy.Version);
        desk.Refused("a change is version 4", "ana", new PolicyProposed(Second with { Version = 3 }));
    }
}
