using Stillwatch.Population;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Population;

public sealed class SourceTests
{
    [Theory]
    [InlineData(40, 12)]
    [InlineData(60, 8)]
    [InlineData(200, 6)]
    public void Find_WhenSomeAreDealtFromOneList_ThenTheyAreFoundAndNobodyElse(int dealt, int each)
    {
        var askers = new Askers(dealt);
        List<PromptSample> samples = [.. Many(600, () => askers.Person(10)), .. Many(dealt, () => askers.Dealt(0, each))];
        var accounts = Askers.Ordered(samples);
        var source = Assert.Single(Source.Find(accounts, salt: 1, out var looked));
        var found = source.Accounts.Select(account => samples.IndexOf(accounts[account].Sample)).ToList();
        Assert.DoesNotContain(found, number => number < 600);
        Assert.InRange(found.Count, dealt * 0.85, dealt);
        Assert.InRange(looked.Lowest, 0, Source.MostBound);
    }

    [Fact]
    public void Find_WhenAllArePeople_ThenThereIsNone()
    {
        var askers = new Askers(2);
        Assert.Empty(Source.Find(Askers.Ordered(Many(600, () => askers.Person(10))), 1, out var looked));
        Assert.True(looked.Lowest > Source.MostBound);
    }

    [Fact]
    public void Find_WhenThereAreTwoLists_ThenTheyAreTwo()
    {
        var askers = new Askers(3);
        List<PromptSample> samples =
        [
            .. Many(300, () => askers.Person(10)),
            .. Many(60, () => askers.Dealt(0, 12)),
            .. Many(60, () => askers.Dealt(1, 12)),
        ];
        var accounts = Askers.Ordered(samples);
        var sources = Source.Find(accounts, 1, out _);
        Assert.Equal(2, sources.Count);
        Assert.All(sources, source =>
            Assert.Single(source.Accounts.Select(account => samples.IndexOf(accounts[account].Sample) >= 360).Distinct())
        );
    }

    [Fact]
    public void Find_WhenItIsAskedTwice_ThenItSaysTheSame()
    {
        var askers = new Askers(4);
        var accounts = Askers.Ordered([.. Many(200, () => askers.Person(10)), .. Many(60, () => askers.Dealt(0, 12))]);
        var (one, other) = (Source.Find(accounts, 5, out _), Source.Find(accounts, 5, out _));
        Assert.Equal(one.Select(source => source.Reading), other.Select(source => source.Reading));
        Assert.Equal(one.SelectMany(source => source.Accounts), other.SelectMany(source => source.Accounts));
    }

    [Fact]
    public void Find_WhenThereIsHardlyAnybody_ThenThereIsNone()
    {
        var askers = new Askers(5);
        Assert.Empty(Source.Find(Askers.Ordered(Many(5, () => askers.Dealt(0, 12))), 1, out var looked));
        Assert.Equal(double.PositiveInfinity, looked.Lowest);
    }

    private static List<PromptSample> Many(int accounts, Func<Stillwatch.Features.ExchangeFeatures[]> asked) =>
        [.. Enumerable.Range(0, accounts).Select(_ => Askers.Sample(asked()))];
}
