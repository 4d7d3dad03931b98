using System.Text;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;
using Stillwatch.Signals;
using Stillwatch.Tests.Engine.Journal;
using Stillwatch.Tests.Gateway;
using Xunit;
using static Stillwatch.Signals.Signal;

namespace Stillwatch.Tests.Engine.Watching;

/// <summary>Signals are on record once, whoever says them again; nobody who follows misses one.</summary>
public sealed class SignalLogTests : IDisposable
{
    private static readonly CampaignId C = CampaignId.Of(1, 1, false),
        D = CampaignId.Of(2, 2, false);

    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void Add_WhenAWatchSaysAgainWhatItSaid_ThenItIsOnRecordOnce()
    {
        Signal[] said = [Began("a"), Formed(C), Formed(D)];
        using (var writer = _journal.Writer())
        {
            var log = new SignalLog(writer, []);
            log.Add(said, Name);
            log.Add(said[..2], Name);
            Assert.Equal(3, log.Count);
        }

        using (var writer = _journal.Writer())
        {
            var log = new SignalLog(writer, Recorded()); // after a restart
            log.Add([.. said, new CampaignMerged(default, C, D)], Name);
            Assert.Equal(4, log.Count);
        }

        Assert.Equal(
            ["watch_began", "campaign_formed", "campaign_formed", "campaign_merged"],
            Recorded().Select(line => SignalLine.Word(LoggedSignal.Of(line).Kind))
        );
    }

    [Fact]
    public void Add_WhenAWatchOfAnotherCalibrationSaysTheSame_ThenItIsNewsAgain()
    {
        using (var writer = _journal.Writer())
        {
            var log = new SignalLog(writer, []);
            log.Add([Began("a"), Formed(C)], Name);
            log.Add([Began("b"), Formed(C)], Name);
            log.Add([Began("a"), Formed(C)], Name); // and back: who folds the record has the last one's beliefs
            Assert.Equal(6, log.Count);
        }

        Assert.Equal(6, Recorded().Count());
    }

    [Fact]
    public async Task Add_WhenTheDiskIsFull_ThenSignalsWaitAndGoOnRecordInTheirOrder()
    {
        var faults = new FaultSwitches();
        using (
            var writer = new JournalWriter(
                _journal.Options with
                {
                    SpillBytes = 0,
                },
                _journal.Vault,
                Stillwatch.Reports.SystemClock.Instance,
                faults: faults
            )
        )
        {
            var log = new SignalLog(writer, []);
            faults.Set(Fault.DiskFull, on: true);
            while (writer.Signal(Encoding.UTF8.GetBytes(new string(' ', 1 << 20))))
            {
                // fills the segment that is open
            }

            log.Add([Began(new string('a', 2 << 20)), Formed(C)], Name);
            Assert.Equal(2, log.Unwritten);
            Assert.Equal(2, log.Count); // who follows is told all the same
            faults.Set(Fault.DiskFull, on: false);
            await LiveDeployment.Until(() =>
            {
                log.WriteDown();
                return log.Unwritten == 0;
            });
        }

        Assert.Equal(
            [SignalKind.WatchBegan, SignalKind.CampaignFormed],
            Recorded().Where(line => SignalLine.IdOf(line.Span) != 0).Select(line => LoggedSignal.Of(line).Kind)
        );
    }

    [Fact]
    public async Task FollowAsync_WhenResumedAfterAnId_ThenWhatFollowsComesAndThenEachAsItHappens()
    {
        using var writer = _journal.Writer();
        var log = new SignalLog(writer, []);
        log.Add([Began("a"), Formed(C)], Name);
        var first = await Some(log, null, 2);
        var follower = Some(log, first[0].Id, 3);
        log.Add([Formed(D)], Name);
        log.Add([new CampaignMerged(default, C, D)], Name);
        Assert.Equal(
            [SignalKind.CampaignFormed, SignalKind.CampaignFormed, SignalKind.CampaignMerged],
            (await follower).Select(signal => signal.Kind)
        );
        await Assert.ThrowsAsync<KeyNotFoundException>(() => Some(log, "0123456789abcdef", 1));
    }

    [Fact]
    public async Task FollowAsync_WhenManyAddAndManyFollow_ThenEveryFollowerHasAllOfThemInOneOrder()
    {
        using var writer = _journal.Writer();
        var log = new SignalLog(writer, []);
        const int Writers = 4,
            Each = 250;
        var followers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Some(log, null, Writers * Each))).ToList();
        Parallel.For(0, Writers, one =>
        {
            for (var i = 0; i < Each; i++)
            {
                log.Add([Formed(CampaignId.Of(i, (ulong)one, false))], Name);
            }
        });
        var seen = await Task.WhenAll(followers);
        Assert.Equal(Writers * Each, seen[0].Select(signal => signal.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(seen, one => Assert.Equal(seen[0].Select(signal => signal.Id), one.Select(signal => signal.Id)));
    }

    [Fact]
    public void Frame_WhenGolden_ThenTheBytesAreThese()
    {
        using (var writer = _journal.Writer())
        {
            Assert.True(writer.Signal("{}"u8.ToArray()));
        }

        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        Assert.True(reader.Next(out var kind, out var payload, out _));
        Assert.Equal(((FrameKind)9, "017B7D"), (kind, Convert.ToHexString(payload)));
    }

    private static async Task<List<LoggedSignal>> Some(SignalLog log, string? after, int count)
    {
        List<LoggedSignal> seen = [];
        await foreach (var signal in log.FollowAsync(after, waits: true, TestContext.Current.CancellationToken))
        {
            seen.Add(signal);
            if (seen.Count == count)
            {
                break;
            }
        }

        return seen;
    }

    private IEnumerable<ReadOnlyMemory<byte>> Recorded()
    {
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        while (reader.Read(out var entry))
        {
            if (entry.Kind == JournalEntryKind.Signal)
            {
                yield return entry.Line;
            }
        }
    }

    private static WatchBegan Began(string calibration) => new(new EventTime(5), calibration, "watch/12");

    private static CampaignFormed Formed(CampaignId id) => new(new EventTime(6), id, [new(0), new(1)]);

    private static string Name(AccountNumber account) => $"account-{account.Value}";
}
