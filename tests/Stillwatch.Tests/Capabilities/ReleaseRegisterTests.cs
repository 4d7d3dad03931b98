using Stillwatch.Capabilities;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Capabilities;

public sealed class ReleaseRegisterTests
{
    private static readonly Gate Model = new("new-*", Capability.None),
        Tools = new("new-*", Capability.Tools),
        Echo = new("new-1", Capability.Echo);

    [Fact]
    public void Withheld_WhenNothingIsGated_ThenNothingIs()
    {
        Assert.True(ReleaseRegister.None.IsEmpty);
        Assert.False(ReleaseRegister.None.WithholdsModel("new-1", "paid", "a"));
        Assert.Equal(Capability.None, ReleaseRegister.None.Withheld("new-1", "paid", "a"));
    }

    [Fact]
    public void Withheld_WhenAGateHasAStar_ThenAllThatBeginSoAreMeant()
    {
        var register = ReleaseRegister.Of([Tools], []);
        Assert.Equal(Capability.Tools, register.Withheld("new-", "paid", "a"));
        Assert.Equal(Capability.Tools, register.Withheld("new-1", "paid", "a"));
        Assert.Equal(Capability.None, register.Withheld("New-1", "paid", "a"));
        Assert.Equal(Capability.None, register.Withheld("old", "paid", "a"));
        Assert.Equal(Capability.Tools, ReleaseRegister.Of([new("*", Capability.Tools)], []).Withheld("", "paid", "a"));
    }

    [Fact]
    public void Withheld_WhenSeveralGatesAreOfTheModel_ThenEachCountsForItself()
    {
        var gates = new[] { Tools, Echo };
        Assert.Equal(Capability.Tools | Capability.Echo, ReleaseRegister.Of(gates, []).Withheld("new-1", "paid", "a"));
        Assert.Equal(Capability.Tools, ReleaseRegister.Of(gates, []).Withheld("new-2", "paid", "a"));
        Assert.Equal(Capability.Echo, ReleaseRegister.Of(gates, [Staged(1, Tools)]).Withheld("new-1", "paid", "a"));
        Assert.Equal(Capability.None, ReleaseRegister.Of(gates, [Staged(1, Tools), Staged(2, Echo)]).Withheld("new-1", "paid", "a"));
    }

    [Fact]
    public void Withheld_WhenTwoGatesNameTheSameCapability_ThenBothMustBeReleased()
    {
        var narrow = new Gate("new-1", Capability.Tools);
        var register = ReleaseRegister.Of([Tools, narrow], [Staged(1, Tools)]);
        Assert.Equal(Capability.Tools, register.Withheld("new-1", "paid", "a"));
        Assert.Equal(Capability.None, register.Withheld("new-2", "paid", "a"));
    }

    [Fact]
    public void WithholdsModel_WhenTheModelItselfIsGated_ThenItsCapabilitiesAreNot()
    {
        var register = ReleaseRegister.Of([Model], []);
        Assert.True(register.WithholdsModel("new-1", "paid", "a"));
        Assert.False(register.WithholdsModel("old", "paid", "a"));
        Assert.Equal(Capability.None, register.Withheld("new-1", "paid", "a"));
        Assert.False(ReleaseRegister.Of([Tools], []).WithholdsModel("new-1", "paid", "a"));
    }

    [Fact]
    public void WithholdsModel_WhenOnlyOneOfItsCapabilitiesIsReleased_ThenTheModelIsNot()
    {
        var register = ReleaseRegister.Of([Model, Tools], [Staged(1, Tools)]);
        Assert.True(register.WithholdsModel("new-1", "paid", "a"));
        Assert.False(ReleaseRegister.Of([Model, Tools], [Staged(1, Model)]).WithholdsModel("new-1", "paid", "a"));
        Assert.True(ReleaseRegister.Of([Model], [Staged(1, Model)]).WithholdsModel("new-1", "free", "a"));
    }

    [Fact]
    public void Of_WhenAReleaseIsNotServed_ThenItReleasesNothing()
    {
        foreach (var state in Enum.GetValues<ReleaseState>().Where(state => state != ReleaseState.Staged))
        {
            Assert.True(ReleaseRegister.Of([Model], [Staged(1, Model) with { State = state }]).WithholdsModel("new-1", "paid", "a"));
        }
    }

    private static StandingRelease Staged(ulong id, Gate gate) =>
        new(new(ReleaseId.Of(id), gate, [new(["paid"], 1)], new()), "rosa", new EventTime(0)) { State = ReleaseState.Staged, Stage = 0 };
}
