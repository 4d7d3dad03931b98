using System.Text.Json;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Tests.Countermeasures;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

public sealed class CustomerCaseTests
{
    private static readonly Customer Ann = new("ann", "k-ann", "org"),
        Bob = new("bob", "k-bob");

    [Fact]
    public void Find_WhenACaseIsOnlyLookedInto_ThenItIsNobodysBusiness()
    {
        var desk = Lifted();
        var id = desk.Open(1, "ann");
        desk.Do("ana", new HypothesisWeighed(id, Hypothesis.Lab, 0.9, ["all"], []));
        foreach (var rung in new[] { Rung.Observe, Rung.Tag, Rung.Mark })
        {
            desk.Decide(AMeasure.On((ulong)rung, rung, "ann") with { Case = id });
        }

        desk.Do("ana", new MeasureProposed(AMeasure.On(20, Rung.Suspend, "ann") with { Case = id, Needs = 2 }, []));
        desk.Do("ana", new MeasureProposed(AMeasure.On(21, Rung.Slow, "ann") with { Case = id, IsShadow = true }, []));
        Assert.Null(Of(desk, id, Ann));
        desk.Do("ben", new MeasureRejected(MeasureId.Of(20)));
        Assert.Null(Of(desk, id, Ann));
    }

    [Fact]
    public void Find_WhenAMeasureWasTakenBackBeforeAnybodyApproved_ThenTheCustomerIsToldNothing()
    {
        var desk = Lifted();
        var id = desk.Open(1, "ann");
        desk.Do("ana", new MeasureProposed(AMeasure.On(1, Rung.Suspend, "ann") with { Case = id, Needs = 2 }, []));
        desk.Do("ana", new MeasureUndone(MeasureId.Of(1)));
        Assert.Null(Of(desk, id, Ann));
    }

    /// <summary>A wave falls together: whoever learns of it before its time warns the others.</summary>
    [Fact]
    public void Find_WhenAMeasureBeginsLater_ThenTheCustomerIsToldNothingUntilThen()
    {
        var desk = Lifted();
        var id = desk.Open(1, "ann");
        desk.Decide(AMeasure.On(1, Rung.Refuse, "ann") with { Case = id, From = AMeasure.Day(2) });
        Assert.Null(Of(desk, id, Ann));
        desk.Now = AMeasure.Day(2);
        Assert.Equal("suspended", Of(desk, id, Ann)!.Status);
    }

    [Theory]
    [InlineData(Rung.Slow, "restricted")]
    [InlineData(Rung.Strip, "restricted")]
    [InlineData(Rung.Warn, "warned")]
    [InlineData(Rung.StepUp, "suspended")]
    [InlineData(Rung.Restrict, "restricted")]
    [InlineData(Rung.Refuse, "suspended")]
    [InlineData(Rung.FallBack, "restricted")]
    [InlineData(Rung.Suspend, "suspended")]
    public void Find_WhenSomethingIsDone_ThenTheStatusAndUntilWhenAreTold(Rung rung, string status)
    {
        var desk = Lifted();
        var id = desk.Open(1, "ann", "bob");
        desk.Decide(AMeasure.On(1, rung, "ann") with { Case = id });
        var known = Of(desk, id, Ann)!;
        Assert.Equal((status, AMeasure.Day(7)), (known.Status, known.Until!.Value));
        Assert.Equal([RungWords.Of(rung)], known.Measures);
        Assert.Equal([ReasonCodes.DistillationSuspected], known.ReasonCodes);
        Assert.Equal(rung == Rung.Warn ? AMeasure.Day(3) : null, known.Deadline);
        Assert.Contains(id.ToString(), known.HowToAppeal, StringComparison.Ordinal);
        Assert.Null(Of(desk, id, Bob));
        desk.Now = AMeasure.Day(7);
        Assert.Equal("lifted", Of(desk, id, Ann)!.Status);
    }

    [Fact]
    public void Find_WhenTheCaseHasMuch_ThenNothingOfBeliefsAndOthersIsTold()
    {
        var desk = Lifted();
        desk.Now = AMeasure.Day(-1);
        var id = CaseId.Of(1);
        desk.Do(Actors.Watch, new CaseOpened(id, "secret title", [AMeasure.Account("ann"), AMeasure.Account("bob")], null), "secret brief");
        desk.Do("ana", new CustomerNoticed(id, AMeasure.Account("bob"), "secret of bob", AMeasure.Day(1)), "secret reason");
        desk.Now = AMeasure.Start;
        desk.Do("ana", new CaseNoted(id, "secret note"));
        desk.Do("ana", new HypothesisWeighed(id, Hypothesis.Lab, 0.9, ["secret for"], ["secret against"]));
        desk.Decide(AMeasure.On(1, Rung.Refuse, "ann", "bob") with { Case = id });
        desk.Decide(AMeasure.On(2, Rung.Tag, "ann") with { Case = id });
        desk.Decide(AMeasure.On(3, Rung.Warn, "bob") with { Case = id });
        desk.Do(Actors.OfCustomer("bob"), new AppealFiled(id, AMeasure.Account("bob"), "secret appeal"));
        var known = Of(desk, id, Ann)!;
        var told = JsonSerializer.Serialize(known, DecisionJson.Options);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", told, StringComparison.Ordinal);
        Assert.DoesNotContain("lab", told, StringComparison.Ordinal);
        foreach (var person in desk.Standing.People.Keys)
        {
            Assert.DoesNotContain($"\"{person}\"", told, StringComparison.Ordinal);
        }

        Assert.Equal(["refuse"], known.Measures);
        Assert.Null(known.Deadline);
        Assert.Equal("none", known.Appeal);
        Assert.Equal(AMeasure.Start, known.OpenedAt); // not when another was told something
    }

