using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Xunit;

namespace Stillwatch.Tests.Countermeasures;

public sealed class LadderTests
{
    private static readonly CampaignId Id = CampaignId.Of(1, 2, isLead: false);

    private static readonly CampaignFacts Facts = new(
        Id,
        Verdict.Lab,
        8,
        [new("a", "free", null, false), new("b", "paid", "org", false), new("v", "paid", "org", true)]
    );

    private static readonly Policy Live = new() { Shadow = false };

    private static readonly Rule Rule = new("r", 3, Rung.Refuse) { Mode = RuleMode.Live };

    [Fact]
    public void Choose_WhenTheRuleIsForIt_ThenTheMeasureIsWhole()
    {
        var about = CaseId.Of(7);
        var choice = Ladder.Choose(Live, Rule with { Days = 2 }, Facts, AMeasure.Start, MeasureId.Of(1), about)!;
        Assert.Equal(["a", "b"], choice.Accounts);
        Assert.Null(choice.Measure.Fault());
        Assert.Equal([new Subject(SubjectKind.Campaign, Id.ToString())], choice.Measure.Subjects);
        Assert.Equal((AMeasure.Start, AMeasure.Day(2)), (choice.Measure.From, choice.Measure.Until));
        Assert.Equal(("r@3", (CaseId?)about, 1), (choice.Measure.Rule, choice.Measure.Case, choice.Measure.Needs));
        Assert.False(choice.Measure.IsShadow);
        Assert.True(choice.Measure.TakesReplacements);
    }

    [Fact]
    public void Choose_WhenTheVerdictIsAnother_ThenNothingIsChosen()
    {
        Assert.NotNull(Choose(Rule with { Verdicts = [Verdict.Reseller, Verdict.Lab] }));
        Assert.Null(Choose(Rule with { Verdicts = [Verdict.Reseller] }));
        Assert.NotNull(Choose(Rule with { Verdicts = [] }));
    }

    [Theory]
    [InlineData(8, 3, true)]
    [InlineData(8.001, 3, false)]
    [InlineData(8, 4, false)]
    public void Choose_WhenBitsOrAccountsAreAtTheEdge_ThenTheEdgeCounts(double bits, int accounts, bool chosen) =>
        Assert.Equal(chosen, Choose(Rule with { LeastBits = bits, LeastAccounts = accounts }) != null);

    [Fact]
    public void Choose_WhenTiersAreNamed_ThenOnlyTheirAccountsAreTouched()
    {
        Assert.Equal(["b"], Choose(Rule with { Tiers = ["paid"] })!.Accounts);
        Assert.Null(Choose(Rule with { Tiers = ["Paid"] }));
    }

    [Fact]
    public void Choose_WhenAnAccountIsVerified_ThenItIsSparedUnlessTheRuleSaysElse()
    {
        Assert.DoesNotContain("v", Choose(Rule)!.Accounts);
        Assert.Contains("v", Choose(Rule with { SparesVerified = false })!.Accounts);
    }

    [Fact]
    public void Choose_WhenThereAreExceptions_ThenTheyAreNotTouched()
    {
        Assert.Equal(["b"], Choose(Rule with { Except = [AMeasure.Account("a")] })!.Accounts);
        Assert.Equal(["a"], Choose(Rule with { Except = [new(SubjectKind.Organisation, "org")] })!.Accounts);
        Assert.Null(Choose(Rule with { Except = [AMeasure.Account("a"), new(SubjectKind.Organisation, "org")] }));
        Assert.Equal(["a", "b"], Choose(Rule with { Except = [new(SubjectKind.Organisation, "a")] })!.Accounts);
    }

    [Fact]
    public void Choose_WhenOnlyEndUsersAreMeant_ThenNoAccountIsTouched()
    {
        var rule = Rule with { EndUsersOnly = true, TakesReplacements = false };
        Assert.Null(Choose(rule));
        var (mine, spared) = (Subject.OfFingerprint("a", 1), Subject.OfFingerprint("v", 2));
        var choice = Ladder.Choose(Live, rule, Facts with { Harvesters = [mine, spared] }, AMeasure.Start, MeasureId.Of(1), null)!;
        Assert.Equal([mine], choice.Measure.Subjects);
        Assert.Empty(choice.Accounts);
        Assert.Null(choice.Measure.Fault());
        Assert.Null(Ladder.Choose(Live, rule, Facts with { Harvesters = [spared] }, AMeasure.Start, MeasureId.Of(1), null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(720)]
    public void Choose_WhenThereIsADelay_ThenTheMeasureBeginsThenAndLastsAsLong(double hours)
    {
        var measure = Choose(Rule with { DelayHours = hours, Days = 3 })!.Measure;
        Assert.Equal(AMeasure.Start.Micros + (long)(hours * EventTime.Hour), measure.From.Micros);
        Assert.Equal(3 * EventTime.Day, measure.Until.Micros - measure.From.Micros);
    }

    /// <summary>The record keeps milliseconds: what is finer would be another measure after a restart.</summary>
    [Fact]
    public void Choose_WhenTheDelayIsNoWholeMillisecond_ThenTheMeasureBeginsAtOne() =>
        Assert.Equal(0, Choose(Rule with { DelayHours = 0.123456789 })!.Measure.From.Micros % 1000);

    [Theory]
    [InlineData(RuleMode.Off, false, null)]
    [InlineData(RuleMode.Off, true, null)]
    [InlineData(RuleMode.Shadow, false, true)]
    [InlineData(RuleMode.Shadow, true, true)]
    [InlineData(RuleMode.Live, true, true)]
    [InlineData(RuleMode.Live, false, false)]
    public void Choose_WhenRuleAndPolicyAreSwitched_ThenItActsOnlyWhereBothAreLive(RuleMode mode, bool policyShadow, bool? shadow)
    {
        var policy = Live with { Shadow = policyShadow };
        var choice = Ladder.Choose(policy, Rule with { Mode = mode }, Facts, AMeasure.Start, MeasureId.Of(1), null);
        Assert.Equal(shadow, choice?.Measure.IsShadow);
        Assert.Equal(
            shadow switch
            {
                null => null,
                true => 0,
                false => 1,
            },
            choice?.Measure.Needs
        );
    }

    private static LadderChoice? Choose(Rule rule) => Ladder.Choose(Live, rule, Facts, AMeasure.Start, MeasureId.Of(1), null);
}
