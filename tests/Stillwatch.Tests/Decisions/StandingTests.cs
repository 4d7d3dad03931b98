using System.Text.Json;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Tests.Countermeasures;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

public sealed class StandingTests
{
    [Fact]
    public void Empty_WhenNothingWasDecided_ThenNobodyIsTouchedAndNobodyWorksHere()
    {
        Assert.True(Standing.Empty.Plan().IsEmpty);
        Assert.True(Standing.Empty.ShadowPlan().IsEmpty);
        Assert.True(Standing.Empty.Register().IsEmpty);
        Assert.Empty(Standing.Empty.People);
        Assert.True(Standing.Empty.Policy.Shadow);
    }

    [Fact]
    public void With_WhenTheRecordIsReplayedFromItsText_ThenTheSameStands()
    {
        var desk = Busy();
        var again = Standing.Empty;
        foreach (var decided in desk.Record)
        {
            var read = JsonSerializer.Deserialize<Decision>(
                JsonSerializer.Serialize(decided.What, DecisionJson.Options),
                DecisionJson.Options
            )!;
            Assert.Null(again.Refuses(decided with { What = read }));
            again = again.With(decided with { What = read });
        }

        Assert.Equal(desk.Standing.Number, again.Number);
        Assert.Equal(Text(desk.Standing.Cases.Values.OrderBy(one => one.Id.Text)), Text(again.Cases.Values.OrderBy(one => one.Id.Text)));
        Assert.Equal(Text(desk.Standing.People.Values), Text(again.People.Values));
        foreach (var (one, other) in new[] { (desk.Standing.Plan(), again.Plan()), (desk.Standing.ShadowPlan(), again.ShadowPlan()) })
        {
            Assert.Equal((one.Count, one.Number, one.Appeal), (other.Count, other.Number, other.Appeal));
            foreach (var account in new[] { "a", "b", "c", "d" })
            {
                for (var day = -1.0; day < 9; day += 0.5)
                {
                    Assert.Equal(Measures(one, account, day), Measures(other, account, day));
                }
            }
        }
    }

    [Fact]
    public void Refuses_WhenTheReasonIsTooLong_ThenItIsSaid()
    {
        var desk = new ADesk();
        var what = new CaseOpened(CaseId.Of(1), "t", [], null);
        desk.Refused("10,000 characters", "ana", what, new string('r', 10_001));
        desk.Do("ana", what, new string('r', 10_000));
    }

    [Fact]
    public void RuleOf_WhenThePolicyHasAnotherVersionOfTheRule_ThenThatIsTheRule()
    {
        var standing = Standing.Empty;
        Assert.Equal("tag-campaigns", standing.RuleOf("tag-campaigns@99")!.Id);
        Assert.Equal("tag-campaigns", standing.RuleOf("tag-campaigns")!.Id);
        Assert.Null(standing.RuleOf("tag@1"));
        Assert.Null(standing.RuleOf(""));
    }

    private static ADesk Busy()
    {
        var desk = new ADesk();
        desk.Policy(StandardPolicy.Value with { Shadow = false });
        var (one, two) = (desk.Open(1, "a", "b"), desk.Open(2, "c"));
        var campaign = AMeasure.Of(1, Rung.Slow, new Subject(SubjectKind.Campaign, "c-1234567"));
        desk.Decide(campaign with { Case = one, TakesReplacements = true }, "a");
        desk.Do(Actors.Watch, new MeasureReached(campaign.Id, ["b"]));
        desk.Decide(AMeasure.On(2, Rung.Refuse, "b", "c") with { Case = two, From = AMeasure.Day(2), Until = AMeasure.Day(8) });
        desk.Decide(AMeasure.On(3, Rung.Suspend, "d"));
        desk.Do("ben", new MeasureUndone(MeasureId.Of(3)));
        desk.Do("ana", new MeasureProposed(AMeasure.On(4, Rung.Suspend, "d") with { IsShadow = true }, []));
        desk.Do(Actors.OfCustomer("c"), new AppealFiled(two, AMeasure.Account("c"), "no"));
        desk.Do("ana", new CasesMerged(one, [two]));
        desk.Do("ben", new AppealAnswered(one, AMeasure.Account("c"), true));
        desk.Do("ana", new HypothesisWeighed(one, Hypothesis.Lab, 0.3, ["f"], ["a"]));
        desk.Do("ana", new CaseSplit(one, CaseId.Of(3), "part", [AMeasure.Account("b")]));
        desk.Do("ana", new CaseAssigned(one, null));
        return desk;
    }

    private static string Measures(EnforcementPlan plan, string account, double day) =>
        string.Join(' ', plan.Find(account, null, null, [], AMeasure.Day(day))?.Measures.Select(one => one.Id.Text) ?? []);

    private static string Text<T>(IEnumerable<T> values) => JsonSerializer.Serialize(values, DecisionJson.Options);
}
