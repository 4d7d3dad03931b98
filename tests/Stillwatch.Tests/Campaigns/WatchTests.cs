using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Statistics;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns;

public sealed class WatchTests
{
    [Fact]
    public void Observe_WhenOrderWithinATickChanges_ThenNothingElseDoes()
    {
        var random = new Random(8);
        var exchanges = RandomFeatures
            .Stream(random, 600)
            .Select(f => (Account: random.Next(12), Features: Coarse(f)))
            .OrderBy(e => e.Features.At.Micros)
            .ToArray();
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

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0.5)] // two who ask the same hundred asked half as many
    public void Read_WhenAGroupsAccountsAskTheSame_ThenItCountsOnce(bool same, double share)
    {
        var calibration = Calibration.None with
        {
            Levels = HonestLevels.None with
            {
                Ordinary = Detector.All.ToDictionary(detector => detector.Id, _ => new Ordinary(0.1, 0.196, 0)),
            },
            LinkBits = Link.All.ToDictionary(link => link.Id.ToString(), _ => 30.0, StringComparer.Ordinal),
        };
        var watch = new Watch(calibration, WatchRules.Default);
        var facts = new AccountFacts(null, Payment: 5, 0, 0, 0, false);
        watch.Add(facts);
        watch.Add(facts);
        for (var i = 0; i < 200; i++)
        {
            var body = (ulong)(same ? i / 2 : i) + 1;
            watch.Observe(
                i % 2,
                new ExchangeFeatures
                {
                    At = new EventTime(Samples.Start.Micros + i * EventTime.Hour / 4),
                    Body = body,
                    Skeleton = body,
                    Opening = body,
                    Words = 9,
                }
            );
        }

        watch.CloseTick();
        var (group, walk) = (watch.Candidates.Single(), Detector.All.ToList().FindIndex(detector => detector.Id.Name == "seed-set-walk"));
        var alone = watch.Accounts.Sum(account => Math.Min(account.Highest[walk], 0.196) - 0.1) / Math.Sqrt(2);
        Assert.InRange(group.Readings.AtBest[walk] / alone, 0.85 * share, 1.15 * share);
    }

    [Fact]
    public void Score_WhenThePeriodOfTheReadingIsPast_ThenItsReasonsAreStillThere()
    {
        var honest = NullDistribution.Of([.. Enumerable.Range(0, 200).Select(i => i / 1000.0)]);
        var calibration = Calibration.None with { ByAccount = Detector.All.ToDictionary(detector => detector.Id, _ => honest) };
        var watch = new Watch(calibration, WatchRules.Default);
        var account = watch.Add(default);
        foreach (var features in RandomFeatures.Stream(new Random(4), 500).OrderBy(f => f.At.Micros))
        {
            watch.Observe(0, features);
        }

        watch.CloseTick();
        var score = watch.Score(account);
        var reasons = Reasons(account);
        Assert.NotEmpty(reasons);
        watch.Observe(0, new ExchangeFeatures { At = new EventTime(Samples.Start.Micros + 70 * EventTime.Day), Body = 77 });
        watch.CloseTick();
        Assert.Equal(score, watch.Score(account));
        Assert.Equal(reasons, Reasons(account));
    }

    [Fact]
    public void Join_WhenAStrangersGroupHasAFlaggedMember_ThenANewcomerDoesNotBringItBeforeAnAnalyst()
    {
        // Weighed so that one account alone is flagged and its group is not: the newcomer is tied to the group at the price of strangers.
        var calibration = Calibration.None with
        {
            LinkBits = Link.All.ToDictionary(link => link.Id.ToString(), _ => 30.0, StringComparer.Ordinal),
        };
        var watch = new Watch(calibration, WatchRules.Default);
        var facts = new AccountFacts(null, Payment: 5, 0, 0, 0, false);
        for (var number = 0; number < 3; number++)
        {
            watch.Add(facts);
            watch.Observe(number, new ExchangeFeatures { At = new EventTime(Samples.Start.Micros + number * EventTime.Hour), Body = 1 });
        }

        watch.CloseTick();
        Assert.Equal([0, 1, 2], Assert.Single(watch.Candidates).Accounts.Order());
        watch.Accounts[0].FlaggedAt = Samples.Start;
        watch.Add(facts);
        watch.Observe(3, new ExchangeFeatures { At = new EventTime(Samples.Start.Micros + EventTime.Day), Body = 1 });
        watch.CloseTick();
        Assert.Equal(4, Assert.Single(watch.Candidates).Accounts.Count);
        Assert.Empty(watch.Flagged);
        Assert.Null(watch.Accounts[3].FlaggedAt);
    }

    private static List<string> Reasons(WatchedAccount account) =>
        [
            .. account
                .Weights.ToArray()
                .Select((weight, i) => (weight, i))
                .Where(w => w.weight.Value > 1)
                .Select(w => $"{w.weight.Value} {account.Explain(w.i)}"),
        ];

    private static ExchangeFeatures Coarse(ExchangeFeatures features)
    {
        features.At = new EventTime(
            features.At.Micros / (3 * EventTime.Hour) * (3 * EventTime.Hour) + features.At.Micros % EventTime.Second
        );
        return features;
    }

    private static List<string> Beliefs((int Account, ExchangeFeatures Features)[] exchanges)
    {
        var watch = new Watch(
            Calibration.None with
            {
                LinkBits = Link.All.ToDictionary(link => link.Id.ToString(), _ => 12.0, StringComparer.Ordinal),
            },
            WatchRules.Default
        );
        for (var i = 0; i < 12; i++)
        {
            watch.Add(new AccountFacts(null, (ulong)i + 1, 2, 3, 4, false));
        }

        foreach (var (account, features) in exchanges)
        {
            watch.Observe(account, features);
        }

        watch.CloseTick();
        return
        [
            .. watch.Accounts.Select(account => $"{string.Join(' ', account.Highest.ToArray())} {account.BestTie}"),
            .. watch.Candidates.Select(c => string.Join(' ', c.Accounts.Order())),
        ];
    }
}
