using System.Text;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Signals;
using Stillwatch.Sketches;
using Stillwatch.Tests.Reports.Scan;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Watching;

/// <summary>What is believed after a position depends on the journal up to there and on nothing else.</summary>
public sealed class JournalWatchTests
{
    private readonly List<string> _asked = [];

    [Fact]
    public void Take_WhenLinesAndRubbishCome_ThenEachIsCountedAsWhatItIs()
    {
        var watch = Begin();
        watch.Take(Line(1, "bob", 5));
        watch.Take(Line(2, "alice", 3)); // late
        watch.Take(Line(3, "bob", 9));
        foreach (var rubbish in new[] { "", "{", "[]", "{\"id\":\"x\"}", "\0\0" })
        {
            watch.Take(new JournalEntry(JournalEntryKind.Line, 4, null, Encoding.UTF8.GetBytes(rubbish)));
        }

        watch.Take(new JournalEntry(JournalEntryKind.Gap, 5, null, new byte[24]));
        Assert.Equal((3, 5), (watch.Exchanges, watch.Rejected));
        Assert.Equal(["bob", "alice"], watch.Names);
        Assert.Equal(["bob", "alice"], _asked); // what the provider knows is asked once for each
        Assert.Equal((At(3), At(9)), (watch.First, watch.Last));
        Assert.Equal(default, watch.LastServed); // lines from outside were not served here
    }

    [Fact]
    public void Take_WhenAnExchangeOpensALaterTick_ThenItIsToldWhereTheNextBeginsBeforeItIsTaken()
    {
        var watch = Begin();
        List<(long Position, long Exchanges)> between = [];
        watch.BetweenTicks = position => between.Add((position, watch.Exchanges));
        watch.Take(Line(10, "a", 1));
        watch.Take(Line(20, "b", 1));
        watch.Take(Line(30, "a", 2));
        watch.Take(Line(40, "a", 2));
        watch.Take(Line(50, "a", 1)); // too late for its own tick: counted in the open one
        watch.Take(Line(60, "a", 9));
        Assert.Equal([(10, 0), (30, 2), (60, 5)], between);
        Assert.False(watch.Watch.IsBetweenTicks);
        watch.Take(new JournalEntry(JournalEntryKind.Tick, 70, null, default));
        Assert.True(watch.Watch.IsBetweenTicks);
    }

    [Fact]
    public void Load_WhenItIsSavedAtAnyTick_ThenItGoesOnAsIfNothingHadBeen()
    {
        var lines = new SmallWorld(seed: 2, campaign: true, people: 20).Lines;
        var whole = Begin();
        JournalWatch? restored = null;
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0 && i % (lines.Count / 5) == 0)
            {
                whole.Take(new JournalEntry(JournalEntryKind.Tick, i, null, default));
                restored?.Take(new JournalEntry(JournalEntryKind.Tick, i, null, default));
                using var saved = new MemoryStream();
                Save(restored ?? whole, saved, i);
                saved.Position = 0;
                restored = Begin();
                Assert.Null(restored.Load(saved, out var position));
                Assert.Equal(i, position);
                Assert.Equal((whole.Exchanges, whole.First, whole.Last), (restored.Exchanges, restored.First, restored.Last));
                Assert.Equal(whole.Names, restored.Names);
            }

