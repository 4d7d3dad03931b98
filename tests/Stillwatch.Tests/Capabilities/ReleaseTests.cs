using Stillwatch.Capabilities;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Capabilities;

public sealed class ReleaseTests
{
    [Fact]
    public void Fault_WhenEachStageReachesAsManyOrMore_ThenThereIsNone()
    {
        Assert.Null(Of(new ReleaseStage(["a"], 0.01)));
        Assert.Null(Of(new ReleaseStage(["a"], 0.01), new ReleaseStage(["a"], 0.01), new ReleaseStage(["b", "a"], 1)));
        Assert.Null(Of([.. Enumerable.Repeat(new ReleaseStage(["a"], 1), 20)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.0001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Fault_WhenAShareIsNone_ThenTheStageIsNamed(double share) =>
        Assert.StartsWith("stages[1]", Of(new ReleaseStage(["a"], 0.01), new ReleaseStage(["a"], share)), StringComparison.Ordinal);

    [Fact]
    public void Fault_WhenAStageReachesFewer_ThenItIsRefused()
    {
        Assert.Contains("fewer", Of(new ReleaseStage(["a"], 0.5), new ReleaseStage(["a"], 0.4)), StringComparison.Ordinal);
        Assert.Contains("fewer", Of(new ReleaseStage(["a", "b"], 0.5), new ReleaseStage(["b"], 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_WhenStagesOrTiersAreMissing_ThenItIsRefused()
    {
        Assert.StartsWith("stages:", Of(), StringComparison.Ordinal);
        Assert.StartsWith("stages:", Of([.. Enumerable.Repeat(new ReleaseStage(["a"], 1), 21)]), StringComparison.Ordinal);
        Assert.StartsWith("stages[0]", Of(new ReleaseStage([], 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void Fault_WhenTheModelHasSoManyCharacters_ThenUpTo200AreTaken(int length, bool taken)
    {
        var release = new Release(ReleaseId.Of(1), new Gate(new string('m', length), Capability.Tools), [new(["a"], 1)], new());
        Assert.Equal(taken, release.Fault() == null);
    }

    private static string? Of(params ReleaseStage[] stages) =>
        new Release(ReleaseId.Of(1), new Gate("m", Capability.Tools), stages, new Exposure()).Fault();
}
