using System.Collections.Concurrent;
using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;
using Stillwatch.Reports;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>Whatever the disk does, slow, full or broken: what was given a position is there once and whole, and what is not is said.</summary>
public sealed class FrameWriterDiskTests : FrameWriterFixture
{
    [Fact]
    public async Task SyncAsync_WhenManyWaitWhileTheDiskIsSlow_ThenOneSyncMoreServesThemAll()
    {
        using var writer = Writer();
        Put(writer, [1]);
        using var held = _disk.HoldSyncs();
        var first = writer.SyncAsync();
        await held.Reached.WaitAsync(LiveDeployment.Patience, Cancel);
        var waiting = new ConcurrentBag<Task<bool>>();
        await Threads(8, _ =>
        {
            for (var i = 0; i < 50; i++)
            {
                waiting.Add(writer.SyncAsync());
            }
        });
        Assert.False(first.IsCompleted);
        Assert.DoesNotContain(waiting, one => one.IsCompleted);
        held.Dispose();
        Assert.True(await first.WaitAsync(LiveDeployment.Patience, Cancel));
        Assert.DoesNotContain(false, await Task.WhenAll(waiting).WaitAsync(LiveDeployment.Patience, Cancel));
        Assert.Equal((400, 2), (waiting.Count, _disk.Syncs));
        Assert.Equal(2, writer.State(0, null).Syncs);
    }

    [Fact]
    public async Task Put_WhenASyncTakesLong_ThenNobodyWaitsForTheDisk()
    {
        var put = new ConcurrentDictionary<long, byte[]>();
        using (var writer = Writer())
        {
            Put(writer, put, new Random(0), 10);
            using var held = _disk.HoldSyncs();
            var sync = writer.SyncAsync();
            await held.Reached.WaitAsync(LiveDeployment.Patience, Cancel);
            await Threads(4, thread =>
            {
                for (var i = 0; i < 200; i++)
                {
                    Put(writer, put, new Random(thread * 1000 + i), 500);
                }
            });
            Assert.False(sync.IsCompleted);
        }

        Same(put);
    }

    [Fact]
    public async Task Put_WhenTheDiskTakesNothingForAWhile_ThenTheStagingFillsAndWritersWaitAndNothingIsLost()
    {
        const int Payload = 1_000,
            Staging = 1 << 16,
            Count = 400;
        _journal.Options = _journal.Options with { StagingBytes = Staging };
        var put = new ConcurrentDictionary<long, byte[]>();
        using (var writer = Writer())
        {
            using var held = _disk.HoldWrites();
            var writing = Threads(4, thread =>
            {
                for (var i = 0; i < Count / 4; i++)
                {
                    Put(writer, put, new Random(thread * 1000 + i), Payload);
                }
            });
            await LiveDeployment.Until(() => put.Count >= Staging / (Payload + 100));
            await held.Reached.WaitAsync(LiveDeployment.Patience, Cancel);
            Assert.InRange(put.Count, 1, Staging / Payload); // no more fits, whoever waits
            Assert.False(writing.IsCompleted);
            held.Dispose();
            await writing.WaitAsync(LiveDeployment.Patience, Cancel);
            Assert.Null(writer.Fault);
        }

        Assert.Equal(Count, put.Count);
        Same(put);
    }

    [Fact]
    public async Task Put_WhenFilesBreakOneAfterTheOther_ThenAllThatHasAPositionIsReadBack()
    {
        _journal.Options = _journal.Options with { StagingBytes = 1 << 16 };
        var put = new ConcurrentDictionary<long, byte[]>();
        using (var writer = Writer())
        {
            for (var round = 0; round < 3; round++)
            {
                await Threads(3, thread =>
                {
                    for (var i = 0; i < 60; i++)
                    {
                        Put(writer, put, new Random((round * 10 + thread) * 1000 + i), 400);
                    }
                });
                _disk.RefuseFileInUse = true; // what is staged now cannot go into its segment
                Put(writer, put, new Random(-round - 1), 400);
                Assert.False(await writer.SyncAsync().WaitAsync(LiveDeployment.Patience, Cancel));
                await LiveDeployment.Until(() => Segments >= round + 2); // the next one is there
                _disk.RefuseFileInUse = false;
                await LiveDeployment.Until(() => writer.SyncAsync().GetAwaiter().GetResult());
                Assert.Null(writer.Fault);
            }
        }

        Assert.Equal(0, LostAtStop);
        Same(put);
        Assert.Equal(3 * (3 * 60 + 1), put.Count);
    }

