using Stillwatch.App.Configuration;
using Stillwatch.App.Trials.Replay;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Storage;
using Stillwatch.Engine.Vault;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;
using Stillwatch.Sketches;
using Stillwatch.Tests.Engine.Journal;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.Reports.Scan;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Watching;

/// <summary>What the live watch believes is what a scan of the journal finds, also after a restart, however it ended.</summary>
public sealed class LiveWatchTests : IAsyncDisposable
{
    private readonly LogFolder _folder = new();

    private StandInServer? _standIn;

    public async ValueTask DisposeAsync()
    {
        if (_standIn != null)
        {
            await _standIn.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Replay_WhenALogIsSentThroughTheGateway_ThenTheLiveWatchTheJournalAndTheLogAgree()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        await using var live = await Trusting(Path.Combine(_folder.Path, "data"));
        var (sent, failed) = await Replay(live, log, accounts);
        Assert.Equal((world.Lines.Count, 0), ((int)sent, (int)failed));
        await CaughtUp(live, world.Lines.Count);

        var offline = Flags(ScanRun.Run([log], accounts, calibration: Stillwatch.Reports.Calibrations.CalibrationFile.Load(null)));
        var recorded = Flags(ScanRun.Run([live.Path], accounts, calibration: Stillwatch.Reports.Calibrations.CalibrationFile.Load(null)));
        var believed = await live.Running.AskAsync(Flags);
        Assert.NotEmpty(offline);
        Assert.Equal(offline, recorded);
        Assert.Equal(offline.Keys, believed.Keys); // the live watch closes ticks where the traffic paused; who is flagged does not change
    }

    [Fact]
    public async Task Flag_WhenTheDecidingExchangeWasAnswered_ThenItIsKnownWithoutMoreTraffic()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        var decided = Flags(ScanRun.Run([log], accounts, calibration: Stillwatch.Reports.Calibrations.CalibrationFile.Load(null)))
            .Values.Min(StringComparer.Ordinal)![..SecondsOfTime];
        var before = world.Lines.Count(line => string.CompareOrdinal(TimeOf(line)[..SecondsOfTime], decided) <= 0) - 2 * Few;
        Assert.InRange(before, 1, world.Lines.Count - 1);
        File.WriteAllLines(log, world.Lines.Take(before));

        await using var live = await Trusting(Path.Combine(_folder.Path, "data"));
        await Replay(live, log, accounts);
        await CaughtUp(live, before); // a replay as fast as it goes is ahead of it
        Assert.Equal(0, live.Running.Watch.State.Flagged);
        for (var sent = before; ; sent += Few)
        {
            // Which exchange decides is not the scan's to the last one: a pause closes a tick.
            Assert.InRange(sent, before, before + 20 * Few);
            File.WriteAllLines(log, world.Lines.Skip(sent).Take(Few));
            Assert.Equal((Few, 0), await Replay(live, log, accounts));
            await CaughtUp(live, sent + Few);
            if (live.Running.Watch.State.Flagged > 0)
            {
                return; // how soon is measured where nothing else runs: bench/soak
            }
        }
    }

    [Fact]
    public async Task Dossier_WhenACampaignWasRecognisedLate_ThenItIsWorkedOutFromItsFirstExchangeOnAsAScanDoes()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        await using var live = await Trusting(Path.Combine(_folder.Path, "data"));
        await Replay(live, log, accounts);
        await CaughtUp(live, world.Lines.Count);
        Assert.NotEmpty(await live.Running.AskAsync(Flags));

