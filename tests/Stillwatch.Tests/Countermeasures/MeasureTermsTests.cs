using Stillwatch.Countermeasures;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Countermeasures;

public sealed class MeasureTermsTests
{
    private static readonly (Rung Rung, MeasureTerms Terms)[] Wanted =
    [
        (Rung.Tag, new() { Tag = "campaign" }),
        (Rung.Slow, new() { SlowMilliseconds = 1 }),
        (Rung.Strip, new() { Strip = Capability.LogProbabilities }),
        (Rung.Warn, new() { DeadlineDays = 1 }),
        (Rung.Restrict, new() { Deny = Capability.Tools }),
        (Rung.Restrict, new() { Models = ["m*"] }),
        (Rung.Restrict, new() { RequestsPerMinute = 1 }),
        (Rung.FallBack, new() { FallBackModel = "small" }),
    ];

    public static TheoryData<Rung> Rungs => [.. Enum.GetValues<Rung>()];

    [Theory]
    [MemberData(nameof(Rungs))]
    public void Fault_WhenTheTermsAreThoseOfTheRung_ThenThereIsNone(Rung rung)
    {
        var own = Wanted.Where(one => one.Rung == rung).Select(one => one.Terms).DefaultIfEmpty(MeasureTerms.None);
        Assert.All(own, terms => Assert.Null(terms.Fault(rung)));
    }

    [Theory]
    [MemberData(nameof(Rungs))]
    public void Fault_WhenTheTermsAreOfAnotherRung_ThenTheyAreRefused(Rung rung) =>
        Assert.All(Wanted.Where(one => one.Rung != rung), other => Assert.NotNull(other.Terms.Fault(rung)));

    [Theory]
    [MemberData(nameof(Rungs))]
    public void Fault_WhenTermsOfAnotherRungStandBesideItsOwn_ThenTheFieldIsNamed(Rung rung)
    {
        var own = Wanted.Where(one => one.Rung == rung).Select(one => one.Terms).FirstOrDefault(MeasureTerms.None);
        if (rung != Rung.Tag)
        {
            Assert.Contains("'tag' means nothing", (own with { Tag = "t" }).Fault(rung), StringComparison.Ordinal);
        }

        if (rung != Rung.Slow)
        {
            Assert.Contains("'slow_milliseconds' means nothing", (own with { SlowMilliseconds = 5 }).Fault(rung), StringComparison.Ordinal);
        }

        if (rung != Rung.FallBack)
        {
            Assert.Contains("'fall_back_model' means nothing", (own with { FallBackModel = "m" }).Fault(rung), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Rung.Tag, "tag")]
    [InlineData(Rung.Slow, "slow_milliseconds")]
    [InlineData(Rung.Strip, "strip")]
    [InlineData(Rung.Warn, "deadline_days")]
    [InlineData(Rung.Restrict, "deny")]
    [InlineData(Rung.FallBack, "fall_back_model")]
    public void Fault_WhenWhatTheRungWantsIsMissing_ThenItIsNamed(Rung rung, string field) =>
        Assert.Contains($"'{field}'", MeasureTerms.None.Fault(rung), StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    [InlineData(MeasureTerms.MostSlow, true)]
    [InlineData(MeasureTerms.MostSlow + 1, false)]
    [InlineData(int.MaxValue, false)]
    public void Fault_WhenTheWaitIsAtAnEdge_ThenOnlyWhatClientsBearIsTaken(int milliseconds, bool taken) =>
        Assert.Equal(taken, new MeasureTerms { SlowMilliseconds = milliseconds }.Fault(Rung.Slow) == null);

    [Theory]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    [InlineData(90, true)]
    [InlineData(91, false)]
    public void Fault_WhenTheDeadlineIsAtAnEdge_ThenUpTo90DaysAreTaken(int days, bool taken) =>
        Assert.Equal(taken, new MeasureTerms { DeadlineDays = days }.Fault(Rung.Warn) == null);

    [Theory]
    [InlineData("", false)]
    [InlineData("a-b_c.9", true)]
    [InlineData("a b", false)]
    [InlineData("a,b", false)]
    [InlineData("a\r\nx: y", false)]
    [InlineData("é", false)]
    public void Fault_WhenTheTagCouldBreakAHeader_ThenItIsRefused(string tag, bool taken) =>
        Assert.Equal(taken, new MeasureTerms { Tag = tag }.Fault(Rung.Tag) == null);

    [Fact]
    public void Fault_WhenWhatIsStrippedLeavesNoAnswer_ThenItIsNamed()
    {
        var fault = new MeasureTerms { Strip = Capability.Tools | Capability.LogProbabilities }.Fault(Rung.Strip);
        Assert.StartsWith("strip: tools cannot", fault, StringComparison.Ordinal);
        Assert.NotNull(new MeasureTerms { RequestsPerMinute = -1 }.Fault(Rung.Restrict));
    }
}
