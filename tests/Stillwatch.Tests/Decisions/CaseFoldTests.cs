using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Signals;
using Stillwatch.Tests.Countermeasures;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

public sealed class CaseFoldTests
{
    private static readonly Subject A = AMeasure.Account("a"),
        B = AMeasure.Account("b");

    [Fact]
    public void CaseOpened_WhenItIsAtFault_ThenItIsRefused()
    {
        var desk = new ADesk();
        var id = desk.Open(1, "a", "a", "b");
        Assert.Equal([A, B], desk.Standing.Cases[id].Subjects);
        desk.Refused("already", "ana", new CaseOpened(id, "t", [], null));
        desk.Refused("title", "ana", new CaseOpened(CaseId.Of(2), "", [], null));
        desk.Refused("title", "ana", new CaseOpened(CaseId.Of(2), new string('t', 201), [], null));
        desk.Refused("subjects", "ana", new CaseOpened(CaseId.Of(2), "t", [.. Enumerable.Repeat(A, 100_001)], null));
    }

    [Fact]
    public void CaseAssigned_WhenItIsToNobodyHere_ThenItIsRefused()
    {
        var desk = new ADesk();
        var id = desk.Open(1, "a");
        desk.Do("ana", new CaseAssigned(id, "ben"));
        Assert.Equal("ben", desk.Standing.Cases[id].Assignee);
        desk.Refused("nobody here", "ana", new CaseAssigned(id, "gone"));
        desk.Refused("nobody here", "ana", new CaseAssigned(id, "zoe"));
        desk.Do("ana", new CaseAssigned(id, null));
        Assert.Null(desk.Standing.Cases[id].Assignee);
    }

    [Fact]
    public void HypothesisWeighed_WhenItIsWeighedAgain_ThenTheLastStandsBesideOthers()
    {
        var desk = new ADesk();
        var id = desk.Open(1, "a");
        desk.Refused("probability", "ana", new HypothesisWeighed(id, Hypothesis.Lab, 1.01, [], []));
        desk.Refused("probability", "ana", new HypothesisWeighed(id, Hypothesis.Lab, double.NaN, [], []));
        desk.Refused("for and against", "ana", new HypothesisWeighed(id, Hypothesis.Lab, 1, [], [""]));
        desk.Do(Actors.Watch, new HypothesisWeighed(id, Hypothesis.Lab, 0.9, ["f"], []));
        desk.Do("ana", new HypothesisWeighed(id, Hypothesis.Lab, 0.1, [], ["g"]));
        desk.Do("ana", new HypothesisWeighed(id, Hypothesis.Reseller, 0.8, [], []));
        var of = desk.Standing.Cases[id].Hypotheses;
        Assert.Equal(("very unlikely", "ana"), (of[Hypothesis.Lab].Words, of[Hypothesis.Lab].By));
        Assert.Equal(2, of.Count);
    }

    [Fact]
    public void CasesMerged_WhenCasesGoOnAsOne_ThenNothingOfThemIsLost()
    {
        var desk = Lifted();
        var (into, other) = (desk.Open(1, "a"), desk.Open(2, "b", "a"));
        var campaign = CampaignId.Of(1, 2, isLead: false);
        desk.Do("ana", new CaseNoted(into, "own note"));
        desk.Do("ana", new CaseNoted(other, "other note"));
        desk.Do("ana", new CustomerNoticed(other, B, "told", null));
        desk.Do(Actors.Watch, new CaseFollowed(other, campaign, "follows"));
        desk.Do(Actors.Watch, new HypothesisWeighed(into, Hypothesis.Lab, 0.2, [], []));
        desk.Now = AMeasure.Day(1);
        desk.Do("ana", new HypothesisWeighed(other, Hypothesis.Lab, 0.7, [], []));
        desk.Do(Actors.OfCustomer("b"), new AppealFiled(other, B, "no"));
        var measure = desk.Decide(AMeasure.On(1, Rung.Warn, "b") with { Case = other });
        var waits = AMeasure.On(2, Rung.Warn, "b") with { Case = other, Needs = 1 };
        desk.Do("ana", new MeasureProposed(waits, []));
        desk.Do("ana", new CasesMerged(into, [other]), "the same people");
        var of = desk.Standing.Cases[into];
        Assert.Equal([A, B], of.Subjects);
        Assert.Equal([campaign], of.Campaigns);
        Assert.Equal("told", Assert.Single(of.Notices).Text);
        Assert.Equal("no", Assert.Single(of.OpenAppeals).Text);
        Assert.Equal(0.7, of.Hypotheses[Hypothesis.Lab].Probability);
        Assert.Equal(into, desk.Standing.Measures[measure].Measure.Case);
        Assert.Equal(into, desk.Standing.Measures[waits.Id].Measure.Case);
        Assert.Equal(into, desk.Standing.Cases[other].MergedInto);
        Assert.False(desk.Standing.Cases[other].IsOpen);
        Assert.Equal(of.Timeline.Select(line => line.Number).Order(), of.Timeline.Select(line => line.Number));
        foreach (var text in new[] { "own note", "other note", "follows", "took in" })
        {
            Assert.Single(of.Timeline, line => line.Text.Contains(text, StringComparison.Ordinal));
        }

        desk.Do("ben", new AppealAnswered(into, B, true));
        Assert.Null(desk.On("b"));
    }