            var entry = new JournalEntry(JournalEntryKind.Line, i, null, Encoding.UTF8.GetBytes(lines[i]));
            whole.Take(entry);
            restored?.Take(entry);
        }

        whole.Take(new JournalEntry(JournalEntryKind.Tick, 0, null, default));
        restored!.Take(new JournalEntry(JournalEntryKind.Tick, 0, null, default));
        Assert.NotEmpty(whole.Found.Flagged);
        Assert.Equal(State(whole), State(restored));
    }

    [Fact]
    public void Load_WhenItIsAnotherFilesOrCutOff_ThenItIsNotTaken()
    {
        var watch = Begin();
        watch.Take(Line(1, "a", 1));
        watch.Take(new JournalEntry(JournalEntryKind.Tick, 2, null, default));
        var saved = State(watch);
        var other = saved.ToArray();
        other[0] ^= 1;
        Assert.StartsWith("it has the format ", Begin().Load(new MemoryStream(other), out _), StringComparison.Ordinal);
        for (var length = 0; length < saved.Length; length += 1 + saved.Length / 50)
        {
            Assert.False(IsLoaded(saved[..length]));
        }

        // made with another calibration
        var another = new JournalWatch(CalibrationFile.Load(null), KeyedHash.ForScan, _ => default);
        Assert.Contains("with another calibration", another.Load(new MemoryStream(saved), out _), StringComparison.Ordinal);
    }

    private bool IsLoaded(byte[] bytes)
    {
        try
        {
            return Begin().Load(new MemoryStream(bytes), out _) == null;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            return false;
        }
    }

    [Fact]
    public void Take_WhenAVerdictStandsInTheJournal_ThenItIsHeardWhereItIsOfThisWatch()
    {
        foreach (var (calibration, heard) in new[] { ("mine", 1), ("another", 0) })
        {
            var watch = Begin();
            List<Signal> happened = [];
            watch.Found.Take([new Signal.WatchBegan(At(0), "mine", "watch/1")]);
            watch.Happened = happened.AddRange;
            watch.Take(Said(new Signal.WatchBegan(At(0), calibration, "watch/1")));
            // it says that by itself
            watch.Take(Said(new Signal.AccountFlagged(At(1), new(0), CampaignId.Of(1, 1, false), FlagCause.Own, 9, 3, 5, 5, new(-1))));
            watch.Take(Said(new Signal.VerdictChanged(At(1), CampaignId.Of(1, 1, false), Verdict.Unknown, Verdict.Lab)));
            Assert.Equal(heard, happened.Count);
            Assert.All(happened, one => Assert.Equal(Verdict.Lab, Assert.IsType<Signal.VerdictChanged>(one).Now));
        }
    }

    [Fact]
    public void LearnAll_WhenFactsChanged_ThenThoseWhoWereSeenHaveThem()
    {
        var card = 1UL;
        var watch = new JournalWatch(ScanRun.Calibration, KeyedHash.ForScan, _ => new AccountFacts(null, card, 0, 0, 0, false));
        watch.Take(Line(1, "a", 1));
        watch.Take(Line(2, "b", 1));
        watch.Take(new JournalEntry(JournalEntryKind.Tick, 3, null, default));
        watch.Learn("b", new AccountFacts(null, 7, 0, 0, 0, false));
        watch.Learn("nobody", new AccountFacts(null, 8, 0, 0, 0, false));
        Assert.Equal([1UL, 7UL], watch.Watch.Accounts.Select(account => account.Facts.Payment));
        card = 2;
        watch.LearnAll();
        Assert.Equal([2UL, 2UL], watch.Watch.Accounts.Select(account => account.Facts.Payment));
    }

    [Fact]
    public void Fingerprint_WhenThereIsNoText_ThenThereIsNone()
    {
        Assert.Equal((0UL, 0UL), (JournalWatch.Fingerprint(KeyedHash.ForScan, null), JournalWatch.Fingerprint(KeyedHash.ForScan, "")));
        Assert.Equal(KeyedHash.ForScan.Of("card"u8), JournalWatch.Fingerprint(KeyedHash.ForScan, "card"));
    }

    private JournalWatch Begin() => new(ScanRun.Calibration, KeyedHash.ForScan, name =>
        {
            _asked.Add(name);
            return default;
        });

    private static EventTime At(int second) => new(Samples.Start.Micros + second * EventTime.Second);

    private static JournalEntry Line(long position, string account, int second) =>
        new(
            JournalEntryKind.Line,
            position,
            null,
            Encoding.UTF8.GetBytes(
                $"{{\"id\":\"x{position}\",\"time\":\"{At(second)}\",\"account\":\"{account}\",\"request\":{{\"prompt\":\"a question\"}}}}"
            )
        );

    private static JournalEntry Said(Signal signal) =>
        new(JournalEntryKind.Signal, 1, null, SignalLine.Write(signal, account => $"account-{account.Value}"));

    private static void Save(JournalWatch watch, Stream into, long position)
    {
        watch.BeginSave(into, position);
        Assert.True(watch.SaveOn(null));
    }

    private static byte[] State(JournalWatch watch)
    {
        using var into = new MemoryStream();
        Save(watch, into, 1);
        return into.ToArray();
    }
}
