using CsCheck;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Countermeasures;

public sealed class EnforcedTests
{
    [Fact]
    public void Of_WhenThereIsNone_ThenNothingIsFelt()
    {
        var nothing = Enforced.Of([]);
        Assert.False(nothing.IsFelt);
        Assert.True(nothing.Allows("any"));
        Assert.Null(nothing.Case);
        Assert.Null(nothing.Tags);
    }

    [Theory]
    [InlineData(Rung.Observe, false)]
    [InlineData(Rung.Tag, false)]
    [InlineData(Rung.Slow, true)]
    [InlineData(Rung.Strip, true)]
    [InlineData(Rung.Warn, true)]
    [InlineData(Rung.StepUp, true)]
    [InlineData(Rung.Restrict, true)]
    [InlineData(Rung.Refuse, true)]
    [InlineData(Rung.FallBack, true)]
    [InlineData(Rung.Mark, false)]
    [InlineData(Rung.RevokeKey, true)]
    [InlineData(Rung.Suspend, true)]
    public void IsFelt_WhenThereIsOneMeasure_ThenTheAnswerTellsWhatChangesIt(Rung rung, bool felt) =>
        Assert.Equal(felt, Enforced.Of([AMeasure.On(1, rung, "a")]).IsFelt);

    [Fact]
    public void Of_WhenSeveralRefuse_ThenTheHighestOfTheLadderDoes()
    {
        var all = new[] { Rung.StepUp, Rung.Refuse, Rung.RevokeKey, Rung.Suspend };
        for (var count = 1; count <= all.Length; count++)
        {
            var refusing = Enforced.Of(all[..count].Select((rung, i) => AMeasure.On((ulong)i, rung, "a"))).Refusing;
            Assert.Equal(all[count - 1], refusing!.Rung);
        }
    }

    [Fact]
    public void Of_WhenTermsDiffer_ThenTheStrictestOfEachHolds()
    {
        var enforced = Enforced.Of([
            With(1, Rung.Slow, new() { SlowMilliseconds = 50 }),
            With(2, Rung.Slow, new() { SlowMilliseconds = 900 }),
            With(3, Rung.Strip, new() { Strip = Capability.Echo }),
            With(4, Rung.Strip, new() { Strip = Capability.Seed }),
            With(5, Rung.Restrict, new() { Deny = Capability.Tools }),
            With(6, Rung.Restrict, new() { Deny = Capability.NonText, RequestsPerMinute = 30 }),
            With(7, Rung.Restrict, new() { RequestsPerMinute = 5 }),
            With(8, Rung.Tag, new() { Tag = "x" }),
            With(9, Rung.Tag, new() { Tag = "y" }),
            With(10, Rung.Tag, new() { Tag = "x" }),
            With(11, Rung.FallBack, new() { FallBackModel = "small" }),
        ]);
        Assert.Equal(900, enforced.SlowMilliseconds);
        Assert.Equal(Capability.Echo | Capability.Seed, enforced.Strip);
        Assert.Equal(Capability.Tools | Capability.NonText, enforced.Deny);
        Assert.Equal(5, enforced.RequestsPerMinute);
        Assert.Equal("x,y", enforced.Tags);
        Assert.Equal("small", enforced.FallBackModel);
        Assert.Null(enforced.Refusing);
        Assert.Equal(
            enforced.Measures.OrderByDescending(one => one.Rung).Select(one => one.Rung),
            enforced.Measures.Select(one => one.Rung)
        );
    }

    [Fact]
    public void Allows_WhenSeveralListsStand_ThenEachMustAllowTheModel()
    {
        var enforced = Enforced.Of([
            With(1, Rung.Restrict, new() { Models = ["small", "mid*"] }),
            With(2, Rung.Restrict, new() { Models = ["mid-1", "small"] }),
        ]);
        Assert.True(enforced.Allows("small"));
        Assert.True(enforced.Allows("mid-1"));
        Assert.False(enforced.Allows("mid-2"));
        Assert.False(enforced.Allows("Small"));
        Assert.False(enforced.Allows("small-2"));
        Assert.True(Enforced.Of([With(1, Rung.Restrict, new() { Models = ["*"] })]).Allows(""));
    }

    [Fact]
    public void Warning_WhenSeveralWarn_ThenItIsTheOneWithTheEarliestDeadline()
    {
        var late = With(1, Rung.Warn, new() { DeadlineDays = 9 });
        var early = With(2, Rung.Warn, new() { DeadlineDays = 3 });
        var enforced = Enforced.Of([late, early]);
        Assert.Equal(early.Id, enforced.Warning!.Id);
        Assert.Equal(AMeasure.Day(3), Enforced.DeadlineOf(early));
    }

    [Fact]
    public void Of_WhenMeasuresComeInAnyOrder_ThenItIsTheSame() =>
        Gen.Int[0, 11]
            .Array[0, 8]
            .Sample(rungs =>
            {
                var measures = rungs.Select((rung, i) => AMeasure.On((ulong)i, (Rung)rung, "a")).ToList();
                var (forth, back) = (Enforced.Of(measures), Enforced.Of(Enumerable.Reverse(measures)));
                Assert.Equal(forth.Measures.Select(one => one.Id), back.Measures.Select(one => one.Id));
                Assert.Equal(forth.Refusing?.Id, back.Refusing?.Id);
                Assert.Equal(forth.Warning?.Id, back.Warning?.Id);
            });

    [Fact]
    public void Case_WhenAMeasureRefuses_ThenItIsItsOwn()
    {
        var (one, two) = (CaseId.Of(1), CaseId.Of(2));
        var strip = AMeasure.On(1, Rung.Strip, "a") with { Case = one };
        var refuse = AMeasure.On(2, Rung.Refuse, "a") with { Case = two };
        Assert.Equal(two, Enforced.Of([strip, refuse]).Case);
        Assert.Equal(one, Enforced.Of([strip]).Case);
    }

    /// <summary>The customer would learn of a case that it is told nothing else of.</summary>
    [Theory]
    [InlineData(Rung.Tag)]
    [InlineData(Rung.Mark)]
    [InlineData(Rung.Observe)]
    public void Case_WhenItsMeasureIsNotFelt_ThenItIsNotTold(Rung rung)
    {
        var quiet = AMeasure.On(1, rung, "a") with { Case = CaseId.Of(1) };
        Assert.Null(Enforced.Of([quiet, AMeasure.On(2, Rung.Slow, "a")]).Case);
    }

    private static Measure With(ulong id, Rung rung, MeasureTerms terms) => AMeasure.On(id, rung, "a") with { Terms = terms };
}
