using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Tests.Countermeasures;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

public sealed class EnforcementReportTests
{
    [Fact]
    public void Of_WhenNothingHappened_ThenAllIsZero()
    {
        var report = EnforcementReport.Of(Standing.Empty, AMeasure.Start, AMeasure.Day(1));
        Assert.Empty(report.Lines);
        Assert.Equal((0, 0, 0), (report.AccountsTouched, report.CasesOpened, report.Appeals));
        Assert.Null(report.MedianHoursToAnswer);
        Assert.Null(report.MedianHoursToDecision);
    }

    [Fact]
    public void Of_WhenMeasuresWereDecided_ThenLinesAreByRuleAndRungAndShadowsStandApart()
    {
        var desk = Lifted();
        desk.Decide(AMeasure.On(1, Rung.Slow, "a", "b"));
        desk.Decide(AMeasure.On(2, Rung.Slow, "b"));
        desk.Decide(AMeasure.On(3, Rung.Refuse, "c"));
        desk.Do("ana", new MeasureProposed(AMeasure.On(4, Rung.Suspend, "d") with { IsShadow = true }, []));
        desk.Do("rule:tag-campaigns@1", new MeasureProposed(AMeasure.On(5, Rung.Tag, "e") with { Rule = "tag-campaigns@1" }, []));
        desk.Do("ana", new MeasureProposed(AMeasure.On(6, Rung.Suspend, "f") with { Needs = 2 }, [])); // waits
        desk.Do("ana", new MeasureUndone(MeasureId.Of(2)));
        EnforcementReportLine[] lines =
        [
            new("by hand", Rung.Refuse, false, 1, 1, 0),
            new("by hand", Rung.Slow, false, 2, 2, 1),
            new("tag-campaigns@1", Rung.Tag, false, 1, 1, 0),
            new("by hand", Rung.Suspend, true, 1, 1, 0),
        ];
        var report = Of(desk);
        Assert.Equal(lines, report.Lines);
        Assert.Equal(3, report.AccountsTouched);
    }

    [Fact]
    public void Of_WhenTimesAreAtTheEdge_ThenTheFirstMomentCountsAndTheLastDoesNot()
    {
        var desk = Lifted();
        desk.Open(1, "a");
        desk.Decide(AMeasure.On(1, Rung.Slow, "a"));
        Assert.Single(EnforcementReport.Of(desk.Standing, AMeasure.Start, AMeasure.Day(1)).Lines);
        Assert.Empty(EnforcementReport.Of(desk.Standing, AMeasure.Day(-1), AMeasure.Start).Lines);
        Assert.Equal(0, EnforcementReport.Of(desk.Standing, AMeasure.Day(-1), AMeasure.Start).CasesOpened);
    }

    [Fact]
    public void Of_WhenAppealsCame_ThenTheyAreCountedWithTheHoursToTheirAnswers()
    {
        var desk = Lifted();
        var id = desk.Open(1, "a", "b", "c");
        desk.Decide(AMeasure.On(1, Rung.Refuse, "a", "b", "c") with { Case = id });
        foreach (var name in new[] { "a", "b", "c" })
        {
            desk.Do(Actors.OfCustomer(name), new AppealFiled(id, AMeasure.Account(name), "no"));
        }

        desk.Now = AMeasure.Day(0.5);
        desk.Do("ben", new AppealAnswered(id, AMeasure.Account("a"), true));
        desk.Now = AMeasure.Day(1);
        desk.Do("ben", new AppealAnswered(id, AMeasure.Account("b"), false));
        var report = EnforcementReport.Of(desk.Standing, AMeasure.Start, AMeasure.Day(3));
        Assert.Equal((3, 1, 1), (report.Appeals, report.AppealsGranted, report.AppealsNotGranted));
        Assert.Equal(18, report.MedianHoursToAnswer);
        Assert.Equal(0, report.AppealsOverdue); // 72 hours are not over yet
        Assert.Equal(1, EnforcementReport.Of(desk.Standing, AMeasure.Start, new(AMeasure.Day(3).Micros + 1)).AppealsOverdue);
        Assert.Equal((3, 1), (report.AccountsTouched, report.HonestAccountsTouched));
        Assert.Equal(0, report.MedianHoursToDecision);
    }

    [Fact]
    public void Of_WhenCasesWereMergedOrSplit_ThenEachAppealIsCountedOnce()
    {
        var desk = Lifted();
        var (one, two) = (desk.Open(1, "a", "b"), desk.Open(2, "c"));
        desk.Do(Actors.OfCustomer("a"), new AppealFiled(one, AMeasure.Account("a"), "no"));
        desk.Do("ben", new AppealAnswered(one, AMeasure.Account("a"), false));
        desk.Do(Actors.OfCustomer("c"), new AppealFiled(two, AMeasure.Account("c"), "no"));
        desk.Do("ana", new CasesMerged(one, [two]));
        desk.Do("ana", new CaseSplit(one, CaseId.Of(3), "part", [AMeasure.Account("a"), AMeasure.Account("c")]));
        Assert.Equal((2, 1), (Of(desk).Appeals, Of(desk).AppealsNotGranted));
    }

    /// <summary>Whose appeal was granted before is not touched by what comes after.</summary>
    [Fact]
    public void Of_WhenAnAccountWasSparedFromTheBeginning_ThenItIsNotTouched()
    {
        var desk = Lifted();
        var id = desk.Open(1, "a", "b");
        desk.Do(Actors.OfCustomer("a"), new AppealFiled(id, AMeasure.Account("a"), "no"));
        desk.Do("ben", new AppealAnswered(id, AMeasure.Account("a"), true));
        desk.Decide(AMeasure.On(1, Rung.Slow, "b") with { Case = id });
        Assert.Equal((1, 0), (Of(desk).AccountsTouched, Of(desk).HonestAccountsTouched));
    }

    [Fact]
    public void Of_WhenCasesAreClosed_ThenFindingsAreCountedAndHonestOutweighsConfirmed()
    {
        var desk = Lifted();
        var (one, two) = (desk.Open(1, "a", "b"), desk.Open(2, "a"));
        desk.Decide(AMeasure.On(1, Rung.Slow, "a", "b") with { Case = one });
        desk.Do("ana", new CaseClosed(one, Finding.Confirmed));
        desk.Do("ben", new CaseClosed(two, Finding.Honest));
        Assert.Equal(TouchedStanding.ConfirmedHonest, EnforcementReport.StandingOf(desk.Standing, "a"));
        Assert.Equal(TouchedStanding.ConfirmedCampaign, EnforcementReport.StandingOf(desk.Standing, "b"));
        Assert.Equal(TouchedStanding.Unknown, EnforcementReport.StandingOf(desk.Standing, "c"));
        Assert.Equal((1, 1), (Of(desk).CasesClosed["confirmed"], Of(desk).CasesClosed["honest"]));
        Assert.Equal((2, 1), (Of(desk).AccountsTouched, Of(desk).HonestAccountsTouched));
        desk.Do("ana", new CaseReopened(two));
        Assert.False(Of(desk).CasesClosed.ContainsKey("honest"));
    }

    private static EnforcementReport Of(ADesk desk) => EnforcementReport.Of(desk.Standing, AMeasure.Day(-10), AMeasure.Day(10));

    private static ADesk Lifted()
    {
        var desk = new ADesk();
        desk.Policy(StandardPolicy.Value with { Shadow = false });
        return desk;
    }
}