        using var console = live.Console();
        System.Text.Json.Nodes.JsonNode? campaign = null;
        await LiveDeployment.Until(() =>
        {
            var findings = System.Text.Json.Nodes.JsonNode.Parse(console.GetStringAsync("/api/findings").GetAwaiter().GetResult())!;
            campaign = findings["campaigns"]![0]!;
            // all of them: also those from before the flag
            return (long?)campaign["worked_out"]?["exchanges"] == (long)campaign["exchanges"]!;
        });
        var offline = ScanRun.Run([log], accounts, calibration: Stillwatch.Reports.Calibrations.CalibrationFile.Load(null), dossiers: true);
        var dossier = offline.Dossiers!.Of(Assert.Single(offline.Campaigns))!;
        Assert.Equal(
            Stillwatch.Reports.Scan.DossierToJson.Say(dossier.Assess(offline.Calibration).Verdict),
            (string?)campaign!["verdict"]!["taken_for"]
        );
        Assert.Equal(
            dossier.Taken.ByCapability.Sum(one => one.Exchanges),
            campaign["taken"]!["by_capability"]!.AsObject().Sum(one => (long)one.Value!["exchanges"]!)
        );
        Assert.Equal(3, campaign["contrasts"]!.AsArray().Count);
        var view = System.Text.Json.Nodes.JsonNode.Parse(await console.GetStringAsync("/api/live", TestContext.Current.CancellationToken))!;
        Assert.Equal((string?)campaign["verdict"]!["taken_for"], (string?)view["campaigns"]![0]!["taken_for"]);
        Assert.Contains(
            "Taken for: ",
            await console.GetStringAsync("/api/report", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    private const int Few = 16;
    private const int SecondsOfTime = 19; // 2026-03-02T00:00:00

    private static string TimeOf(string line)
    {
        using var json = System.Text.Json.JsonDocument.Parse(line);
        return json.RootElement.GetProperty("time").GetString()!;
    }

    [Fact]
    public async Task Restart_WhenASnapshotIsThereOrNot_ThenTheWatchBelievesTheSame()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        var data = Path.Combine(_folder.Path, "data");
        string before;
        await using (var live = await Trusting(data))
        {
            await Replay(live, log, accounts);
            await CaughtUp(live, world.Lines.Count);
            before = await live.Running.AskAsync(Beliefs);
        }

        Assert.True(File.Exists(Path.Combine(data, "watch.snapshot")));
        await using (var live = await Trusting(data))
        {
            Assert.True(live.Running.Restored > 0);
            await CaughtUp(live, world.Lines.Count);
            Assert.Equal(before, await live.Running.AskAsync(Beliefs));
            live.Running.Journal.Frames.Rotate();
        }

        var bytes = File.ReadAllBytes(Path.Combine(data, "watch.snapshot"));
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(Path.Combine(data, "watch.snapshot"), bytes); // damaged: everything is read again
        await using (var live = await Trusting(data))
        {
            Assert.Equal(0, live.Running.Restored);
            await CaughtUp(live, world.Lines.Count);
            Assert.Equal(before, await live.Running.AskAsync(Beliefs));
        }
    }

    [Fact]
    public async Task Restart_WhenFactsWereImportedMeanwhile_ThenAccountsThatWereSeenBeforeHaveThem()
    {
        var data = Path.Combine(_folder.Path, "data");
        await using (var live = await LiveDeployment.StartAsync(path: data))
        {
            using var response = await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
            await CaughtUp(live, 1);
            Assert.Equal(0UL, await live.Running.AskAsync(findings => findings.Watch.Accounts[0].Facts.Payment));
        }

        var folder = DataFolder.Make(data);
        using (var store = new AccountStore(folder.Accounts, folder.Master, Stillwatch.Reports.SystemClock.Instance, follow: false))
        {
            store.Import([new AccountRow("alice") { Payment = "card-1", Verified = true }]);
        }

        await using (var live = await LiveDeployment.StartAsync(path: data))
        {
            Assert.True(live.Running.Restored > 0);
            Assert.NotEqual(0UL, await live.Running.AskAsync(findings => findings.Watch.Accounts[0].Facts.Payment));
            using var response = await live.Send("/v1/chat/completions", """{"model":"m","messages":[]}""");
            await CaughtUp(live, 2);
        }
    }

    [Fact]
    public async Task Restart_WhenTheJournalWasSealedAndItsSegmentsAreGone_ThenTheLakeStandsInForThem()
    {
        var world = new SmallWorld(seed: 2, campaign: true);
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        var data = Path.Combine(_folder.Path, "data");
        string before;
        await using (var live = await Trusting(data, ("journal.seal.after_seconds", "1")))
        {
            await Replay(live, log, accounts);
            await CaughtUp(live, world.Lines.Count);
            await LiveDeployment.Until(() => live.Running.Housekeeping.Sealed >= world.Lines.Count);
            before = await live.Running.AskAsync(Beliefs);
        }

        File.Delete(Path.Combine(data, "watch.snapshot"));
        await using (var live = await Trusting(data))
        {
            await CaughtUp(live, world.Lines.Count);
            Assert.Equal(before, await live.Running.AskAsync(Beliefs));
        }

        Assert.Equal(
            Flags(ScanRun.Run([log], accounts, calibration: Stillwatch.Reports.Calibrations.CalibrationFile.Load(null))),
            Flags(ScanRun.Run([data], accounts, calibration: Stillwatch.Reports.Calibrations.CalibrationFile.Load(null)))
        );
    }

    [Fact]
    public async Task AskAsync_WhenManyAskWhileItWorksAndStops_ThenEveryQuestionIsAnsweredOnceBetweenTwoExchanges()
    {
        using var journal = new JournalFolder();
        using var writer = journal.Writer();
        var watch = Over(journal, writer);
        watch.Start();
        var (inside, answered, stop) = (0, 0, false);
        var asking = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(
                    async () =>
                    {
                        while (!Volatile.Read(ref stop))
                        {
                            Assert.True(
                                await watch.AskAsync(believed =>
                                {
                                    Assert.Equal(1, Interlocked.Increment(ref inside)); // nobody else works on what is believed
                                    var told = believed.Names.Count >= believed.Watch.Accounts.Count;
                                    Interlocked.Decrement(ref inside);
                                    return told;
                                })
                            );
                            Interlocked.Increment(ref answered);
                        }
                    },
                    Cancel
                )
            )
            .ToList();
        for (var i = 0; i < 200; i++)
        {
            Assert.True(writer.Line($"a{i % 7}", Samples.Start, Said(i)));
        }

        await LiveDeployment.Until(() => watch.State.Exchanges == 200 && Volatile.Read(ref answered) > 200);
        watch.Dispose();
        var soFar = Volatile.Read(ref answered);
        await LiveDeployment.Until(() => Volatile.Read(ref answered) > soFar + 100); // also once it has ended
        Volatile.Write(ref stop, true);
        await Task.WhenAll(asking).WaitAsync(LiveDeployment.Patience, Cancel);
        Assert.Equal(200, await watch.AskAsync(believed => believed.Exchanges));
    }

