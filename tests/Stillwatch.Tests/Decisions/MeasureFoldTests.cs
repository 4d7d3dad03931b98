using CsCheck;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Tests.Countermeasures;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

public sealed class MeasureFoldTests
{
    private static readonly string[] Accounts = ["a", "b", "c"];

    private static readonly Rule[] Rules = [new("live", 1, Rung.Slow) { Terms = AMeasure.Terms(Rung.Slow) }, new("other", 1, Rung.Refuse)];

    [Fact]
    public void Proposed_WhenItNeedsNobody_ThenItIsInForceAtOnce()
    {
        var desk = Lifted();
        desk.Do("ana", new MeasureProposed(AMeasure.On(1, Rung.Slow, "a"), []));
        Assert.NotNull(desk.On("a"));
        desk.Refused("does not wait", "ben", new MeasureApproved(MeasureId.Of(1)));
    }

    [Fact]
    public void Proposed_WhenItNeedsOne_ThenThatPersonDecides()
    {
        var desk = Lifted();
        desk.Do("ana", new MeasureProposed(AMeasure.On(1, Rung.Warn, "a") with { Needs = 1 }, []));
        Assert.Null(desk.On("a"));
        desk.Refused("no approver", "ana", new MeasureApproved(MeasureId.Of(1)));
        desk.Do("ben", new MeasureApproved(MeasureId.Of(1)));
        Assert.NotNull(desk.On("a"));
    }

    [Fact]
    public void Proposed_WhenItNeedsTwo_ThenTwoPeopleDecideAndNotOneTwice()
    {
        var desk = Lifted();
        desk.Do("ana", new MeasureProposed(AMeasure.On(1, Rung.Suspend, "a") with { Needs = 2 }, []));
        desk.Do("ben", new MeasureApproved(MeasureId.Of(1)));
        desk.Refused("another person", "ben", new MeasureApproved(MeasureId.Of(1)));
        Assert.Null(desk.On("a"));
        desk.Do("cleo", new MeasureApproved(MeasureId.Of(1)));
        Assert.Equal(["ben", "cleo"], desk.Standing.Measures[MeasureId.Of(1)].ApprovedBy);
        Assert.NotNull(desk.On("a"));
    }

    [Fact]
    public void Proposed_WhenAnApproverProposes_ThenThatCountsOnce()
    {
        var desk = Lifted();
        desk.Do("ben", new MeasureProposed(AMeasure.On(1, Rung.Warn, "a") with { Needs = 1 }, []));
        Assert.NotNull(desk.On("a"));
        desk.Do("ben", new MeasureProposed(AMeasure.On(2, Rung.Suspend, "b") with { Needs = 2 }, []));
        desk.Refused("another person", "ben", new MeasureApproved(MeasureId.Of(2)));
        Assert.Null(desk.On("b"));
        desk.Do("cleo", new MeasureApproved(MeasureId.Of(2)));
        Assert.NotNull(desk.On("b"));
    }

    [Fact]
    public void Proposed_WhenARuleDoes_ThenPeopleDecideAsThePolicyWants()
    {
        var desk = Lifted();
        var measure = AMeasure.On(1, Rung.Refuse, "a") with { Rule = "refuse-labs@1" };
        desk.Refused("needs 1 people", "rule:refuse-labs@1", new MeasureProposed(measure, []));
        desk.Do("rule:refuse-labs@1", new MeasureProposed(measure with { Needs = 1 }, []), "");
        Assert.Null(desk.On("a"));
        desk.Do("ben", new MeasureApproved(measure.Id));
        Assert.NotNull(desk.On("a"));
    }

    [Fact]
    public void Proposed_WhenItIsAtFault_ThenItIsRefused()
    {
        var desk = Lifted();
        var measure = AMeasure.On(1, Rung.Slow, "a");
        desk.Refused("reason", "ana", new MeasureProposed(measure, []), reason: "");
        desk.Refused("no case", "ana", new MeasureProposed(measure with { Case = CaseId.Of(9) }, []));
        desk.Refused("stand for a campaign", "ana", new MeasureProposed(measure, ["b"]));
        desk.Refused("subjects", "ana", new MeasureProposed(measure with { Subjects = [] }, []));
        desk.Now = measure.Until;
        desk.Refused("over already", "ana", new MeasureProposed(measure, []));
        desk.Now = AMeasure.Start;
        desk.Do("ana", new MeasureProposed(measure, []));
        desk.Refused("already", "ana", new MeasureProposed(measure, []));
    }

