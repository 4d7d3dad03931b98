using System.Text;
using CsCheck;
using Stillwatch.Accounts;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;
using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Countermeasures;

public sealed class EnforcementPlanTests
{
    private static readonly KeyedHash Hash = new(99);

    [Fact]
    public void None_WhenAskedForAnybody_ThenNothingIsDone()
    {
        Assert.True(EnforcementPlan.None.IsEmpty);
        Assert.Equal(0, EnforcementPlan.None.Count);
        Assert.Null(EnforcementPlan.None.Find(Key("a", "k", "o"), "u", AMeasure.Start, Hash));
    }

    [Fact]
    public void Find_WhenTheMeasureBeginsAndEnds_ThenItActsFromItsFirstMomentToBeforeItsLast()
    {
        var plan = Plan(AMeasure.Decided(AMeasure.On(1, Rung.Refuse, "a")));
        var (from, until) = (AMeasure.Start, AMeasure.Day(7));
        Assert.Null(At(plan, "a", new(from.Micros - 1)));
        Assert.NotNull(At(plan, "a", from));
        Assert.NotNull(At(plan, "a", new(until.Micros - 1)));
        Assert.Null(At(plan, "a", until));
        Assert.NotNull(At(plan, "a", from)); // what is worked out for one time is not taken for another
        Assert.Null(At(plan, "b", from));
    }

    [Fact]
    public void Find_WhenMomentsComeInAnyOrder_ThenTheCachedSlotIsThatOfTheMoment() =>
        Gen.Select(Gen.Select(Gen.Long[0, 20], Gen.Long[1, 10]).Array[1, 5], Gen.Long[-2, 32].Array[1, 40])
            .Sample(
                (spans, moments) =>
                {
                    var measures = spans
                        .Select(
                            (span, i) =>
                                AMeasure.On((ulong)i, Rung.Slow, "a") with
                                {
                                    From = new(span.Item1),
                                    Until = new(span.Item1 + span.Item2),
                                }
                        )
                        .ToList();
                    var plan = Plan([.. measures.Select(one => AMeasure.Decided(one))]);
                    foreach (var moment in moments)
                    {
                        var expected = measures.Where(one => one.From.Micros <= moment && moment < one.Until.Micros).Select(one => one.Id);
                        var found = At(plan, "a", new(moment));
                        Assert.Equal(expected.ToHashSet(), (found?.Measures.Select(one => one.Id) ?? []).ToHashSet());
                        Assert.NotEqual(0, found?.Measures.Length ?? 1);
                    }
                }
            );

    [Fact]
    public void Find_WhenItIsAboutAKey_ThenOtherKeysOfTheAccountAreServed()
    {
        var plan = Plan(AMeasure.Decided(AMeasure.Of(1, Rung.RevokeKey, new Subject(SubjectKind.Key, "k1"))));
        Assert.NotNull(plan.Find(Key("a", "k1"), null, AMeasure.Start, Hash));
        Assert.Null(plan.Find(Key("a", "k2"), null, AMeasure.Start, Hash));
        Assert.Null(plan.Find(Key("a", "k1"), null, AMeasure.Day(7), Hash));
    }

    [Fact]
    public void Find_WhenItIsAboutAnOrganisation_ThenAllItsAccountsAreTouched()
    {
        var plan = Plan(AMeasure.Decided(AMeasure.Of(1, Rung.Refuse, new Subject(SubjectKind.Organisation, "o"))));
        Assert.NotNull(plan.Find(Key("a", "k", "o"), null, AMeasure.Start, Hash));
        Assert.NotNull(plan.Find(Key("b", "k", "o"), null, AMeasure.Start, Hash));
        Assert.Null(plan.Find(Key("o", "k"), null, AMeasure.Start, Hash));
        Assert.Null(plan.Find(Key("a", "k", "other"), null, AMeasure.Start, Hash));
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("shop/eu")]
    [InlineData("shop:1/%")]
    public void Find_WhenItIsAboutAnEndUser_ThenOnlyThatOneIsTouchedByNameAndByFingerprint(string account)
    {
        var byName = Plan(AMeasure.Decided(AMeasure.Of(1, Rung.Refuse, Subject.OfEndUser(account, "bob/1"))));
        var byPrint = Plan(
            AMeasure.Decided(AMeasure.Of(1, Rung.Refuse, Subject.OfFingerprint(account, Hash.Of(Encoding.UTF8.GetBytes("bob/1")))))
        );
        foreach (var plan in new[] { byName, byPrint })
        {
            Assert.NotNull(plan.Find(Key(account, "k"), "bob/1", AMeasure.Start, Hash));
            Assert.Null(plan.Find(Key(account, "k"), "eve", AMeasure.Start, Hash));
            Assert.Null(plan.Find(Key(account, "k"), null, AMeasure.Start, Hash));
            Assert.Null(plan.Find(Key("other", "k"), "bob/1", AMeasure.Start, Hash));
        }

        Assert.Null(byPrint.Find(Key(account, "k"), "bob/1", AMeasure.Start, new KeyedHash(1)));
    }

