using System.Collections.Concurrent;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Stillwatch.Hosting;
using Stillwatch.Reports;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>Whoever writes, waits or stops at the same time: what was given a position is there once and whole.</summary>
public sealed class FrameWriterTests : FrameWriterFixture
{
    [Fact]
    public async Task Put_WhenManyThreadsAppend_ThenEachFrameIsThereOnceAndWholeAtItsPosition()
    {
        // frames of 16 KiB and more go past the staging
        _journal.Options = _journal.Options with { StagingBytes = 1 << 16, SegmentBytes = 1 << 18 };
        var put = new ConcurrentDictionary<long, byte[]>();
        using (var writer = Writer())
        {
            await Threads(6, thread =>
            {
                var random = new Random(thread);
                var before = 0L;
                for (var i = 0; i < 300; i++)
                {
                    var payload = Payload(random, i % 25 == 0 ? random.Next(16_000, 40_000) : random.Next(3_000));
                    var at = Put(writer, payload);
                    Assert.True(at > before, "a thread's frames lie in its order");
                    Assert.True(put.TryAdd(before = at, payload));
                }
            });
        }

        Same(put);
        Assert.True(Segments > 10);
    }

    [Fact]
    public async Task Put_WhenOneThatWritesThrows_ThenItsPlaceIsSteppedOverAndNobodyWaitsForIt()
    {
        var put = new ConcurrentDictionary<long, byte[]>();
        using (var writer = Writer())
        {
            await Threads(4, thread =>
            {
                for (var i = 0; i < 200; i++)
                {
                    if (i % 10 == 3)
                    {
                        var size = i % 20 == 3 ? 50 : 5 << 20; // in the staging, and past it
                        Assert.Throws<InvalidTimeZoneException>(() =>
                            writer.Put(FrameKind.Signal, size, 0, static (_, _) => throw new InvalidTimeZoneException())
                        );
                        continue;
                    }

                    var payload = Payload(new Random(thread * 1000 + i), 100);
                    put[Put(writer, payload)] = payload;
                }
            });
            Assert.True(await writer.SyncAsync());
        }

        Same(put);
    }

    [Fact]
    public async Task SyncAsync_WhenTheKeysAreNotSafe_ThenNoFrameIsSaidToBe()
    {
        var safe = false;
        List<int> syncsBefore = [];
        using var writer = new FrameWriter(
            _journal.Options,
            () =>
            {
                syncsBefore.Add(_disk.Syncs); // keys first: a frame without its key is lost
                return safe;
            },
            SystemClock.Instance,
            _disk,
            NoFaults.Instance,
            after: 0
        );
        Put(writer, [1]);
        Assert.False(await writer.SyncAsync().WaitAsync(LiveDeployment.Patience, Cancel));
        safe = true;
        Assert.True(await writer.SyncAsync().WaitAsync(LiveDeployment.Patience, Cancel));
        Assert.Equal([0], syncsBefore[..1]);
    }

    [Fact]
    public async Task Rotate_WhileOthersWrite_ThenNoFrameIsLostAndTheSegmentsBehindAreClosed()
    {
        var put = new ConcurrentDictionary<long, byte[]>();
        using (var writer = Writer())
        {
            var (rotated, done) = (0, 0);
            await Threads(5, thread =>
            {
                if (thread == 4)
                {
                    while (Volatile.Read(ref done) < 4 && rotated < 30)
                    {
                        var end = writer.End;
                        SpinWait.SpinUntil(() => writer.End != end || Volatile.Read(ref done) == 4, LiveDeployment.Patience);
                        writer.Rotate();
                        Interlocked.Increment(ref rotated);
                    }

                    return;
                }

                for (var i = 0; i < 300 || Volatile.Read(ref rotated) < 5; i++)
                {
                    Put(writer, put, new Random(thread * 1_000_000 + i), 200);
                }

                Interlocked.Increment(ref done);
            });
            Assert.InRange(rotated, 5, 30);
            writer.Rotate();
            Assert.True(await writer.SyncAsync());
            Assert.Equal(Frame.At(writer.End).Segment, writer.FirstUnclosed); // all before the open one can be sealed
        }

        Same(put);
    }