    /// <summary>The report would name a rule for what a person thought of.</summary>
    [Fact]
    public void Proposed_WhenAPersonNamesARule_ThenItIsRefused() =>
        Lifted().Refused("rule", "ana", new MeasureProposed(AMeasure.On(1, Rung.Slow, "a") with { Rule = "tag-campaigns@1" }, []));

    [Fact]
    public void Proposed_WhenThePolicyIsInShadow_ThenAPersonsMeasureMustBeOne()
    {
        var desk = new ADesk();
        desk.Refused("in shadow", "ana", new MeasureProposed(AMeasure.On(1, Rung.Slow, "a"), []));
        desk.Do("ana", new MeasureProposed(AMeasure.On(1, Rung.Slow, "a") with { IsShadow = true }, []));
        Assert.Null(desk.On("a"));
        desk.Policy(StandardPolicy.Value with { Shadow = false });
        Assert.Null(desk.On("a")); // a shadow never acts, whatever comes
        Assert.NotNull(desk.Standing.ShadowPlan().Find("a", null, null, [], desk.Now));
    }

    [Fact]
    public void Rejected_WhenSomebodySaysNo_ThenThatStands()
    {
        var desk = Lifted();
        desk.Do("ana", new MeasureProposed(AMeasure.On(1, Rung.Suspend, "a") with { Needs = 2 }, []));
        desk.Do("ben", new MeasureApproved(MeasureId.Of(1)));
        desk.Refused("reason", "cleo", new MeasureRejected(MeasureId.Of(1)), reason: "");
        desk.Do("cleo", new MeasureRejected(MeasureId.Of(1)));
        desk.Refused("rejected", "ben", new MeasureApproved(MeasureId.Of(1)));
        desk.Refused("not in force", "ben", new MeasureUndone(MeasureId.Of(1)));
        desk.Refused("already", "ana", new MeasureProposed(AMeasure.On(1, Rung.Slow, "a"), []));
        Assert.Null(desk.On("a"));
    }

    [Fact]
    public void Undone_WhenAMeasureIsTakenBack_ThenThatStands()
    {
        var desk = Lifted();
        var id = desk.Decide(AMeasure.On(1, Rung.Suspend, "a"));
        desk.Refused("ana is no approver", "ana", new MeasureUndone(id)); // two decided it: an analyst alone does not take it back
        desk.Refused("reason", "ben", new MeasureUndone(id), reason: "");
        desk.Do("ben", new MeasureUndone(id));
        Assert.Null(desk.On("a"));
        desk.Refused("not in force", "ana", new MeasureUndone(id));
        desk.Refused("undone", "ben", new MeasureApproved(id));
        desk.Refused("undone", "ben", new MeasureRejected(id));
        desk.Refused("no measure", "ana", new MeasureUndone(MeasureId.Of(9)));
        desk.Refused("no measure", "ben", new MeasureApproved(MeasureId.Of(9)));
    }

    [Fact]
    public void Reached_WhenAMeasureTakesReplacements_ThenTheyComeUnderItAndElseNot()
    {
        var desk = Lifted();
        var campaign = AMeasure.Of(1, Rung.Slow, new Subject(SubjectKind.Campaign, "c-1234567"));
        var id = desk.Decide(campaign with { TakesReplacements = true }, "a");
        desk.Do(Actors.Watch, new MeasureReached(id, ["b", "a"]), "");
        Assert.NotNull(desk.On("a"));
        Assert.NotNull(desk.On("b"));
        var fixedId = desk.Decide(campaign with { Id = MeasureId.Of(2) }, "a");
        desk.Refused("no replacements", Actors.Watch, new MeasureReached(fixedId, ["c"]));
        desk.Refused("no measure", Actors.Watch, new MeasureReached(MeasureId.Of(9), ["c"]));
        desk.Do("ana", new MeasureUndone(id));
        desk.Do("ana", new MeasureUndone(fixedId));
        Assert.True(desk.Standing.Plan().IsEmpty);
    }