    [Fact]
    public void CasesMerged_WhenTheOtherIsWeighedEarlier_ThenTheLaterWeightStays()
    {
        var desk = new ADesk();
        var (into, other) = (desk.Open(1, "a"), desk.Open(2, "b"));
        desk.Do("ana", new HypothesisWeighed(other, Hypothesis.Lab, 0.7, [], []));
        desk.Now = AMeasure.Day(1);
        desk.Do("ana", new HypothesisWeighed(into, Hypothesis.Lab, 0.2, [], []));
        desk.Do("ana", new CasesMerged(into, [other, other]));
        Assert.Equal(0.2, desk.Standing.Cases[into].Hypotheses[Hypothesis.Lab].Probability);
    }

    [Fact]
    public void CasesMerged_WhenOneIsGoneOrItself_ThenItIsRefused()
    {
        var desk = new ADesk();
        var (one, two, three) = (desk.Open(1, "a"), desk.Open(2, "b"), desk.Open(3, "c"));
        desk.Refused("others than", "ana", new CasesMerged(one, [one]));
        desk.Refused("others than", "ana", new CasesMerged(one, []));
        desk.Refused("no case", "ana", new CasesMerged(one, [CaseId.Of(9)]));
        desk.Do("ana", new CasesMerged(one, [two]));
        desk.Refused($"goes on in {one}", "ana", new CasesMerged(three, [two]));
        desk.Refused($"goes on in {one}", "ana", new CasesMerged(two, [three]));
        desk.Do("ana", new CaseClosed(three, Finding.Confirmed));
        desk.Refused("is closed", "ana", new CasesMerged(one, [three]));
    }

    /// <summary>What came to a case that goes on elsewhere would be seen by nobody.</summary>
    [Fact]
    public void Refuses_WhenACaseWasMerged_ThenWhateverFollowsIsRefusedAndNamesTheOther()
    {
        var desk = new ADesk();
        var (into, merged) = (desk.Open(1, "a"), desk.Open(2, "b"));
        desk.Do(Actors.OfCustomer("b"), new AppealFiled(merged, B, "no"));
        desk.Do("ana", new CasesMerged(into, [merged]));
        (string By, Decision What)[] all =
        [
            ("ana", new CaseAssigned(merged, "ben")),
            ("ana", new CaseNoted(merged, "t")),
            (Actors.Watch, new CaseFollowed(merged, CampaignId.Of(1, 2, isLead: false), "t")),
            ("ana", new HypothesisWeighed(merged, Hypothesis.Lab, 0.5, [], [])),
            ("ana", new CustomerNoticed(merged, B, "t", null)),
            (Actors.OfCustomer("b"), new AppealFiled(merged, B, "again")),
            ("ben", new AppealAnswered(merged, B, true)),
            ("ana", new CaseSplit(merged, CaseId.Of(3), "t", [B])),
            ("ben", new CaseClosed(merged, Finding.Honest)),
            ("ana", new MeasureProposed(AMeasure.On(1, Rung.Tag, "b") with { Case = merged, IsShadow = true }, [])),
        ];
        Assert.All(all, one => desk.Refused($"{merged} goes on in {into}", one.By, one.What));
        desk.Refused("is not closed", "ana", new CaseReopened(merged));
    }

    [Fact]
    public void CaseSplit_WhenSubjectsGoOnByThemselves_ThenThePartKeepsWhatWasWrittenDown()
    {
        var desk = new ADesk();
        var whole = desk.Open(1, "a", "b");
        desk.Do("ana", new CaseNoted(whole, "note"));
        desk.Do("ana", new CustomerNoticed(whole, A, "to a", null));
        desk.Do("ana", new CustomerNoticed(whole, B, "to b", null));
        desk.Do("ana", new HypothesisWeighed(whole, Hypothesis.Lab, 0.7, [], []));
        var part = CaseId.Of(2);
        desk.Do("ana", new CaseSplit(whole, part, "part", [B]), "they are others");
        var (kept, fresh) = (desk.Standing.Cases[whole], desk.Standing.Cases[part]);
        Assert.Equal([A], kept.Subjects);
        Assert.Equal([B], fresh.Subjects);
        Assert.Equal(whole, fresh.SplitFrom);
        Assert.Equal("to b", Assert.Single(fresh.Notices).Text);
        Assert.Equal(0.7, fresh.Hypotheses[Hypothesis.Lab].Probability);
        Assert.Contains(fresh.Timeline, line => line.Text == "note");
        Assert.Equal(2, kept.Notices.Count);
    }