    [Fact]
    public void Rotate_WhenTheOpenSegmentHoldsNothing_ThenThereIsNoOther()
    {
        using var writer = Writer();
        writer.Rotate();
        writer.Rotate();
        Assert.Equal(1, Segments);
        Put(writer, [1]);
        writer.Rotate();
        writer.Rotate();
        Assert.Equal(2, Segments);
    }

    [Fact]
    public async Task Dispose_WhileOthersWriteAndWait_ThenWhatHasAPositionIsThereAndEveryWaiterIsAnswered()
    {
        for (var round = 0; round < 40; round++)
        {
            using var folder = new JournalFolder();
            var put = new ConcurrentDictionary<long, byte[]>();
            var waiting = new ConcurrentBag<Task<bool>>();
            var writer = new FrameWriter(folder.Options, () => true, SystemClock.Instance, FileCalls.Real, NoFaults.Instance, after: 0);
            using var all = new Barrier(5);
            var writers = Threads(4, thread =>
            {
                all.SignalAndWait(Cancel);
                for (var i = 0; i < 2_000; i++)
                {
                    var payload = Payload(new Random(thread * 10_000 + i), 60);
                    var at = Put(writer, payload);
                    if (at != 0)
                    {
                        put[at] = payload;
                    }

                    try
                    {
                        waiting.Add(writer.SyncAsync());
                    }
                    catch (ObjectDisposedException)
                    {
                        return; // told at once: as good as an answer
                    }

                    if (at == 0)
                    {
                        return; // closed
                    }
                }
            });
            all.SignalAndWait(Cancel);
            writer.Dispose();
            await writers;
            await Task.WhenAll(waiting).WaitAsync(LiveDeployment.Patience, Cancel);
            Assert.Equal(0, Put(writer, [1]));
            using var reader = new JournalReader(folder.Options, folder.Vault) { Finished = true };
            Same(put, reader);
            Assert.False(File.Exists(Path.Combine(folder.Options.Folder, Staging.FileName)));
        }
    }

    [Fact]
    public void New_WhenSegmentsWereSealedOrLeft_ThenNumbersGoOnBehindThem()
    {
        using (var writer = Writer(after: 41))
        {
            Assert.Equal((42, Frame.Position(42, Frame.SegmentHeader)), (writer.FirstSegment, writer.End));
            Put(writer, [1]);
        }

        using (var writer = Writer(after: 3))
        {
            Assert.Equal(43, writer.FirstSegment);
        }
    }

    [Fact]
    public void New_WhenWhatADeadProcessStagedWasNotRecovered_ThenItDoesNotBegin()
    {
        Directory.CreateDirectory(_journal.Options.Folder);
        var left = Path.Combine(_journal.Options.Folder, Staging.FileName);
        File.WriteAllText(left, "frames");
        Assert.Contains("must be put into its segment first", Assert.Throws<IOException>(() => Writer()).Message, StringComparison.Ordinal);
        Assert.Equal("frames", File.ReadAllText(left));
        File.Delete(left);
        File.WriteAllText(Path.Combine(_journal.Options.Folder, "ahead"), "made ahead by a process that died");
        using var writer = Writer();
        Assert.Equal(1, Put(writer, [1]) >> 32);
        Assert.False(File.Exists(Path.Combine(_journal.Options.Folder, "ahead")));
    }

    [Fact]
    public async Task Readable_WhileAFrameIsBeingWritten_ThenItEndsBeforeIt()
    {
        using var writer = Writer();
        var first = Put(writer, [1]);
        using var go = new ManualResetEventSlim();
        using var inside = new ManualResetEventSlim();
        var slow = Task.Run(() => writer.Put(FrameKind.Signal, 8, 0, (_, _) =>
                {
                    inside.Set();
                    Assert.True(go.Wait(LiveDeployment.Patience));
                }), Cancel);
        Assert.True(inside.Wait(LiveDeployment.Patience, Cancel));
        var third = Put(writer, [3]);
        Assert.True(SpinWait.SpinUntil(() => writer.Readable > first, LiveDeployment.Patience));
        Assert.InRange(writer.Readable, first + 1, third - 1);
        go.Set();
        Assert.True(SpinWait.SpinUntil(() => writer.Readable == writer.End, LiveDeployment.Patience));
        Assert.InRange(await slow, first + 1, third - 1);
    }
}
