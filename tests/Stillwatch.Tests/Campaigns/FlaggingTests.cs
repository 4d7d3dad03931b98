using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Links;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Statistics;
using Stillwatch.Tests.Campaigns.Joining;
using Stillwatch.Tests.Corpora;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns;

/// <summary>What is flagged is a campaign; a single account, and a few that are only alike, are leads.</summary>
public sealed class FlaggingTests
{
    [Theory]
    [InlineData(2, false)]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(30, true)]
    public void Flag_WhenNothingIsShared_ThenAGroupIsFlaggedFromEightAccountsOn(int accounts, bool flagged)
    {
        var group = Suspected(Tying(), accounts, _ => default, out var watch);
        Assert.Equal(accounts, group.Accounts.Count);
        Assert.Equal(flagged, group.DetectedAt != null);
        Assert.Equal(flagged ? accounts : 0, watch.Accounts.Count(account => account.FlaggedAt != null));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flag_WhenMostClearlyAskForSomethingElse_ThenItIsNoCampaign(bool alike)
    {
        const int accounts = 12;
        var watch = new Watch(Tying(SharedAddress.Id, bits: 20), WatchRules.Default); // in one hand, and free to leave it
        for (var number = 0; number < accounts; number++)
        {
            watch.Add(default);
        }

        void Ask(int number, int hour)
        {
            var (language, topic) = alike ? (Language.English, 1) : ((Language)(1 + number % 10), number);
            var features = AdoptionTests.Exchange(
                hour,
                (ulong)(number * 100 + hour),
                50 + (alike ? 0 : 70 * number),
                language,
                topic,
                followUp: false
            );
            features.Address = 5;
            watch.Observe(number, features);
        }

        for (var hour = 0; hour < 40; hour++)
        {
            for (var number = 0; number < accounts; number++)
            {
                Ask(number, hour);
            }
        }

        watch.CloseTick();
        var group = Assert.Single(watch.Candidates);
        GoesFar(group);
        Ask(0, 41);
        watch.CloseTick();
        Assert.Equal(alike, group.DetectedAt != null);
    }

    [Fact]
    public void Flag_WhenTwoShareACard_ThenTheyAreFlagged()
    {
        var group = Suspected(Tying(SharedPayment.Id), 2, _ => new AccountFacts(null, 77, 0, 0, 0, false), out _);
        Assert.NotNull(group.DetectedAt);
    }

    [Fact]
    public void Flag_WhenASingleAccountGoesFar_ThenItIsALeadAndNotFlagged_AndTheSignalsSayWhy()
    {
        var watch = Single(out var signals);
        var account = Assert.Single(watch.Accounts);
        Assert.Null(account.FlaggedAt);
        Assert.NotNull(account.LeadAt);
        Assert.Equal(FlagCause.Own, account.LeadFor);
        Assert.Empty(watch.Flagged);
        Assert.DoesNotContain(signals, signal => signal is Signal.AccountFlagged);
        var lead = Assert.Single(signals.OfType<Signal.LeadBegan>());
        Assert.Equal((account.Lead, 0), (lead.Lead, lead.Account.Value));
        Assert.Contains(signals.OfType<Signal.ReadingRecorded>(), reading => reading.Subject == lead.Lead);

        var found = new Findings();
        found.Take(signals);
        Assert.Empty(found.Flagged);
        Assert.Equal([account.Lead], found.Leads.Select(one => one.Key));
    }

    [Fact]
    public void Score_WhenFewHonestAccountsBackIt_ThenALeadScoresNoMoreThanTheirRanksAllow()
    {
        var watch = Single(out _);
        Assert.InRange(watch.Accounts[0].Belief.Total, 200, double.PositiveInfinity); // what the extrapolated tail says
        Assert.InRange(watch.Score(watch.Accounts[0]), Math.Log2(101), Math.Log2(101) + 0.01); // of a hundred honest accounts
    }

    [Fact]
    public void Score_WhenAnAccountIsInAFlaggedCampaign_ThenItIsAtLeastTheCampaigns()
    {
        var group = Suspected(Tying(), 9, _ => default, out var watch);
        Assert.Equal(1.0 / (Populations + 1), group.P, 9);
        Assert.All(watch.Accounts, account => Assert.Equal(group.Bits + Math.Log2(9), watch.Score(account), 9)); // one of nine
    }

    /// <summary>Accounts that keep hours are held against honest ones that do, and nothing less than a card makes them one.</summary>
    [Theory]
    [InlineData(false, true, 0, GroupKind.Many, true)]
    [InlineData(true, true, 0, GroupKind.Own, true)]
    [InlineData(true, true, 30, GroupKind.Own, false)] // thirty in ten thousand: enough for any other group
    [InlineData(false, true, 30, GroupKind.Many, true)]
    [InlineData(true, false, 0, GroupKind.OwnApart, false)]
    [InlineData(false, false, 0, GroupKind.Many, true)]
    public void Flag_WhenAccountsKeepHours_ThenTheyAreHeldAgainstThoseThatDo(bool hours, bool card, int high, GroupKind kind, bool flagged)
    {
        const int accounts = 9;
        var level = PopulationLevel.Of([.. Enumerable.Repeat(1e6, high), .. Enumerable.Repeat(1.0, Populations - high)], 1);
        var watch = new Watch(
            Tying(card ? SharedPayment.Id : SharedSystemPrompt.Id) with
            {
                Levels = Levels with { Groups = level, OwnGroups = level },
            },
            WatchRules.Default
        );
        for (var number = 0; number < accounts; number++)
        {
            watch.Add(new AccountFacts(null, card ? 77u : 0, 0, 0, 0, false));
        }

        for (var asked = 0; asked < 200; asked++)
        {
            var number = asked % accounts;
            var features = At(0);
            var hour =
                asked < 3 * accounts ? 0
                : hours ? number * 3 % 24
                : asked * 7 % 24; // at first all at once: that ties them
            features.At = new EventTime(Samples.Start.Micros + asked / accounts * EventTime.Day + hour * EventTime.Hour);
            (features.Body, features.Skeleton) = ((ulong)asked + 1, (ulong)asked + 1);
            watch.Observe(number, features);
        }

        watch.CloseTick();
        var group = watch.Candidates.First(); // without a card those of other hours may part from it
        GoesFar(group);
        watch.Observe(group.Accounts[0], At(30 * 24 * 3600 - 1));
        watch.CloseTick();
        Assert.Equal(kind, group.Kind);
        Assert.Equal(flagged, group.DetectedAt != null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flag_WhenHonestAccountsOfTheCalibrationCameAsHigh_ThenItIsNoCampaign(bool came)
    {
        var calibration = Tying() with { Bars = came ? Bars.None with { Groups = 1_000 } : Bars.None };
        var group = Suspected(calibration, 9, _ => default, out _);
        Assert.Equal(!came, group.DetectedAt != null);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(40, false)]
    public void Flag_WhenAFewPopulationsCameAsHigh_ThenTheirShareIsWhatCounts(int populations, bool flagged)
    {
        var levels = Levels with
        {
            Groups = PopulationLevel.Of([.. Enumerable.Repeat(1_000.0, populations), .. Enumerable.Repeat(1.0, 999 - populations)], 1),
        };
        var group = Suspected(Tying() with { Levels = levels }, 9, _ => default, out _);
        Assert.Equal((populations + 1) / 1_000.0, group.P, 9);
        Assert.Equal(flagged, group.DetectedAt != null);
    }

    /// <summary>Whatever it comes to: who asks a known benchmark, and each of them does, is explained.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Flag_WhenEachAsksAKnownBenchmark_ThenTheGroupIsExplainedAndNotFlagged(bool known)
    {
        var watch = new Watch(Tying(), WatchRules.Default, corpora: Benchmark);
        for (var number = 0; number < 10; number++)
        {
            watch.Add(default);
            Evaluate(watch, number, known);
        }

        watch.CloseTick();
        var group = Assert.Single(watch.Candidates);
        GoesFar(group);
        watch.Observe(0, At(10));
        watch.CloseTick();
        Assert.Equal(!known, group.DetectedAt != null);
        Assert.Equal(known, watch.Explain(group.Accounts) != null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Flag_WhenAnAccountAsksAKnownBenchmark_ThenItIsExplainedAndNoLead(bool known)
    {
        var watch = Single(out var signals, watch => Evaluate(watch, 0, known));
        Assert.Equal(!known, watch.Accounts[0].LeadAt != null);
        Assert.Equal(known ? 0 : 1, signals.OfType<Signal.LeadBegan>().Count());
    }

    private static CorpusIndex Benchmark => new([CorpusTests.Made(100).Corpus]);

    private static void Evaluate(Watch watch, int account, bool known)
    {
        for (var item = 0; item < 60; item++)
        {
            var features = At(0);
            features.Body += (ulong)item;
            features.Known = known ? new KnownItem(1, item) : default;
            features.Traits |= known ? ExchangeTraits.KnownPrompt : 0;
            watch.Observe(account, features);
        }
    }

    private const int Populations = 9_999;

    private static HonestLevels Levels { get; } =
        HonestLevels.None with
        {
            Groups = PopulationLevel.Of([.. Enumerable.Repeat(1.0, Populations)], 1),
            FewGroups = PopulationLevel.Of([.. Enumerable.Repeat(1.0, Populations)], 1),
            Ordinary = Scales.Rare(1e5),
        };

    /// <summary>A calibration by which one link ties: without one given, a system prompt, which many may share.</summary>
    private static Calibration Tying(LinkId? link = null, double bits = 60) =>
        Calibration.None with
        {
            Levels = Levels,
            LinkBits = new Dictionary<string, double>(StringComparer.Ordinal) { [(link ?? SharedSystemPrompt.Id).ToString()] = bits },
        };

    /// <summary>A group that comes far higher than those of all honest populations.</summary>
    private static Campaign Suspected(Calibration calibration, int accounts, Func<int, AccountFacts> facts, out Watch watch)
    {
        watch = new Watch(calibration, WatchRules.Default);
        for (var number = 0; number < accounts; number++)
        {
            watch.Add(facts(number));
        }

        for (var number = 0; number < accounts; number++)
        {
            for (var second = 0; second < 3; second++) // so often that a system prompt is no accident
            {
                watch.Observe(number, At(second));
            }
        }

        watch.CloseTick();
        var group = Assert.Single(watch.Candidates);
        Assert.Null(group.DetectedAt);
        GoesFar(group);
        watch.Observe(0, At(10));
        watch.CloseTick();
        return group;
    }

    private static void GoesFar(Campaign group) => group.Readings.Raise([.. Enumerable.Repeat(1e6, Profile.Count)]);

    /// <summary>One account, whose highest reading lies far beyond those of a hundred honest accounts.</summary>
    private static Watch Single(out List<Signal> signals, Action<Watch>? first = null)
    {
        var honest = NullDistribution.Of([.. Enumerable.Range(0, 100).Select(i => 0.01 * i)]);
        var calibration = Calibration.None with
        {
            Accounts = 100,
            Leads = [VolumeRanks.Of(Enumerable.Range(0, 100).Select(i => (2L, 0.01 * i)))],
            ByAccount = Detector.All.ToDictionary(detector => detector.Id, _ => honest),
        };
        var watch = new Watch(calibration, WatchRules.Default, corpora: Benchmark);
        var account = watch.Add(default);
        watch.Observe(0, At(0));
        first?.Invoke(watch);
        signals = [.. watch.CloseTick()];
        var raw = new double[Profile.Count];
        Array.Fill(raw, 1e6);
        account.Belief.Raise(raw, [.. Detector.All.Select(_ => honest)]);
        watch.Observe(0, At(10));
        signals.AddRange(watch.CloseTick());
        return watch;
    }

    private static ExchangeFeatures At(int second) =>
        new()
        {
            At = new EventTime(Samples.Start.Micros + second * EventTime.Second),
            Body = (ulong)second + 1,
            System = 5,
            Words = 5,
            Turns = 1,
        };
}
