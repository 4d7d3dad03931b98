using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Signals;
using Stillwatch.Sketches;
using Stillwatch.Tests.Reports.Scan;
using Stillwatch.Tests.World;
using Xunit;
using static Stillwatch.Signals.Signal;

namespace Stillwatch.Tests.Campaigns.Telling;

/// <summary>What is believed is the fold of what was told: at every tick, from the lines as from the signals, saved and loaded.</summary>
public sealed class FindingsTests
{
    private static readonly CampaignId C = CampaignId.Of(1, 1, false),
        D = CampaignId.Of(2, 2, false),
        L = CampaignId.Of(3, 3, true);

    [Fact]
    public void Take_WhenAWorldIsWatched_ThenAfterEveryTickTheFoldIsWhatTheWatchHas()
    {
        var (signals, ticks) = (0, 0);
        Watch(new SmallWorld(seed: 2, campaign: true), (watch, found, happened, _) =>
        {
            signals += happened.Count;
            ticks++;
            if (ticks % 10 == 0 || happened.Count > 0)
            {
                Assert.Equal(OfWatch(watch), Of(found));
            }
        });
        Assert.InRange(ticks, 1_000, int.MaxValue);
        Assert.InRange(signals, 30, int.MaxValue);
    }

    [Fact]
    public void Take_WhenSignalsComeFromTheirLines_ThenTheFoldIsTheSame_AndSoItIsSavedAndLoaded()
    {
        var read = new Findings();
        var numbers = new Dictionary<string, AccountNumber>(StringComparer.Ordinal);
        Findings? last = null;
        Watch(new SmallWorld(seed: 2, campaign: true), (_, found, happened, names) =>
        {
            last = found;
            foreach (var signal in happened)
            {
                var line = SignalLine.Write(signal, account => names(account.Value));
                read.Take(
                    SignalLine.Read(line, name =>
                        numbers.TryGetValue(name, out var number) ? number : numbers[name] = new(Number(name, names))
                    )!
                );
            }
        });
        Assert.NotEmpty(last!.Flagged);
        Assert.Equal(Of(last), Of(read));

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        last.Save(writer);
        stream.Position = 0;
        var loaded = new Findings();
        loaded.Take(new CampaignFormed(default, C, [new(5)])); // what it has is gone
        loaded.Load(new BinaryReader(stream));
        Assert.Equal((Of(last), last.Signals, last.Began), (Of(loaded), loaded.Signals, loaded.Began));
    }

