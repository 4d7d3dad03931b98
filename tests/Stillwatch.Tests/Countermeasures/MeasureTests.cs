using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Countermeasures;

public sealed class MeasureTests
{
    private static readonly Subject Key = new(SubjectKind.Key, "k"),
        Campaign = new(SubjectKind.Campaign, "c-1234567");

    public static TheoryData<Rung> Rungs => [.. Enum.GetValues<Rung>()];

    [Theory]
    [MemberData(nameof(Rungs))]
    public void Fault_WhenTheMeasureIsWhole_ThenThereIsNone(Rung rung) =>
        Assert.Null((rung == Rung.RevokeKey ? AMeasure.Of(1, rung, Key) : AMeasure.On(1, rung, "a")).Fault());

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(Measure.MostSubjects, true)]
    [InlineData(Measure.MostSubjects + 1, false)]
    public void Fault_WhenThereAreSoManySubjects_ThenAHundredThousandAreTaken(int count, bool taken)
    {
        var fault = (AMeasure.On(1, Rung.Refuse) with { Subjects = [.. Enumerable.Repeat(Key, count)] }).Fault();
        Assert.Equal(taken, fault == null);
        Assert.True(taken || fault!.StartsWith("subjects: 1 to 100,000", StringComparison.Ordinal), fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Distillation")]
    [InlineData("two words")]
    [InlineData("a-b")]
    [InlineData("é")]
    public void Fault_WhenTheReasonCodeIsNoWord_ThenItIsRefused(string code) =>
        Assert.StartsWith("reason_code", (AMeasure.On(1, Rung.Refuse, "a") with { ReasonCode = code }).Fault(), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "ends before")]
    [InlineData(-1, "ends before")]
    [InlineData(1, null)]
    [InlineData(366L * EventTime.Day, null)]
    [InlineData(366L * EventTime.Day + 1, "366 days")]
    public void Fault_WhenItLastsSoLong_ThenUpToAYearIsTaken(long micros, string? says)
    {
        var measure = AMeasure.On(1, Rung.Refuse, "a");
        var fault = (measure with { Until = new(measure.From.Micros + micros) }).Fault();
        Assert.Equal(says == null, fault == null);
        Assert.Contains(says ?? "", fault ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_WhenKeysAndAccountsAreMistaken_ThenEachRungSaysSo()
    {
        Assert.Contains("suspend an account instead", AMeasure.On(1, Rung.RevokeKey, "a").Fault(), StringComparison.Ordinal);
        Assert.NotNull(AMeasure.Of(1, Rung.RevokeKey, Key, AMeasure.Account("a")).Fault());
        Assert.Contains("a key is revoked", AMeasure.Of(1, Rung.Suspend, AMeasure.Account("a"), Key).Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_WhenReplacementsAreTakenWithoutACampaign_ThenItIsRefused()
    {
        var measure = AMeasure.On(1, Rung.Refuse, "a") with { TakesReplacements = true };
        Assert.Contains("none is among its subjects", measure.Fault(), StringComparison.Ordinal);
        Assert.Null((measure with { Subjects = [AMeasure.Account("a"), Campaign] }).Fault());
    }

    [Fact]
    public void Fault_WhenTheTermsAreNotThoseOfTheRung_ThenItIsTheirs() =>
        Assert.Equal(MeasureTerms.None.Fault(Rung.Strip), (AMeasure.On(1, Rung.Strip, "a") with { Terms = MeasureTerms.None }).Fault());
}
