using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Links;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Statistics;
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
        var watch = new Watch(Calibration.None, WatchRules.Default) { ForcedGroups = number => number < accounts ? 0 : -1 };
        var group = Suspected(watch, accounts, _ => default);
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
        var watch = new Watch(Calibration.None, WatchRules.Default) { ForcedGroups = _ => 0 };
        for (var number = 0; number < accounts; number++)
        {
            watch.Add(default);
        }

        void Ask(int number, int hour)
        {
            var (language, topic) = alike ? (Language.English, 1) : ((Language)(1 + number % 10), number);
            watch.Observe(
                number,
                AdoptionTests.Exchange(hour, (ulong)(number * 100 + hour), 50 + (alike ? 0 : 70 * number), language, topic, followUp: false)
            );
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
        group.AccountsE = 1e9;
        Ask(0, 41);
        watch.CloseTick();
        Assert.Equal(alike, group.DetectedAt != null);
    }

    [Fact]
    public void Flag_WhenTwoShareACard_ThenTheyAreFlagged()
    {
        var calibration = Calibration.None with
        {
            LinkBits = new Dictionary<string, double>(StringComparer.Ordinal) { [SharedPayment.Id.ToString()] = 60 },
        };
        var group = Suspected(new Watch(calibration, WatchRules.Default), 2, _ => new AccountFacts(null, 77, 0, 0, 0, false));
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
        Assert.InRange(watch.Accounts[0].Belief.E, 200, double.PositiveInfinity); // what the extrapolated tail says
        Assert.InRange(watch.Score(watch.Accounts[0]), Math.Log2(101), Math.Log2(101) + 0.01); // of a hundred honest accounts
    }

    [Fact]
    public void Score_WhenAnAccountIsInAFlaggedCampaign_ThenItIsAtLeastTheCampaigns()
    {
        var watch = new Watch(Calibration.None, WatchRules.Default) { ForcedGroups = _ => 0 };
        var group = Suspected(watch, 9, _ => default);
        Assert.All(watch.Accounts, account => Assert.Equal(Math.Log2(group.E), watch.Score(account), 9));
    }

    /// <summary>A group whose evidence is far more than is asked.</summary>
    /// <summary>Whatever it comes to: who asks a known benchmark, and each of them does, is explained.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Flag_WhenEachAsksAKnownBenchmark_ThenTheGroupIsExplainedAndNotFlagged(bool known)
    {
        var watch = new Watch(Calibration.None, WatchRules.Default, corpora: Benchmark) { ForcedGroups = _ => 0 };
        for (var number = 0; number < 10; number++)
        {
            watch.Add(default);
            Evaluate(watch, number, known);
        }

        watch.CloseTick();
        var group = Assert.Single(watch.Candidates);
        group.AccountsE = 1e9;
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
            features.Known = known ? new KnownItem(1, item) : default;
            features.Traits |= known ? ExchangeTraits.KnownPrompt : 0;
            watch.Observe(account, features);
        }
    }

    private static Campaign Suspected(Watch watch, int accounts, Func<int, AccountFacts> facts)
    {
        for (var number = 0; number < accounts; number++)
        {
            watch.Add(facts(number));
        }

        for (var number = 0; number < accounts; number++)
        {
            watch.Observe(number, At(0));
        }

        watch.CloseTick();
        var group = Assert.Single(watch.Candidates);
        Assert.Null(group.DetectedAt);
        group.AccountsE = 1e9;
        watch.Observe(0, At(10));
        watch.CloseTick();
        return group;
    }

    /// <summary>One account, whose highest reading lies far beyond those of a hundred honest accounts.</summary>
    private static Watch Single(out List<Signal> signals, Action<Watch>? first = null)
    {
        var honest = NullDistribution.Of([.. Enumerable.Range(0, 100).Select(i => 0.01 * i)]);
        var calibration = Calibration.None with
        {
            Accounts = 100,
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
            Words = 5,
            Turns = 1,
        };
}