    [Fact]
    public async Task SyncAsync_WhenTheSyncFails_ThenAllWhoWaitForItAreToldAndTheNextIsOfAnotherFile()
    {
        using var writer = Writer();
        Put(writer, [1]);
        _disk.SyncError = InputOutputError;
        using var held = _disk.HoldSyncs();
        var waiting = Enumerable.Range(0, 20).Select(_ => writer.SyncAsync()).ToList();
        await held.Reached.WaitAsync(LiveDeployment.Patience, Cancel);
        held.Dispose();
        var told = await Task.WhenAll(waiting).WaitAsync(LiveDeployment.Patience, Cancel);
        Assert.DoesNotContain(true, told);
        Assert.True(writer.State(0, null).SyncErrors >= 1);
        _disk.SyncError = 0;
        await LiveDeployment.Until(() => Put(writer, [2]) != 0 && writer.SyncAsync().GetAwaiter().GetResult());
        Assert.Null(writer.Fault);
        Assert.Equal(2, Frames().Select(frame => Frame.At(frame.Key).Segment).Distinct().Count());
    }

    [Fact]
    public async Task SyncAsync_WhenARoundFailsInAWayNobodyForesaw_ThenItIsToldAndTheNextOneGoesOn()
    {
        var fails = true;
        using var writer = new FrameWriter(
            _journal.Options,
            () => fails ? throw new IOException("the vault is on a disk that went") : true,
            SystemClock.Instance,
            _disk,
            NoFaults.Instance,
            after: 0
        );
        Put(writer, [1]);
        Assert.False(await writer.SyncAsync().WaitAsync(LiveDeployment.Patience, Cancel));
        Assert.Equal("the vault is on a disk that went", writer.Fault);
        fails = false;
        Assert.True(await writer.SyncAsync().WaitAsync(LiveDeployment.Patience, Cancel));
        Assert.Null(writer.Fault);
    }

    [Fact]
    public async Task Miss_WhenManyCouldNotBeWritten_ThenTheNextSegmentSaysHowManyAndBetweenWhichTimes()
    {
        using (var writer = Writer())
        {
            Put(writer, [1]);
            await Threads(4, _ =>
            {
                for (var i = 0; i < 100; i++)
                {
                    writer.Miss(new EventTime(5_000));
                }
            });
            writer.Miss(new EventTime(9_000));
            Assert.Equal(401, writer.State(0, null).Lost);
            writer.Rotate();
            Put(writer, [2]);
            writer.Rotate(); // said once
        }

        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        List<long[]> gaps = [];
        while (reader.Next(out var kind, out var payload, out _))
        {
            if (kind == FrameKind.Gap)
            {
                gaps.Add(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(payload).ToArray());
            }
        }

        Assert.Equal([401, 5_000, 9_000], Assert.Single(gaps));
    }

    [Fact]
    public async Task Put_WhenTheDiskIsFullAndMemoryMayNotHelp_ThenItHasNoPositionAndTheStateSaysWhy()
    {
        _journal.Options = _journal.Options with { SpillBytes = 0 };
        using var writer = Writer();
        _disk.Full = true;
        await LiveDeployment.Until(() => Put(writer, new byte[200_000]) == 0); // once the open segment is full
        var state = writer.State(7, null);
        Assert.Equal((7, true), (state.Written, state.CannotWrite));
        Assert.Contains("cannot be reserved: No space left on device", state.Fault, StringComparison.Ordinal);
        _disk.Full = false;
        await LiveDeployment.Until(() => Put(writer, [1]) != 0);
        Assert.Equal((null, false), (writer.State(7, null).Fault, writer.State(7, null).CannotWrite));
        Assert.Equal(
            ("the vault is gone", true),
            (writer.State(7, "the vault is gone").Fault, writer.State(7, "the vault is gone").CannotWrite)
        );
    }

    [Fact]
    public async Task Put_WhenTheDiskIsFullAndMemoryHelps_ThenItIsCountedThereUntilTheDiskTakesIt()
    {
        var put = new ConcurrentDictionary<long, byte[]>();
        using (var writer = Writer())
        {
            Put(writer, put, new Random(1), 100);
            _disk.Full = true;
            writer.Rotate();
            Assert.True(writer.State(0, null) is { Spilled: > 0, CannotWrite: true });
            await Threads(4, thread =>
            {
                for (var i = 0; i < 100; i++)
                {
                    Put(writer, put, new Random(thread * 1000 + i), 300);
                }
            });
            Assert.False(await writer.SyncAsync().WaitAsync(LiveDeployment.Patience, Cancel)); // memory is no disk
            _disk.Full = false;
            await LiveDeployment.Until(() => writer.SyncAsync().GetAwaiter().GetResult());
            Assert.True(writer.State(0, null) is { Spilled: 0, CannotWrite: false, Fault: null });
        }

        Same(put);
        Assert.Equal(0, LostAtStop);
    }

    [Fact]
    public void Dispose_WhenTheDiskNeverTookWhatMemoryHeld_ThenItSaysHowManyExchangesAreGone()
    {
        var writer = Writer();
        _disk.Full = true;
        Put(writer, [1]);
        writer.Rotate();
        for (var i = 0; i < 5; i++)
        {
            Assert.NotEqual(0, writer.Put(FrameKind.End, 8, 0, static (_, _) => { }));
        }

        Put(writer, [2]); // a signal ends no exchange
        writer.Dispose();
        Assert.Equal(5, writer.LostAtStop);
    }
}