    [Fact]
    public void Ids_WhenAccountsAreNumberedInAnotherOrder_ThenTheyAreTheSame()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var ids = Ids(Lines(world, reversed: false));
        Assert.InRange(ids.Count, 2, 100);
        // who of many that tie at once comes in first does depend on numbers; what they are called does not
        Assert.Equal(ids, Ids(Lines(world, reversed: true)));
    }

    [Fact]
    public void Follow_WhenACampaignWasAbsorbedOrALeadJoinedOne_ThenTheIdLeadsToTheOneOfToday()
    {
        var found = new Findings();
        found.Take([new CampaignFormed(default, C, [new(0), new(1)]), new CampaignFormed(default, D, [new(2), new(3)])]);
        found.Take(Flagged(4, L));
        Assert.Equal((C, D, L, null), (found.Follow(C), found.Follow(D), found.Follow(L), found.Follow(CampaignId.Of(9, 9, false))));

        found.Take([
            new CampaignFlagged(new(7), D, FlagCause.Own, 5, 4),
            new CampaignMerged(new(8), C, D),
            new CampaignGrew(new(8), C, [new(4)]),
        ]);
        Assert.Equal((C, C, C), (found.Follow(C), found.Follow(D), found.Follow(L)));
        Assert.Equal((new EventTime(7), FlagCause.Own), (found.Campaigns[C].FlaggedAt, found.Campaigns[C].FlaggedFor));
        Assert.Equal([D], found.Campaigns[C].Absorbed);
        Assert.Equal(5, found.Campaigns[C].Accounts.Count);
        Assert.Empty(found.Leads);

        found.Take(new CampaignShrank(new(9), C, [new(4)]));
        Assert.Equal(L, found.Follow(L));
        Assert.Equal([L], found.Leads.Select(lead => lead.Key));
    }

    [Fact]
    public void Take_WhenAFlaggedCampaignIsDivided_ThenThePartIsFlaggedSinceTheWholeWas()
    {
        var found = new Findings();
        found.Take([
            new CampaignFormed(default, C, [new(0), new(1), new(2)]),
            new CampaignFlagged(new(5), C, FlagCause.Own, 5, 4),
            new CampaignDivided(new(6), C, D, [new(1), new(2)]),
        ]);
        Assert.Equal(
            (new EventTime(5), FlagCause.Division, C),
            (found.Campaigns[D].FlaggedAt, found.Campaigns[D].FlaggedFor, found.Campaigns[D].DividedFrom)
        );
        Assert.Equal([new(0)], found.Campaigns[C].Accounts);
        Assert.Equal(D, found.CampaignOf(new(2))!.Id);
    }

    [Fact]
    public void Take_WhenAnotherWatchBegan_ThenWhatTheFirstBelievedIsGone()
    {
        var found = new Findings();
        found.Take([Flagged(0, L), new CampaignFormed(default, C, [new(0)]), new VerdictChanged(default, L, Verdict.Unknown, Verdict.Lab)]);
        Assert.Equal(Verdict.Lab, found.VerdictOf(L));
        found.Take(new WatchBegan(new(9), "another", "watch/13"));
        Assert.Equal((0, 0, null, null), (found.Flagged.Count, found.Campaigns.Count, found.VerdictOf(L), found.Follow(L)));
    }

    private static AccountFlagged Flagged(int account, CampaignId subject) =>
        new(default, new(account), subject, FlagCause.Own, 7, 6.64, 3, 3, new(-1));

    private static int Number(string name, Func<int, string> names)
    {
        for (var number = 0; ; number++)
        {
            if (names(number) == name)
            {
                return number;
            }
        }
    }

    /// <summary>What the watch has, in words: who is in which campaign, and who is flagged since when.</summary>
    private static string OfWatch(Watch watch) =>
        string.Join(
            '\n',
            watch
                .Candidates.Select(campaign =>
                    $"{campaign.Id} {campaign.DetectedAt} {campaign.FlaggedFor}: {string.Join(' ', campaign.Accounts.Order())}"
                )
                .Concat(
                    watch
                        .Accounts.Where(account => account.FlaggedAt != null)
                        .Select(account =>
                            $"{account.Number} {account.FlaggedAt} {account.FlaggedFor} {account.ExchangesBeforeFlag} in {Name(account)}"
                        )
                )
                .Order(StringComparer.Ordinal)
        );

    private static string Name(WatchedAccount account) =>
        (account.Campaign is { DetectedAt: not null } campaign ? campaign.Id : account.Lead).ToString();

    private static string Of(Findings found) =>
        string.Join(
            '\n',
            found
                .Campaigns.Values.Select(campaign =>
                    $"{campaign.Id} {campaign.FlaggedAt} {campaign.FlaggedFor}: "
                    + $"{string.Join(' ', campaign.Accounts.Select(account => account.Value))}"
                )
                .Concat(
                    found.Flagged.Values.Select(account =>
                        $"{account.Account.Value} {account.At} {account.Flag.Cause} {account.Flag.Exchanges} in {Subject(found, account)}"
                    )
                )
                .Order(StringComparer.Ordinal)
        );

    private static CampaignId Subject(Findings found, FoundAccount account) =>
        found.CampaignOf(account.Account) is { FlaggedAt: not null } campaign
            ? campaign.Id
            : found.Leads.Single(lead => lead.Value == account.Account).Key;

    private static SortedSet<string> Ids(List<string> lines) =>
        new(
            lines.SelectMany(line =>
                System
                    .Text.RegularExpressions.Regex.Matches(
                        line,
                        "\"([cl]-[0-9a-z]{7})\"",
                        System.Text.RegularExpressions.RegexOptions.None,
                        TimeSpan.FromSeconds(1)
                    )
                    .Select(match => match.Groups[1].Value)
            ),
            StringComparer.Ordinal
        );

    private static List<string> Lines(SmallWorld world, bool reversed)
    {
        List<string> lines = [];
        Watch(
            world,
            (_, _, happened, names) =>
                lines.AddRange(
                    happened.Select(signal =>
                        System.Text.Encoding.UTF8.GetString(SignalLine.Write(signal, account => names(account.Value)))
                    )
                ),
            reversed
        );
        return lines;
    }

    /// <summary>
    /// Watches a world, told after each tick; with <paramref name="reversed"/> all accounts are known from the start, the last one first.
    /// </summary>
    internal static void Watch(
        SmallWorld world,
        Action<Watch, Findings, IReadOnlyList<Signal>, Func<int, string>> told,
        bool? reversed = null
    )
    {
        using var folder = new Logs.LogFolder();
        var (log, accounts, _) = world.WriteTo(folder.Path);
        using var reader = new LogReader([log], KeyedHash.ForScan, workers: 1);
        var facts = AccountsFile.Read(accounts, KeyedHash.ForScan, Rejections.OfFile(accounts));
        reader.Read();
        var (watch, found) = (new Watch(ScanRun.Calibration, WatchRules.Default), new Findings());
        List<string> names = [];
        var numbers = new Dictionary<UInt128, int>();
        int Add(UInt128 account)
        {
            names.Add(reader.Accounts[account]);
            watch.Add(facts.GetValueOrDefault(account), AccountName.Fingerprint(names[^1]));
            return numbers[account] = names.Count - 1;
        }

        if (reversed is { } down)
        {
            var all = reader.Exchanges().Select(exchange => exchange.Account).Distinct().ToList();
            foreach (var account in down ? Enumerable.Reverse(all) : all)
            {
                Add(account);
            }
        }

        foreach (var exchange in reader.Exchanges())
        {
            Tell(watch.Reach(exchange.Features.At));
            watch.Observe(numbers.TryGetValue(exchange.Account, out var number) ? number : Add(exchange.Account), exchange.Features);
        }

        Tell(watch.CloseTick());

        void Tell(IReadOnlyList<Signal>? happened)
        {
            if (happened != null)
            {
                found.Take(happened);
                told(watch, found, happened, account => names[account]);
            }
        }
    }
}