    [Fact]
    public async Task AskAsync_WhenAQuestionFails_ThenItsAskerIsToldAndTheWatchGoesOn()
    {
        using var journal = new JournalFolder();
        using var writer = journal.Writer();
        using var watch = Over(journal, writer);
        watch.Start();
        var fault = await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
            watch.AskAsync<int>(_ => throw new InvalidTimeZoneException("a bad question"))
        );
        Assert.Equal("a bad question", fault.Message);
        Assert.True(writer.Line("a", Samples.Start, Said(1)));
        await LiveDeployment.Until(() => watch.State.Exchanges == 1);
        Assert.Equal((null, true), (watch.State.Fault, watch.IsWatching));
    }

    [Fact]
    public async Task Take_WhenAnEntryCannotBeTakenOrRead_ThenItCostsItselfAndIsCounted()
    {
        using var journal = new JournalFolder();
        using var writer = journal.Writer();
        using var watch = Over(journal, writer, name => name == "a3" ? throw new InvalidTimeZoneException("no facts of a3") : default);
        watch.Start();
        var odd = JournalFolder.Record("odd");
        var ticket = writer.Begin(odd);
        odd.Journaled = new DataKey(77, new byte[32]); // sealed under a key that nobody has
        Assert.True(await writer.EndAsync(ticket, odd));
        for (var i = 0; i < 7; i++)
        {
            Assert.True(writer.Line($"a{i}", Samples.Start, Said(i)));
        }

        Assert.True(writer.Line("a", Samples.Start, "no line"u8.ToArray()));
        await LiveDeployment.Until(() => watch.State is { Exchanges: 6, Rejected: 1, LagSeconds: 0 });
        Assert.Equal((2, "no facts of a3", null), (watch.Unreadable, watch.LastFault, watch.State.Fault));
    }

    [Fact]
    public async Task State_WhenItIsSwitchedOff_ThenItsLagGrowsAndItCatchesUpWhenItIsBack()
    {
        using var journal = new JournalFolder();
        using var writer = journal.Writer();
        var clock = new SteppedClock();
        var faults = new FaultSwitches();
        using var watch = Over(journal, writer, clock: clock, faults: faults);
        watch.Start();
        await LiveDeployment.Until(() => watch.State.LagSeconds == 0);
        faults.Set(Fault.WatchDead, on: true);
        Assert.False(watch.IsWatching || watch.State.Running);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(writer.Line("a", Samples.Start, Said(1)));
        await LiveDeployment.Until(() => watch.State.LagSeconds >= 30);
        Assert.Equal(0, watch.State.Exchanges);
        faults.Set(Fault.WatchDead, on: false);
        await LiveDeployment.Until(() => watch.State is { Exchanges: 1, LagSeconds: 0, Running: true });
    }

    [Fact]
    public async Task Tick_WhenNothingComesForASecond_ThenItIsClosedAndWrittenDownOnce()
    {
        using var journal = new JournalFolder();
        using var writer = journal.Writer();
        var clock = new SteppedClock();
        using var watch = Over(journal, writer, clock: clock);
        watch.Start();
        Assert.True(writer.Line("a", Samples.Start, Said(1)));
        await LiveDeployment.Until(() => watch.State is { Exchanges: 1, LagSeconds: 0 });
        Assert.False(await watch.AskAsync(believed => believed.Watch.IsBetweenTicks)); // the clock stands still
        clock.Advance(TimeSpan.FromSeconds(1));
        await LiveDeployment.Until(() => watch.AskAsync(believed => believed.Watch.IsBetweenTicks).GetAwaiter().GetResult());
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(writer.Line("a", Samples.Start, Said(2)));
        await LiveDeployment.Until(() => watch.State is { Exchanges: 2, LagSeconds: 0 });
        Assert.Equal(1, journal.Read().Count(entry => entry.Kind == JournalEntryKind.Tick));
    }

    [Fact]
    public void Dispose_WhenItWasNeverStarted_ThenItEndsAtOnce()
    {
        using var journal = new JournalFolder();
        using var writer = journal.Writer();
        var watch = Over(journal, writer);
        watch.Dispose();
        Assert.False(watch.IsWatching);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static LiveWatch Over(
        JournalFolder journal,
        JournalWriter writer,
        Func<string, AccountFacts>? facts = null,
        TimeProvider? clock = null,
        IFaults? faults = null
    )
    {
        var watch = new JournalWatch(
            Stillwatch.Reports.Calibrations.CalibrationFile.Load(null),
            KeyedHash.ForScan,
            facts ?? (_ => default)
        );
        var reader = new JournalReader(journal.Options, journal.Vault) { WrittenTo = () => writer.Frames.Readable };
        return new LiveWatch(writer, reader, watch, clock ?? Stillwatch.Reports.SystemClock.Instance, new SignalLog(writer, []))
        {
            Faults = faults ?? NoFaults.Instance,
        };
    }

    private static byte[] Said(int i) =>
        System.Text.Encoding.UTF8.GetBytes(
            $"{{\"id\":\"x{i}\",\"time\":\"{Samples.Start}\",\"account\":\"a{i % 7}\",\"request\":{{\"prompt\":\"question {i}\"}}}}"
        );

    private async Task<LiveDeployment> Trusting(string path, params (string, string)[] flags)
    {
        _standIn ??= await StandInServer.StartAsync(
            Answers.Read(Path.Combine(_folder.Path, "log.jsonl")),
            0,
            Pace.None,
            CancellationToken.None
        );
        return await LiveDeployment.StartAsync(
            [("journal.segment_bytes", "1048576"), .. flags],
            path,
            upstreams: [_standIn.Address],
            trustReplay: true
        );
    }

    private static async Task<(long Sent, long Failed)> Replay(LiveDeployment live, string log, string accounts)
    {
        var (sent, failed, _) = await Replayer.RunAsync(
            new ReplayPlan(
                DataFolder.Make(live.Path),
                new Uri(live.Running.GatewayAddress),
                accounts,
                double.PositiveInfinity,
                16,
                Quiet: true
            ),
            ReplayLog.Read(log),
            CancellationToken.None
        );
        return (sent, failed);
    }

    /// <summary>Waits until it has read all, and closed its tick.</summary>
    private static async Task CaughtUp(LiveDeployment live, int exchanges)
    {
        await LiveDeployment.Until(() => live.Running.Watch.State is { LagSeconds: 0 } state && state.Exchanges == exchanges);
        await LiveDeployment.Until(() => live.Running.AskAsync(findings => findings.Watch.IsBetweenTicks).GetAwaiter().GetResult());
    }

    private static SortedDictionary<string, string> Flags(Stillwatch.Reports.Scan.Briefing findings) =>
        new(
            findings
                .Watch.Accounts.Where(account => account.FlaggedAt != null)
                .ToDictionary(findings.Name, account => account.FlaggedAt!.Value.ToString(), StringComparer.Ordinal),
            StringComparer.Ordinal
        );

    /// <summary>All that is believed of everybody, in the order of names.</summary>
    private static string Beliefs(Stillwatch.Reports.Scan.Briefing findings) =>
        string.Join(
            '\n',
            findings
                .Watch.Accounts.OrderBy(findings.Name, StringComparer.Ordinal)
                .Select(account =>
                    $"{findings.Name(account)} {account.Take.Exchanges} {account.FlaggedAt} {findings.Score(account):R} "
                    + $"{account.BestTie:R} {string.Join(' ', account.Highest.ToArray())} {account.Campaign?.Accounts.Count} "
                    + $"{account.Explain(0)}"
                )
        )
        + string.Join(
            '\n',
            findings.Campaigns.Select(campaign =>
                $"{campaign.DetectedAt} {campaign.P:R} {campaign.Readings.Statistic:R} {campaign.Accounts.Count}"
            )
        );
}
