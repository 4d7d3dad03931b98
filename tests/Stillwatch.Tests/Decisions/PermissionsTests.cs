using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Tests.Countermeasures;
using Xunit;

namespace Stillwatch.Tests.Decisions;

public sealed class PermissionsTests
{
    private const string People = "analyst approver";

    /// <summary>Who may decide what. All others may not; a rule only its own measures, a customer only for itself.</summary>
    private static readonly (string Kind, string Who)[] Table =
    [
        ("case_opened", $"{People} watch"),
        ("case_assigned", People),
        ("case_noted", $"{People} watch"),
        ("case_followed", "watch"),
        ("hypothesis_weighed", $"{People} watch"),
        ("customer_noticed", People),
        ("appeal_filed", $"{People} customer"),
        ("appeal_answered", "approver"),
        ("cases_merged", People),
        ("case_split", People),
        ("case_closed", People),
        ("case_reopened", People),
        ("measure_proposed", $"{People} rule"),
        ("measure_approved", "approver"),
        ("measure_rejected", "approver"),
        ("measure_reached", "watch"),
        ("measure_undone", People),
        ("policy_proposed", People),
        ("policy_approved", "approver"),
        ("gate_set", "release_owner"),
        ("release_proposed", "release_owner"),
        ("release_reviewed", "release_owner"),
        ("release_approved", "release_owner approver"),
        ("release_staged", "release_owner"),
        ("release_rejected", "release_owner"),
        ("release_rolled_back", "release_owner approver"),
        ("person_put", "administrator token"),
        ("token_issued", "administrator token"),
        ("person_removed", "administrator token"),
        ("text_read", People),
    ];

    private static readonly (string Word, string Actor)[] Actor =
    [
        ("analyst", "ana"),
        ("approver", "ben"),
        ("release_owner", "rosa"),
        ("auditor", "adam"),
        ("administrator", "ada"),
        ("watch", Actors.Watch),
        ("rule", "rule:tag@1"),
        ("customer", "customer:a:b/c"),
        ("token", Actors.Administrator),
        ("nobody", "zoe"),
        ("removed", "gone"),
        ("empty", ""),
        ("other_rule", "rule:other@1"),
        ("other_customer", "customer:a"),
        ("unnamed_customer", "customer:"),
        ("shouting_watch", "Watch"),
        ("shouting_person", "ANA"),
    ];

    [Fact]
    public void Refuses_WhenEachKindIsDecidedByEachActor_ThenItIsAsInTheTable()
    {
        Assert.Equal(DecisionWords.All.Order(), Table.Select(row => row.Kind).Order());
        var standing = new ADesk().Standing;
        foreach (var (what, _) in DecisionExamples.All)
        {
            var kind = DecisionWords.KindOf(what);
            var who = Table.Single(row => row.Kind == kind).Who.Split(' ');
            foreach (var (word, actor) in Actor)
            {
                var why = Permissions.Refuses(standing, actor, what);
                Assert.True(who.Contains(word) == (why == null), $"{kind} by {word}: {why ?? "taken"}");
                Assert.NotEqual("", why);
            }
        }
    }

    [Fact]
    public void Refuses_WhenNobodyWorksHere_ThenOnlyTheTokenNamesPeople()
    {
        Assert.Null(Permissions.Refuses(Standing.Empty, Actors.Administrator, new Decision.PersonPut("ana", Role.Analyst)));
        Assert.NotNull(Permissions.Refuses(Standing.Empty, "ana", new Decision.PersonPut("ana", Role.Analyst)));
    }

    [Fact]
    public void Refuses_WhenARuleProposesForAnother_ThenItIsRefused()
    {
        var measure = AMeasure.On(1, Rung.Tag, "a");
        Assert.NotNull(Permissions.Refuses(Standing.Empty, "rule:tag@1", new Decision.MeasureProposed(measure, [])));
        Assert.NotNull(
            Permissions.Refuses(Standing.Empty, "rule:tag@2", new Decision.MeasureProposed(measure with { Rule = "tag@1" }, []))
        );
        Assert.NotNull(Permissions.Refuses(Standing.Empty, "rule:", new Decision.MeasureProposed(measure, [])));
    }

    /// <summary>An account <c>a</c> could else appeal for end users of an account <c>a/b</c>.</summary>
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "a/b", false)]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a", false)]
    public void Refuses_WhenACustomerAppealsForAnEndUser_ThenItMustBeItsOwn(string customer, string account, bool taken)
    {
        var what = new Decision.AppealFiled(CaseId.Of(1), Subject.OfEndUser(account, "bob"), "no");
        Assert.Equal(taken, Permissions.Refuses(Standing.Empty, Actors.OfCustomer(customer), what) == null);
    }
}
