using System.Text;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Sketches;
using Stillwatch.Tests.Engine.Journal;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Watching;

/// <summary>What is believed is saved under any traffic, and a restart goes on from there as if nothing had been.</summary>
public sealed class WatchSnapshotTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(300); // less than the second of silence after which a tick is closed

    private readonly JournalFolder _journal = new();
    private readonly SteppedClock _clock = new();

    public void Dispose() => _journal.Dispose();

    [Theory]
    [InlineData(false)] // each line of a second of its own
    [InlineData(true)] // all of them late, in one tick that no later line closes
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
                oldest = Math.Max(oldest, watch.Saver.AgeSeconds);
                _clock.Advance(Step);
            }

            Assert.InRange(oldest, 25, late ? 65 : 35);
            Assert.True(File.Exists(path));
            Assert.True(watch.Needed > Frame.Position(1, Frame.SegmentHeader));
            File.Copy(path, path + ".killed"); // as a killed process leaves it: what is saved when it stops is not there
        }

        using var restored = Begin(writer, path + ".killed");
        Assert.InRange(restored.State.Exchanges, 0, 0);
        restored.Start();
        await LiveDeployment.Until(() => restored.State.Exchanges == Lines);
        await LiveDeployment.Until(() => restored.AskAsync(again => again.Watch.IsBetweenTicks).GetAwaiter().GetResult());
        Assert.Equal(await watch.AskAsync(Beliefs), await restored.AskAsync(Beliefs)); // the first closed its tick as it stopped
        Assert.InRange(_taken, 1, late ? 250 : 150); // entries read again, of 400: what came since it was last saved, and no more
    }

    [Fact]
    [Trait("Suite", "slow")]
    public async Task Save_WhenAHundredThousandAccountsAreWatched_ThenTheWatchHardlyStandsStill()
    {
        const int Accounts = 100_000;
        var path = Path.Combine(_journal.Path, "watch.snapshot");
        using var writer = new JournalWriter(_journal.Options, _journal.Vault, Stillwatch.Reports.SystemClock.Instance);
        using var watch = Begin(writer, path, Stillwatch.Reports.SystemClock.Instance);
        for (var i = 0; i < 2 * Accounts; i++)
        {
            Assert.True(writer.Line($"a{i % Accounts}", Samples.Start, Line(i, i / 400, Accounts)));
        }

        watch.Start();
        await LiveDeployment.Until(() => watch.State.Exchanges == 2 * Accounts);
        var (saved, least) = (0, double.MaxValue);
        var count = 2 * Accounts;
        for (var last = watch.Needed; saved < 2; )
        {
            Assert.True(writer.Line($"a{count % Accounts}", Samples.Start, Line(count, count / 400, Accounts))); // traffic goes on
            count++;
            if (count % 50 == 0)
            {
                await Task.Yield();
                Thread.SpinWait(200_000);
            }

            if (watch.Needed != last)
            {
                (last, saved) = (watch.Needed, saved + 1);
                var said =
                    $"stood still for {watch.Saver.LongestStopSeconds * 1000:N1} ms at most; {new FileInfo(path).Length / 1e6:N0} MB; "
                    + $"{count:N0} exchanges; age {watch.Saver.AgeSeconds:N1} s";
                TestContext.Current.TestOutputHelper?.WriteLine(said);
                least = Math.Min(least, watch.Saver.LongestStopSeconds);
                Assert.InRange(watch.Saver.AgeSeconds, 0, 30); // since it began
            }
        }

        Assert.InRange(least, 0, 0.05); // the machine may have been taken away during one of the two
    }

    [Fact]
    public async Task Load_WhenTheFileIsOfAnotherFormatOrDamaged_ThenItSaysWhyAndBeginsAnew()
    {
        var path = Path.Combine(_journal.Path, "watch.snapshot");
        using (var writer = new SnapshotWriter(path))
        {
            writer.Stream.Write("SWSNAP03 and so on"u8);
            writer.Complete();
            Assert.Null(await writer.Done);
        }

        var snapshot = new WatchSnapshot(path);
        Assert.Equal(0, snapshot.Load(Make, out var position).Exchanges);
        Assert.Equal((0L, "it has the format SWSNAP03, and this program reads SWSNAP04"), (position, snapshot.Refused));

        var bytes = File.ReadAllBytes(path);
        bytes[3] ^= 1;
        File.WriteAllBytes(path, bytes);
        snapshot.Load(Make, out _);
        Assert.Equal("it is damaged: its hash is another", snapshot.Refused);
        Assert.Null(new WatchSnapshot(path + ".none").Refused);
    }

    private static JournalWatch Make() => new(CalibrationFile.Load(null), KeyedHash.ForScan, _ => default);

    private int _taken;

    private LiveWatch Begin(JournalWriter writer, string path, TimeProvider? clock = null)
    {
        var snapshot = new WatchSnapshot(path);
        var watch = snapshot.Load(Make, out var position);
        var before = watch.Exchanges;
        _taken = (int)(400 - before);
        var reader = new JournalReader(_journal.Options, _journal.Vault, position) { WrittenTo = () => writer.Frames.Readable };
        return new LiveWatch(writer, reader, watch, clock ?? _clock, new SignalLog(writer, []), snapshot);
    }

    private static byte[] Line(int i, int second, int accounts = 7) =>
        Encoding.UTF8.GetBytes(
            $"{{\"id\":\"x{i}\",\"time\":\"{new EventTime(Samples.Start.Micros + second * EventTime.Second)}\",\"account\":\"a{i % accounts}\",\"request\":{{\"prompt\":\"question number {i} about the harbour\"}}}}"
        );

    private static string Beliefs(JournalWatch watch) =>
        string.Join(
            '\n',
            watch.Watch.Accounts.Select(account =>
                $"{watch.Names[account.Number]} {account.Take.Exchanges} {watch.Watch.Score(account):R} "
                + $"{string.Join(' ', account.Highest.ToArray())}"
            )
        );
}