    [Fact]
    public void Policy_WhenARuleIsNotLiveAnyMore_ThenItsMeasuresStopAndOthersGoOn()
    {
        var desk = Lifted();
        desk.Do("rule:tag-campaigns@1", new MeasureProposed(AMeasure.On(1, Rung.Tag, "a") with { Rule = "tag-campaigns@1" }, []), "");
        desk.Do("ana", new MeasureProposed(AMeasure.On(2, Rung.Slow, "b"), []));
        Assert.NotNull(desk.On("a"));
        desk.Policy(desk.Standing.Policy with { Rules = [] });
        Assert.Null(desk.On("a"));
        Assert.NotNull(desk.On("b"));
        desk.Policy(desk.Standing.Policy with { Shadow = true });
        Assert.Null(desk.On("b"));
    }

    /// <summary>
    /// Whatever anybody decides in whatever order: in shadow nobody is touched, and what is touched enough people approved.
    /// </summary>
    [Fact]
    public void Plan_WhenDecisionsComeInAnyOrder_ThenAShadowNeverActs() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 63], Gen.Int[0, 5])
            .Array[1, 60]
            .Sample(
                steps =>
                {
                    var desk = new ADesk();
                    foreach (var (kind, choice, id) in steps)
                    {
                        var (by, what) = Step(desk.Standing, kind, choice, id);
                        desk.Try(by, what);
                        Holds(desk.Standing);
                    }
                },
                iter: 400
            );

    private static (string By, Decision What) Step(Standing standing, int kind, int choice, int number)
    {
        var id = MeasureId.Of((ulong)number);
        var rule = Rules[choice % 2];
        var byRule = AMeasure.Of((ulong)number, rule.Rung, new Subject(SubjectKind.Campaign, "c-1234567")) with
        {
            Rule = rule.Name,
            IsShadow = (choice & 2) != 0,
            Needs = choice >> 2 & 3,
            TakesReplacements = true,
        };
        var byHand = AMeasure.On((ulong)number, (choice & 4) != 0 ? Rung.Suspend : Rung.Slow, Accounts[choice % 3]);
        var policy = new Policy
        {
            Version = standing.Policies.Keys.LastOrDefault(1) + 1,
            Shadow = (choice & 1) != 0,
            TwoPeopleFrom = (choice & 2) != 0 ? Rung.Refuse : Rung.Suspend,
            Rules = [.. Rules.Select((one, i) => one with { Mode = (RuleMode)((choice >> 2 + i) % 3) })],
        };
        var person = new[] { "ana", "ben", "cleo" }[choice % 3];
        return kind switch
        {
            0 or 1 => (Actors.OfRule(rule.Name), new MeasureProposed(byRule, Accounts)),
            2 => (person, new MeasureProposed(byHand with { IsShadow = (choice & 8) != 0, Needs = choice >> 4 }, [])),
            3 or 4 => (person, new MeasureApproved(id)),
            5 => (person, choice % 2 == 0 ? new MeasureRejected(id) : new MeasureUndone(id)),
            6 => (Actors.Watch, new MeasureReached(id, Accounts)),
            7 => (person, new PolicyProposed(policy)),
            _ => (person, new PolicyApproved(standing.Policies.Keys.LastOrDefault(1) - choice % 2)),
        };
    }

    private static void Holds(Standing standing)
    {
        var plan = standing.Plan();
        Assert.True(!standing.Policy.Shadow || plan.IsEmpty);
        foreach (var account in Accounts)
        {
            foreach (var measure in plan.Find(account, "k", "o", [], AMeasure.Day(1))?.Measures ?? [])
            {
                var known = standing.Measures[measure.Id];
                Assert.False(measure.IsShadow);
                Assert.True(measure.Rule == null || standing.RuleOf(measure.Rule)!.Mode == RuleMode.Live);
                Assert.Equal(MeasureState.Decided, known.State);
                Assert.True(known.ApprovedBy.Distinct().Count() >= measure.Needs);
                Assert.True(measure.Rung != Rung.Suspend || known.ApprovedBy.Count >= 2);
            }
        }
    }

    private static ADesk Lifted()
    {
        var desk = new ADesk();
        desk.Policy(StandardPolicy.Value with { Shadow = false });
        return desk;
    }
}