    [Fact]
    public void Find_WhenTheAppealIsGranted_ThenItIsLiftedAndSaysWhy()
    {
        var desk = Lifted();
        var id = desk.Open(1, "ann", "bob");
        desk.Decide(AMeasure.On(1, Rung.Refuse, "ann", "bob") with { Case = id });
        desk.Do(Actors.OfCustomer("ann"), new AppealFiled(id, AMeasure.Account("ann"), "no"));
        Assert.Equal("waiting", Of(desk, id, Ann)!.Appeal);
        desk.Do("ben", new AppealAnswered(id, AMeasure.Account("ann"), true), "a contract");
        var known = Of(desk, id, Ann)!;
        Assert.Equal(("lifted", "granted", "a contract"), (known.Status, known.Appeal, known.AppealAnswer));
        Assert.Empty(known.Measures);
        Assert.Null(known.Until);
        Assert.Equal(("suspended", "none"), (Of(desk, id, Bob)!.Status, Of(desk, id, Bob)!.Appeal));
        desk.Do(Actors.OfCustomer("bob"), new AppealFiled(id, AMeasure.Account("bob"), "no"));
        desk.Do("ben", new AppealAnswered(id, AMeasure.Account("bob"), false), "no contract");
        Assert.Equal(("suspended", "not_granted"), (Of(desk, id, Bob)!.Status, Of(desk, id, Bob)!.Appeal));
    }

    /// <summary>The appeal is filed for the account, whatever of it the measure is about.</summary>
    [Fact]
    public void Find_WhenTheMeasureIsOnItsKeyOrOrganisation_ThenAGrantedAppealLiftsItToo()
    {
        foreach (var subject in new[] { new Subject(SubjectKind.Key, "k-ann"), new Subject(SubjectKind.Organisation, "org") })
        {
            var desk = Lifted();
            var id = desk.Open(1, "ann");
            desk.Decide(AMeasure.Of(1, Rung.Refuse, subject) with { Case = id });
            Assert.Equal("suspended", Of(desk, id, Ann)!.Status);
            Assert.Null(Of(desk, id, Bob));
            desk.Do(Actors.OfCustomer("ann"), new AppealFiled(id, AMeasure.Account("ann"), "no"));
            desk.Do("ben", new AppealAnswered(id, AMeasure.Account("ann"), true));
            Assert.Equal("lifted", Of(desk, id, Ann)!.Status);
            Assert.Null(desk.Standing.Plan().Find("ann", "k-ann", "org", [], desk.Now));
        }
    }

    [Fact]
    public void Find_WhenTheCaseGoesOnInAnother_ThenItsReferenceLeadsThere()
    {
        var desk = Lifted();
        var (into, merged) = (desk.Open(1, "bob"), desk.Open(2, "ann"));
        desk.Decide(AMeasure.On(1, Rung.Slow, "ann") with { Case = merged });
        desk.Do("ana", new CasesMerged(into, [merged]));
        Assert.Equal(into, Of(desk, merged, Ann)!.Case);
        Assert.Equal(into, Of(desk, into, Ann)!.Case);
        Assert.Null(Of(desk, merged, Bob));
        Assert.Null(Of(desk, CaseId.Of(9), Ann));
        Assert.Null(Of(desk, default, Ann));
    }

    [Fact]
    public void Find_WhenAnotherAccountsNameBeginsAlike_ThenItIsToldNothing()
    {
        var desk = Lifted();
        var id = desk.Open(1, "ann/eu");
        desk.Decide(AMeasure.Of(1, Rung.Refuse, Subject.OfEndUser("ann/eu", "u")) with { Case = id });
        Assert.Null(Of(desk, id, Ann));
        Assert.NotNull(Of(desk, id, new Customer("ann/eu")));
    }

    private static CustomerCase? Of(ADesk desk, CaseId id, Customer customer) => CustomerCase.Find(desk.Standing, id, customer, desk.Now);

    private static ADesk Lifted()
    {
        var desk = new ADesk();
        desk.Policy(StandardPolicy.Value with { Shadow = false });
        return desk;
    }
}
