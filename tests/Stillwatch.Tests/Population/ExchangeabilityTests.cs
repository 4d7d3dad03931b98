using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Population;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Population;

public sealed class ExchangeabilityTests
{
    [Theory]
    [InlineData(30, 12)]
    [InlineData(60, 8)]
    [InlineData(300, 6)]
    public void Of_WhenAllAreDealtFromOneList_ThenNoneHasAnythingOfItsOwn(int accounts, int each)
    {
        var askers = new Askers(accounts);
        var reading = Exchangeability.Of([.. Many(accounts, () => askers.Dealt(0, each))], out var kept);
        Assert.NotNull(reading);
        Assert.InRange(reading.Value.What, 0.85, 1.15);
        Assert.InRange(reading.Value.When, 0.8, 1.2);
        Assert.Equal((1, 0), (reading.Value.SystemPrompt, reading.Value.Shared));
        Assert.InRange(reading.Value.Bound, 0, Source.MostBound);
        Assert.InRange(kept.Count, accounts * 0.9, accounts);
    }

    [Fact]
    public void Of_WhenOneSystemPromptStandsBeforeAll_ThenItIsNobodysOwn()
    {
        var askers = new Askers(10);
        ExchangeFeatures[] Asked()
        {
            var asked = askers.Dealt(0, 12);
            for (var i = 0; i < asked.Length; i++)
            {
                (asked[i].System, asked[i].Turns) = (77, 2); // the system prompt is a message as well
            }

            return asked;
        }

        var reading = Exchangeability.Of([.. Many(60, Asked)], out _);
        Assert.InRange(reading!.Value.Bound, 0, Source.MostBound);
        Assert.Equal(1, reading.Value.SystemPrompt, 1e-9);
    }

    [Fact]
    public void Of_WhenTheyArePeople_ThenEachHas()
    {
        var askers = new Askers(1);
        Assert.Null(Exchangeability.Of([.. Many(60, () => askers.Person(12))], out _));
    }

    [Fact]
    public void Of_WhenPeopleAskLittle_ThenTheirHoursStillShow()
    {
        var askers = new Askers(2);
        Assert.True(Exchangeability.Of([.. Many(60, () => askers.Person(4))], out _) is not { Bound: <= Source.MostBound });
    }

    [Theory]
    [InlineData(19)]
    [InlineData(0)]
    public void Of_WhenTheyAreFew_ThenItSaysNothing(int accounts)
    {
        var askers = new Askers(3);
        Assert.Null(Exchangeability.Of([.. Many(accounts, () => askers.Dealt(0, 12))], out _));
    }

    [Fact]
    public void Of_WhenAFewPeopleAreAmongThem_ThenTheyAreLeftOut()
    {
        var askers = new Askers(4);
        List<PromptSample> samples = [.. Many(5, () => askers.Person(20)), .. Many(40, () => askers.Dealt(0, 20))];
        Assert.NotNull(Exchangeability.Of(samples, out var kept));
        Assert.DoesNotContain(kept, account => account < 5);
        Assert.InRange(kept.Count, 36, 40);
    }

    [Theory]
    [InlineData("each has a system prompt of its own")]
    [InlineData("all ask the same questions")]
    [InlineData("each repeats what it asked")]
    [InlineData("they go on with conversations")]
    public void Of_WhenItIsSomethingHonest_ThenItIsNoSource(string kind)
    {
        var askers = new Askers(5);
        var common = askers.Dealt(0, 12);
        var number = 0UL;
        ExchangeFeatures[] Asked()
        {
            number++;
            var asked = kind.StartsWith("all", StringComparison.Ordinal) ? common : askers.Dealt(0, 12);
            for (var i = 0; i < asked.Length; i++)
            {
                asked[i].System = kind.Contains("system") ? number * 2 : 0;
                asked[i].Traits |= kind.Contains("conversations") ? ExchangeTraits.FollowUp : 0;
            }

            return kind.Contains("repeats") ? [.. asked, .. asked] : asked;
        }

        Assert.Null(Exchangeability.Of([.. Many(40, Asked)], out _));
    }

    [Fact]
    public void Of_WhenOneIsVeryBusy_ThenTheOthersHoursStillCount()
    {
        var askers = new Askers(6); // as busy programs among people who each ask a few times
        List<PromptSample> samples = [.. Many(12, () => askers.Dealt(0, 400)), .. Many(20, () => askers.Person(4))];
        Assert.True(Exchangeability.Of(samples, out _) is not { Bound: <= Source.MostBound });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HaveTheirOwn_WhenTheyArePeople_ThenTheirHoursSaySo(bool people)
    {
        var askers = new Askers(7);
        Assert.Equal(people, Exchangeability.HaveTheirOwn([.. Many(15, () => people ? askers.Person(20) : askers.Dealt(0, 20))]));
    }

    [Fact]
    public void Doubtful_WhenSomebodyMayBeACustomer_ThenOnlyThey()
    {
        var askers = new Askers(8);
        var again = askers.Dealt(0, 6);
        var goingOn = askers.Dealt(0, 8);
        for (var i = 0; i < 3; i++)
        {
            goingOn[i].Traits |= ExchangeTraits.FollowUp;
        }

        List<PromptSample> samples =
        [
            Askers.Sample([.. again, .. again]),
            Askers.Sample(goingOn),
            Askers.Sample(askers.Person(12)),
            .. Many(60, () => askers.Dealt(0, 12)),
        ];
        var doubtful = Exchangeability.Doubtful(samples);
        Assert.Superset(new HashSet<int> { 0, 1, 2 }, doubtful.ToHashSet());
        Assert.InRange(doubtful.Count, 3, 3 + 6); // one in twenty of the others by chance
    }

    [Fact]
    public void AreApart_WhenTwoDrawFromTwoLists_ThenTheyAreAndNotOne()
    {
        var askers = new Askers(9);
        List<PromptSample> first = [.. Many(40, () => askers.Dealt(0, 12))];
        List<PromptSample> second = [.. Many(40, () => askers.Dealt(1, 12))];
        Assert.True(Exchangeability.AreApart(first, second));
        Assert.False(Exchangeability.AreOne(first, second));
        Assert.True(Exchangeability.AreOne(first[..20], first[20..]));
        Assert.False(Exchangeability.AreApart(first[..20], first[20..]));
    }

    private static IEnumerable<PromptSample> Many(int accounts, Func<ExchangeFeatures[]> asked) =>
        Enumerable.Range(0, accounts).Select(_ => Askers.Sample(asked()));
}
