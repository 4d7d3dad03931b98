using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Sources;

/// <summary>Too few accounts to be flagged for where their tasks come from are a lead.</summary>
public sealed class SourceLeadTests
{
    private const int People = 200;

    private static readonly Calibration Rare = Calibration.None with
    {
        Levels = HonestLevels.None with
        {
            Sources = PopulationLevel.Of([.. Enumerable.Repeat(double.NegativeInfinity, 999)], searched: 16),
            FewSources = PopulationLevel.Of(
                [.. Enumerable.Repeat(-1.01, 99), .. Enumerable.Repeat(double.NegativeInfinity, 900)],
                searched: 32
            ),
        },
    };

    [Theory]
    [InlineData(8)]
    [InlineData(14)]
    public void Watch_WhenAFewAccountsAreDealtFromOneList_ThenTheyAreALead_AndNobodyIsFlagged(int dealt)
    {
        var watch = Watched(dealt);
        Assert.Empty(watch.Flagged);
        var lead = watch.SourceLeads.First();
        Assert.InRange(lead.Accounts.Count(account => account >= People), dealt * 3 / 4, dealt);
        Assert.DoesNotContain(lead.Accounts, account => account < People);
        Assert.InRange(lead.Found.P, 0.001, 0.2);
        Assert.Equal(Math.Log2((People + dealt) / lead.Found.P), lead.Bits(People + dealt), 6);
    }

    [Fact]
    public void Watch_WhenNobodyIsDealtAnything_ThenThereIsNoLead() => Assert.Empty(Watched(dealt: 0).SourceLeads);

    [Fact]
    public void Watch_WhenTheyAreEnoughToBeFlagged_ThenTheyAreNoLeadAnyMore()
    {
        var watch = Watched(dealt: 60);
        Assert.Single(watch.Flagged);
        Assert.Empty(watch.SourceLeads);
    }

    [Fact]
    public void Save_WhenLoaded_ThenTheLeadsAreTheSame()
    {
        var watch = Watched(dealt: 14);
        using var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            watch.Save(writer);
        }

        saved.Position = 0;
        var loaded = new Watch(Rare, WatchRules.Default);
        Assert.True(loaded.Load(new BinaryReader(saved)));
        Assert.Equal(
            watch.SourceLeads.Select(lead => (lead.Found, lead.Since, string.Join(',', lead.Accounts))),
            loaded.SourceLeads.Select(lead => (lead.Found, lead.Since, string.Join(',', lead.Accounts)))
        );
    }

    private static Watch Watched(int dealt)
    {
        var watch = new Watch(Rare, WatchRules.Default);
        var askers = new Askers(5);
        List<AccountExchange> all = [];
        for (var account = 0; account < People + dealt; account++)
        {
            watch.Add(default, Stillwatch.Sketches.KeyedHash.Mix((ulong)account + 1));
            var asked = account < People ? askers.Person(24) : askers.Dealt(list: 3, 30);
            all.AddRange(asked.Select(features => new AccountExchange(account, features)));
        }

        foreach (var exchange in all.OrderBy(exchange => exchange.Features.At))
        {
            watch.Observe(exchange.Account, exchange.Features);
        }

        watch.CloseTick();
        return watch;
    }
}
