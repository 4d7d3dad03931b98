using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Xunit;

namespace Stillwatch.Tests.Countermeasures;

public sealed class PolicyTests
{
    private static readonly Rule Rule = new("r", 1, Rung.Refuse);

    [Fact]
    public void Fault_WhenThePolicyIsTheStandardOne_ThenThereIsNoneAndItIsInShadow()
    {
        Assert.Null(StandardPolicy.Value.Fault());
        Assert.True(StandardPolicy.Value.Shadow);
        Assert.Null(new Policy().Fault());
    }

    [Fact]
    public void Fault_WhenAFieldIsOutOfRange_ThenItIsNamed()
    {
        Says("version", new() { Version = 0 });
        Says("version", new() { Version = int.MinValue });
        Says("two_people_from", new() { OnePersonFrom = Rung.Restrict, TwoPeopleFrom = Rung.Warn });
        Says("appeal:", new() { Appeal = "" });
        Says("appeal:", new() { Appeal = new string('a', 501) });
        Says("appeal_hours", new() { AppealHours = 0 });
        Says("appeal_hours", new() { AppealHours = 8761 });
        Says("rules: 'r' stands twice", new() { Rules = [Rule, Rule with { Version = 2 }] });
        Says("rules[1] (s): days", new() { Rules = [Rule, new("s", 1, Rung.Refuse) { Days = 0 }] });
        Assert.Null(
            new Policy
            {
                Appeal = new string('a', 500),
                AppealHours = 8760,
                OnePersonFrom = Rung.Observe,
            }.Fault()
        );
    }

    /// <summary>Whatever refuses requests, a person has approved.</summary>
    [Theory]
    [InlineData(Rung.StepUp)]
    [InlineData(Rung.Refuse)]
    [InlineData(Rung.RevokeKey)]
    [InlineData(Rung.Suspend)]
    public void Fault_WhenARuleAloneCouldRefuseRequests_ThenItIsRefused(Rung rung)
    {
        foreach (var from in Enum.GetValues<Rung>())
        {
            var policy = new Policy { OnePersonFrom = from, TwoPeopleFrom = Rung.Suspend };
            Assert.True(policy.Fault() != null || policy.Needs(rung) > 0, $"{rung} needs nobody where one_person_from is {from}");
        }
    }

    [Fact]
    public void Needs_WhenARungIsAtAnEdge_ThenItIsZeroOneOrTwo()
    {
        var policy = new Policy { OnePersonFrom = Rung.Strip, TwoPeopleFrom = Rung.Refuse };
        Assert.Null(policy.Fault());
        Assert.Equal(0, policy.Needs(Rung.Slow));
        Assert.Equal(1, policy.Needs(Rung.Strip));
        Assert.Equal(1, policy.Needs(Rung.Restrict));
        Assert.Equal(2, policy.Needs(Rung.Refuse));
        Assert.Equal(2, policy.Needs(Rung.Suspend));
    }

    [Fact]
    public void Fault_WhenARuleHasOne_ThenItIsTold()
    {
        OfRule("id:", Rule with { Id = "" });
        OfRule("id:", Rule with { Id = "R" });
        OfRule("id:", Rule with { Id = "a@1" });
        OfRule("id:", Rule with { Id = new string('a', 65) });
        OfRule("version:", Rule with { Version = 0 });
        OfRule("least_bits:", Rule with { LeastBits = -1 });
        OfRule("least_bits:", Rule with { LeastBits = double.NaN });
        OfRule("least_bits:", Rule with { LeastBits = double.PositiveInfinity });
        OfRule("least_accounts:", Rule with { LeastAccounts = 0 });
        OfRule("days:", Rule with { Days = 0 });
        OfRule("days:", Rule with { Days = 367 });
        OfRule("delay_hours:", Rule with { DelayHours = -0.1 });
        OfRule("delay_hours:", Rule with { DelayHours = 720.1 });
        OfRule("delay_hours:", Rule with { DelayHours = double.NaN });
        OfRule("reason_code:", Rule with { ReasonCode = "No" });
        OfRule("revoke keys", Rule with { Rung = Rung.RevokeKey });
        OfRule("end_users_only", Rule with { EndUsersOnly = true });
        OfRule("except:", Rule with { Except = [new(SubjectKind.Key, "k")] });
        OfRule("'strip'", Rule with { Rung = Rung.Strip });
        Assert.Null((Rule with { EndUsersOnly = true, TakesReplacements = false, Except = [new(SubjectKind.Organisation, "o")] }).Fault());
    }

    private static void OfRule(string says, Rule rule)
    {
        Assert.Contains(says, rule.Fault(), StringComparison.Ordinal);
        Says($"rules[0] ({rule.Id}): ", new() { Rules = [rule] });
    }

    private static void Says(string says, Policy policy) => Assert.StartsWith(says, policy.Fault(), StringComparison.Ordinal);
}
