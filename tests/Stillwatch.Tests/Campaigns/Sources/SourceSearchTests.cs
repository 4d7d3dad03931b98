using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Sources;

/// <summary>Accounts that share nothing but where their tasks come from are found, and flagged by how rare that is.</summary>
public sealed class SourceSearchTests
{
    private const int People = 300;
    private const int Dealt = 60;

    private static readonly Calibration Rare = ComeTo(double.NegativeInfinity);

    private static Calibration ComeTo(double highest) =>
        Calibration.None with
        {
            Levels = HonestLevels.None with { Sources = PopulationLevel.Of([.. Enumerable.Repeat(highest, 999)], searched: 16) },
        };

    [Fact]
    public void Watch_WhenAccountsShareNothingButTheirTasks_ThenTheyAreOneCampaign()
    {
        var watch = Watched(Rare);
        var campaign = Assert.Single(watch.Flagged);
        Assert.Equal(FlagCause.Source, campaign.FlaggedFor);
        Assert.DoesNotContain(campaign.Accounts, account => account < People);
        Assert.InRange(campaign.Accounts.Count, Dealt * 9 / 10, Dealt);
        Assert.Equal(0.001 * 1, campaign.Source!.Value.P, 1e-3);
        Assert.InRange(campaign.Bits, 9, 10);
        Assert.Contains(Reasons.Of(campaign), reason => reason.Detector == "one-source");
        Assert.All(campaign.Accounts, account => Assert.InRange(watch.Score(watch.Accounts[account]), 9, 20));
    }

    [Fact]
    public void Watch_WhenHonestPopulationsComeAsLow_ThenNobodyIsFlagged() => Assert.Empty(Watched(ComeTo(-0.5)).Flagged);

    [Fact]
    public void Watch_WhenTheCalibrationsOwnAccountsCameAsLow_ThenNobodyIsFlagged() =>
        Assert.Empty(Watched(Rare with { Bars = Bars.None with { Sources = -0.5 } }).Flagged);

    [Fact]
    public void Watch_WhenNothingIsKnownOfHonestPopulations_ThenNobodyIsFlagged() => Assert.Empty(Watched(Calibration.None).Flagged);

    [Fact]
    public void Watch_WhenItIsSavedOnTheWay_ThenItFindsTheSameAtTheSameTime()
    {
        var stream = Stream();
        var whole = Watched(Rare);
        var first = Begin(Rare);
        var half = stream.Count / 2;
        foreach (var exchange in stream.Take(half))
        {
            first.Observe(exchange.Account, exchange.Features);
        }

        first.CloseTick();
        using var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            first.Save(writer);
        }

        saved.Position = 0;
        var second = new Watch(Rare, WatchRules.Default);
        using var reader = new BinaryReader(saved);
        Assert.True(second.Load(reader));
        foreach (var exchange in stream.Skip(half))
        {
            second.Observe(exchange.Account, exchange.Features);
        }

        second.CloseTick();
        Assert.Equal(
            whole.Flagged.Select(campaign => (campaign.Id, campaign.DetectedAt, campaign.Source)),
            second.Flagged.Select(campaign => (campaign.Id, campaign.DetectedAt, campaign.Source))
        );
        Assert.Equal(whole.Accounts.Select(account => account.FlaggedAt), second.Accounts.Select(account => account.FlaggedAt));
    }

    [Fact]
    public void Watch_WhenItFlags_ThenOnlyAtALookOfEventTime()
    {
        var watch = Watched(Rare);
        Assert.All(watch.Accounts.Where(account => account.FlaggedAt != null).Select(account => account.FlaggedAt!.Value).Distinct(), at =>
            Assert.InRange(at.Micros % (6 * EventTime.Hour), 0, EventTime.Hour) // the first exchange after it
        );
    }

    [Fact]
    public void Watch_WhenTwoCampaignsDrawFromTwoSources_ThenTheyAreTwo()
    {
        var askers = new Askers(12);
        var watch = new Watch(Rare, WatchRules.Default);
        List<AccountExchange> all = [];
        for (var number = 0; number < People + 2 * Dealt; number++)
        {
            watch.Add(default, (ulong)number * 0x9E3779B97F4A7C15 + 1);
            var asked = number < People ? askers.Person(12) : askers.Dealt(list: (number - People) / Dealt, 16);
            all.AddRange(asked.Select(features => new AccountExchange(number, features)));
        }

        foreach (var exchange in all.OrderBy(exchange => exchange.Features.At.Micros).ThenBy(exchange => exchange.Features.Body))
        {
            watch.Observe(exchange.Account, exchange.Features);
        }

        watch.CloseTick();
        Assert.Equal(2, watch.Flagged.Count());
        Assert.All(watch.Flagged, campaign =>
        {
            var lists = campaign.Accounts.CountBy(account => account < People ? -1 : (account - People) / Dealt).ToDictionary();
            Assert.InRange(lists.GetValueOrDefault(-1), 0, Dealt / 20); // people of whom four prompts were seen then
            Assert.InRange(lists.Values.Max(), Dealt * 3 / 4, Dealt);
            Assert.InRange(campaign.Accounts.Count - lists.Values.Max(), 0, Dealt / 10); // early on a few look like the others
        });
    }

    private static Watch Begin(Calibration calibration)
    {
        var watch = new Watch(calibration, WatchRules.Default);
        for (var number = 0; number < People + Dealt; number++)
        {
            watch.Add(default, (ulong)number * 0x9E3779B97F4A7C15 + 1);
        }

        return watch;
    }

    private static Watch Watched(Calibration calibration)
    {
        var watch = Begin(calibration);
        foreach (var exchange in Stream())
        {
            watch.Observe(exchange.Account, exchange.Features);
        }

        watch.CloseTick();
        return watch;
    }

    private static List<AccountExchange> Stream()
    {
        var askers = new Askers(11);
        List<AccountExchange> all = [];
        for (var number = 0; number < People + Dealt; number++)
        {
            var asked = number < People ? askers.Person(12) : askers.Dealt(0, 16);
            all.AddRange(asked.Select(features => new AccountExchange(number, features)));
        }

        return [.. all.OrderBy(exchange => exchange.Features.At.Micros).ThenBy(exchange => exchange.Features.Body)];
    }
}