    [Fact]
    public void Find_WhenSeveralSubjectsAreTouched_ThenTheMeasuresAreTakenTogetherAndEachOnce()
    {
        var all = AMeasure.Of(1, Rung.Refuse, AMeasure.Account("a"), new Subject(SubjectKind.Key, "k"), Subject.OfEndUser("a", "u"));
        var slow = AMeasure.Of(2, Rung.Slow, new Subject(SubjectKind.Organisation, "o"));
        var plan = Plan(AMeasure.Decided(all), AMeasure.Decided(slow));
        var found = plan.Find(Key("a", "k", "o"), "u", AMeasure.Start, Hash)!;
        Assert.Equal([all.Id, slow.Id], found.Measures.Select(one => one.Id));
        Assert.Equal(4, plan.Count);
    }

    [Fact]
    public void Of_WhenAMeasureIsNotDecided_ThenItIsLeftOut()
    {
        foreach (var state in new[] { MeasureState.Proposed, MeasureState.Rejected, MeasureState.Undone })
        {
            Assert.True(Plan(AMeasure.Decided(AMeasure.On(1, Rung.Refuse, "a")) with { State = state }).IsEmpty);
        }
    }

    [Fact]
    public void Find_WhenASubjectIsSpared_ThenItIsServedAndOthersAreNot()
    {
        var campaign = new Subject(SubjectKind.Campaign, "c-1234567");
        var standing = AMeasure.Decided(AMeasure.Of(1, Rung.Refuse, campaign), "a", "b") with { Spared = [AMeasure.Account("a")] };
        var plan = Plan(standing);
        Assert.Null(At(plan, "a", AMeasure.Start));
        Assert.NotNull(At(plan, "b", AMeasure.Start));
    }

    /// <summary>Customers appeal for their account; the measure may be about its key, its organisation or its end user.</summary>
    [Fact]
    public void Find_WhenTheAccountIsSpared_ThenNoMeasureOnItsKeyOrganisationOrEndUserTouchesIt()
    {
        Subject[] subjects = [new(SubjectKind.Key, "k"), new(SubjectKind.Organisation, "o"), Subject.OfEndUser("a", "u")];
        foreach (var subject in subjects)
        {
            var standing = AMeasure.Decided(AMeasure.Of(1, Rung.Refuse, subject));
            Assert.NotNull(Plan(standing).Find(Key("a", "k", "o"), "u", AMeasure.Start, Hash));
            var plan = Plan(standing with { Spared = [AMeasure.Account("a")] });
            Assert.Null(plan.Find(Key("a", "k", "o"), "u", AMeasure.Start, Hash));
            var other = subject.Kind == SubjectKind.Organisation ? plan.Find(Key("b", "k2", "o"), null, AMeasure.Start, Hash) : null;
            Assert.Equal(subject.Kind == SubjectKind.Organisation, other != null);
        }
    }

    [Fact]
    public void Of_WhenAHundredThousandAccountsAreTouched_ThenEachIsFound()
    {
        var names = Enumerable.Range(0, 100_000).Select(i => $"acct-{i}").ToArray();
        var plan = Plan(AMeasure.Decided(AMeasure.Of(1, Rung.Refuse, new Subject(SubjectKind.Campaign, "c-1234567")), names));
        Assert.Equal(names.Length, plan.Count);
        Assert.All(names, name => Assert.NotNull(At(plan, name, AMeasure.Start)));
    }

    private static Enforced? At(EnforcementPlan plan, string account, EventTime now) => plan.Find(Key(account, "key"), null, now, Hash);

    private static EnforcementPlan Plan(params StandingMeasure[] measures) => EnforcementPlan.Of(measures, "write", 1);

    private static KeyEntry Key(string account, string key, string? organisation = null) =>
        new(key, default, new AccountEntry(account, organisation, new Tier(Tier.Default), false), null, false);
}
