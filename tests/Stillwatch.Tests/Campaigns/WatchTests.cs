using Stillwatch.Campaigns;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns;

public sealed class WatchTests
{
    [Fact]
    public void Observe_WhenOrderWithinATickChanges_ThenNothingElseDoes()
    {
        var random = new Random(8);
        var exchanges = RandomFeatures.Stream(random, 600).Select(f => (Account: random.Next(12), Features: Coarse(f))).OrderBy(e => e.Features.At.Micros).ToArray();
        var other = exchanges.OrderBy(e => e.Features.At.Tick).ThenBy(_ => random.Next()).ToArray();
        Assert.Equal(Beliefs(exchanges), Beliefs(other));
    }

    [Fact]
    public void Observe_WhenThirtyDaysArePast_ThenAccountsBeginAnewAndKeepWhatWasBelieved()
    {
        var watch = new Watch(Calibration.None, WatchRules.Default);
        var account = watch.Add(default);
        for (var i = 0; i < 50; i++)
        {
            watch.Observe(0, new ExchangeFeatures { At = new EventTime(Samples.Start.Micros + i * EventTime.Hour), Body = (ulong)i + 1 });
        }

        watch.CloseTick();
        var before = account.Profile.Read(0).Support;
        watch.Observe(0, new ExchangeFeatures { At = new EventTime(Samples.Start.Micros + 31 * EventTime.Day), Body = 77 });
        watch.CloseTick();
        Assert.Equal((50, 1), (before, account.Profile.Read(0).Support));
        Assert.Equal(51, account.Take.Exchanges);
    }

    [Fact]
    public void Observe_WhenAnExchangeIsLate_ThenItCountsInTheOpenTick()
    {
        var watch = new Watch(Calibration.None, WatchRules.Default);
        var account = watch.Add(default);
        watch.Observe(0, new ExchangeFeatures { At = new EventTime(Samples.Start.Micros + EventTime.Day) });
        watch.Observe(0, new ExchangeFeatures { At = Samples.Start });
        watch.CloseTick();
        Assert.Equal(2, account.Take.Exchanges);
    }

    private static ExchangeFeatures Coarse(ExchangeFeatures features)
    {
        features.At = new EventTime(features.At.Micros / (3 * EventTime.Hour) * (3 * EventTime.Hour) + features.At.Micros % EventTime.Second);
        return features;
    }

    private static List<string> Beliefs((int Account, ExchangeFeatures Features)[] exchanges)
    {
        var watch = new Watch(Calibration.None with { LinkBits = Link.All.ToDictionary(link => link.Id.ToString(), _ => 12.0, StringComparer.Ordinal) }, WatchRules.Default);
        for (var i = 0; i < 12; i++)
        {
            watch.Add(new AccountFacts(null, (ulong)i + 1, 2, 3, 4, false));
        }

        foreach (var (account, features) in exchanges)
        {
            watch.Observe(account, features);
        }

        watch.CloseTick();
        return [.. watch.Accounts.Select(account => $"{string.Join(' ', account.Highest.ToArray())} {account.BestTie}"), .. watch.Candidates.Select(c => string.Join(' ', c.Accounts.Order()))];
    }
}