    [Fact]
    public void CaseSplit_WhenHalfOf100000SubjectsGoOn_ThenEachIsInOneOfTheCases()
    {
        var desk = new ADesk();
        var names = Enumerable.Range(0, 100_000).Select(i => $"acct-{i}").ToArray();
        var (whole, part) = (desk.Open(1, names), CaseId.Of(2));
        desk.Do("ana", new CaseSplit(whole, part, "part", [.. names[..50_000].Select(AMeasure.Account)]));
        Assert.Equal(names[50_000..], desk.Standing.Cases[whole].Subjects.Select(one => one.Name));
        Assert.Equal(names[..50_000], desk.Standing.Cases[part].Subjects.Select(one => one.Name));
    }

    [Fact]
    public void CaseSplit_WhenItIsAtFault_ThenItIsRefused()
    {
        var desk = new ADesk();
        var whole = desk.Open(1, "a", "b");
        desk.Refused("at least one", "ana", new CaseSplit(whole, CaseId.Of(2), "t", []));
        desk.Refused("account:z is none", "ana", new CaseSplit(whole, CaseId.Of(2), "t", [AMeasure.Account("z")]));
        desk.Refused("already", "ana", new CaseSplit(whole, whole, "t", [B]));
        desk.Refused("title", "ana", new CaseSplit(whole, CaseId.Of(2), "", [B]));
    }

    /// <summary>The measures stay with the case: an appeal that waits does too, and waits once.</summary>
    [Fact]
    public void CaseSplit_WhenAnAppealWaits_ThenItWaitsOnceAndItsAnswerSparesTheCustomer()
    {
        var desk = Lifted();
        var whole = desk.Open(1, "a", "b");
        desk.Decide(AMeasure.On(1, Rung.Refuse, "a", "b") with { Case = whole });
        desk.Do(Actors.OfCustomer("b"), new AppealFiled(whole, B, "no"));
        desk.Do("ana", new CaseSplit(whole, CaseId.Of(2), "part", [B]));
        var waits = Assert.Single(desk.Standing.Cases.Values, one => one.OpenAppeals.Any());
        desk.Do("ben", new AppealAnswered(waits.Id, B, true));
        Assert.Null(desk.On("b"));
        Assert.NotNull(desk.On("a"));
        desk.Do("ana", new CaseClosed(whole, Finding.Confirmed));
        desk.Do("ben", new CaseClosed(CaseId.Of(2), Finding.Honest));
    }

    [Fact]
    public void AppealAnswered_WhenItCameToThePartAfterASplit_ThenItSparesFromMeasuresOfTheWhole()
    {
        var desk = Lifted();
        var (whole, part) = (desk.Open(1, "a", "b"), CaseId.Of(2));
        desk.Decide(AMeasure.On(1, Rung.Refuse, "a", "b") with { Case = whole });
        desk.Do("ana", new CustomerNoticed(whole, B, "told", null));
        desk.Do("ana", new CaseSplit(whole, part, "part", [B]));
        desk.Do(Actors.OfCustomer("b"), new AppealFiled(part, B, "no"));
        desk.Do("ben", new AppealAnswered(part, B, true));
        Assert.Null(desk.On("b"));
        Assert.NotNull(desk.On("a"));
    }

    [Fact]
    public void CasesMerged_WhenAPartGoesBack_ThenNothingStandsTwice()
    {
        var desk = new ADesk();
        var (whole, part) = (desk.Open(1, "a", "b"), CaseId.Of(2));
        desk.Do("ana", new CaseNoted(whole, "note"));
        desk.Do("ana", new CustomerNoticed(whole, B, "told", null));
        desk.Do(Actors.OfCustomer("b"), new AppealFiled(whole, B, "no"));
        desk.Do("ben", new AppealAnswered(whole, B, false));
        desk.Do("ana", new CaseSplit(whole, part, "part", [B]));
        desk.Do("ana", new CasesMerged(whole, [part]));
        var of = desk.Standing.Cases[whole];
        Assert.Single(of.Timeline, line => line.Text == "note");
        Assert.Single(of.Notices);
        Assert.Single(of.Appeals);
        Assert.Equal([A, B], of.Subjects);
    }

