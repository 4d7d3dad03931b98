using System.Text;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Sketches;
using Stillwatch.Tests.Engine.Journal;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Watching;

/// <summary>What is believed is saved under any traffic, and a restart goes on from there as if nothing had been.</summary>
public sealed class WatchSnapshotTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(300);   // less than the second of silence after which a tick is closed

    private readonly JournalFolder _journal = new();
    private readonly SteppedClock _clock = new();

    public void Dispose() => _journal.Dispose();

    [Theory]
    [InlineData(false)]   // each line of a second of its own
    [InlineData(true)]    // all of them late, in one tick that no later line closes
    public async Task Save_WhenTrafficNeverPauses_ThenItComesAllTheSameAndARestartGoesOnFromThere(bool late)
    {
        var path = Path.Combine(_journal.Path, "watch.snapshot");
        const int Lines = 400;
        using var writer = _journal.Writer();
        var watch = Begin(writer, path);
        using (watch)
        {
            watch.Start();
            var oldest = 0.0;
            for (var i = 0; i < Lines; i++)
            {
                Assert.True(writer.Line($"a{i % 7}", Samples.Start, Line(i, late && i > 0 ? 0 : i + 1)));
                await LiveDeployment.Until(() => watch.State.Exchanges == i + 1);
                oldest = Math.Max(oldest, watch.SnapshotAgeSeconds);
                _clock.Advance(Step);
            }

            Assert.InRange(oldest, 25, late ? 65 : 35);
            Assert.True(File.Exists(path));
            Assert.True(watch.Needed > Frame.Position(1, Frame.SegmentHeader));
            File.Copy(path, path + ".killed");   // as a killed process leaves it: what is saved when it stops is not there
        }

        using var restored = Begin(writer, path + ".killed");
        Assert.InRange(restored.State.Exchanges, 0, 0);
        restored.Start();
        await LiveDeployment.Until(() => restored.State.Exchanges == Lines);
        await LiveDeployment.Until(() => restored.AskAsync(again => again.Watch.IsBetweenTicks).GetAwaiter().GetResult());
        Assert.Equal(await watch.AskAsync(Beliefs), await restored.AskAsync(Beliefs));   // the first closed its tick as it stopped
        Assert.InRange(_taken, 1, late ? 250 : 150);   // entries read again, of 400: what came since it was last saved, and no more
    }

    private int _taken;

    private LiveWatch Begin(JournalWriter writer, string path)
    {
        var snapshot = new WatchSnapshot(path);
        var watch = snapshot.Load(() => new JournalWatch(CalibrationFile.Load(null), KeyedHash.ForScan, _ => default), out var position);
        var before = watch.Exchanges;
        _taken = (int)(400 - before);
        var reader = new JournalReader(_journal.Options, _journal.Vault, position) { WrittenTo = () => writer.Frames.Readable };
        return new LiveWatch(writer, reader, watch, _clock, new SignalLog(writer, []), snapshot);
    }

    private static byte[] Line(int i, int second) =>
        Encoding.UTF8.GetBytes($"{{\"id\":\"x{i}\",\"time\":\"{new EventTime(Samples.Start.Micros + second * EventTime.Second)}\",\"account\":\"a{i % 7}\",\"request\":{{\"prompt\":\"question number {i} about the harbour\"}}}}");

    private static string Beliefs(JournalWatch watch) =>
        string.Join('\n', watch.Watch.Accounts.Select(account => $"{watch.Names[account.Number]} {account.Take.Exchanges} {watch.Watch.Score(account):R} {string.Join(' ', account.Highest.ToArray())}"));
}