    [Fact]
    public void CaseClosed_WhenAnAppealWaits_ThenItIsRefusedUntilItIsAnswered()
    {
        var desk = new ADesk();
        var id = desk.Open(1, "a");
        desk.Do(Actors.OfCustomer("a"), new AppealFiled(id, A, "no"));
        desk.Refused("an appeal waits", "ana", new CaseClosed(id, Finding.Confirmed));
        desk.Refused("reason", "ben", new AppealAnswered(id, A, false), reason: "");
        desk.Do("ben", new AppealAnswered(id, A, false));
        desk.Refused("reason", "ana", new CaseClosed(id, Finding.Confirmed), reason: "");
        desk.Do("ana", new CaseClosed(id, Finding.Confirmed));
        desk.Refused("open it again", "ana", new CaseAssigned(id, "ben"));
        desk.Do("ana", new CaseNoted(id, "notes are taken still"));
        desk.Do(Actors.OfCustomer("a"), new AppealFiled(id, A, "again"));
        desk.Do("ana", new CaseReopened(id));
        Assert.Null(desk.Standing.Cases[id].Finding);
        desk.Refused("is not closed", "ana", new CaseReopened(id));
    }

    [Fact]
    public void AppealFiled_WhenOneWaitsOrItIsTooLong_ThenItIsRefused()
    {
        var desk = new ADesk();
        var id = desk.Open(1, "a");
        desk.Refused("text", Actors.OfCustomer("a"), new AppealFiled(id, A, ""));
        desk.Refused("text", Actors.OfCustomer("a"), new AppealFiled(id, A, new string('a', Appeal.MostText + 1)));
        desk.Do(Actors.OfCustomer("a"), new AppealFiled(id, A, new string('a', Appeal.MostText)));
        desk.Refused("waits already", Actors.OfCustomer("a"), new AppealFiled(id, A, "again"));
        desk.Refused("no appeal of account:b", "ben", new AppealAnswered(id, B, true));
    }

    [Fact]
    public void AppealAnswered_WhenItIsGranted_ThenMeasuresOfOtherCasesStay()
    {
        var desk = Lifted();
        var (id, other) = (desk.Open(1, "a"), desk.Open(2, "a"));
        desk.Decide(AMeasure.On(1, Rung.Refuse, "a") with { Case = id });
        desk.Decide(AMeasure.On(2, Rung.Slow, "a") with { Case = other });
        desk.Do(Actors.OfCustomer("a"), new AppealFiled(id, A, "no"));
        desk.Do("ben", new AppealAnswered(id, A, true));
        Assert.Equal(Rung.Slow, Assert.Single(desk.On("a")!.Measures).Rung);
        desk.Decide(AMeasure.On(3, Rung.Refuse, "a", "b") with { Case = id }); // what comes later in the case spares it too
        Assert.Equal(Rung.Slow, Assert.Single(desk.On("a")!.Measures).Rung);
        Assert.True(desk.Standing.IsSpared("a"));
    }

    [Fact]
    public void CaseClosed_WhenItIsClosedAsHonest_ThenWhatWasDoneUnderItIsTakenBack_AndNoRuleTouchesItsAccounts()
    {
        var desk = Lifted();
        var (id, other) = (desk.Open(1, "a"), desk.Open(2, "b"));
        desk.Decide(AMeasure.On(1, Rung.Refuse, "a") with { Case = id });
        desk.Decide(AMeasure.On(2, Rung.Refuse, "b") with { Case = other });
        desk.Do("ben", new CaseClosed(id, Finding.Honest));
        desk.Do("ana", new CaseClosed(other, Finding.Confirmed));
        Assert.Null(desk.On("a"));
        Assert.NotNull(desk.On("b"));
        Assert.Equal((true, false), (desk.Standing.IsSpared("a"), desk.Standing.IsSpared("b")));
    }

    [Fact]
    public void CaseClosed_WhenAPartIsClosedAsHonest_ThenTheMeasuresOfTheWholeSpareIt_AndTheRestStaysUnderThem()
    {
        var desk = Lifted();
        var whole = desk.Open(1, "a", "b");
        desk.Decide(AMeasure.On(1, Rung.Refuse, "a", "b") with { Case = whole });
        desk.Do("ana", new CaseSplit(whole, CaseId.Of(2), "the honest part", [A]));
        desk.Refused("ana is no approver", "ana", new CaseClosed(CaseId.Of(2), Finding.Honest));
        desk.Do("ben", new CaseClosed(CaseId.Of(2), Finding.Honest));
        Assert.Null(desk.On("a"));
        Assert.NotNull(desk.On("b"));
    }

    private static ADesk Lifted()
    {
        var desk = new ADesk();
        desk.Policy(StandardPolicy.Value with { Shadow = false });
        return desk;
    }
}
