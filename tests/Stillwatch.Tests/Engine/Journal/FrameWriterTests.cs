using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;
using Stillwatch.Reports;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>
/// Whoever writes, waits or stops at the same time, and whatever the disk does: what was given a position is there once and whole.
/// </summary>
public sealed class FrameWriterTests : IDisposable
{
    private const int InputOutputError = 5,
        NoSpace = 28;

    private readonly JournalFolder _journal = new();
    private readonly Disk _disk = new();

    // Nobody syncs by himself: what a test counts is what it asked for.
    public FrameWriterTests() => _journal.Options = _journal.Options with { SyncMilliseconds = 3_600_000 };

    public void Dispose() => _journal.Dispose();

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

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Segments => Directory.GetFiles(_journal.Options.Folder, "*.swj").Length;

    private long LostAtStop => _writer!.LostAtStop;

    private FrameWriter? _writer;

    private FrameWriter Writer(int after = 0) =>
        _writer = new(_journal.Options, () => true, SystemClock.Instance, _disk, NoFaults.Instance, after);

    private static byte[] Payload(Random random, int length)
    {
        var payload = new byte[length];
        random.NextBytes(payload);
        return payload;
    }

    private static long Put(FrameWriter writer, byte[] payload) =>
        writer.Put(FrameKind.Signal, payload.Length, payload, static (to, from) => from.AsSpan().CopyTo(to));

    private static void Put(FrameWriter writer, ConcurrentDictionary<long, byte[]> put, Random random, int length)
    {
        var payload = Payload(random, length);
        var at = Put(writer, payload);
        Assert.True(at != 0 && put.TryAdd(at, payload), $"position {at}");
    }

    private static Task Threads(int count, Action<int> run) =>
        Task.WhenAll(
            Enumerable
                .Range(0, count)
                .Select(thread => Task.Factory.StartNew(() => run(thread), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default))
        );

    private Dictionary<long, byte[]> Frames()
    {
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        return Frames(reader);
    }

    private static Dictionary<long, byte[]> Frames(JournalReader reader)
    {
        Dictionary<long, byte[]> frames = [];
        while (reader.Next(out var kind, out var payload, out var at))
        {
            if (kind == FrameKind.Signal)
            {
                frames.Add(at, payload.ToArray());
            }
        }

        return frames;
    }

    private void Same(ConcurrentDictionary<long, byte[]> put)
    {
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        Same(put, reader);
    }

    private static void Same(ConcurrentDictionary<long, byte[]> put, JournalReader reader)
    {
        var frames = Frames(reader);
        Assert.Equal(put.Keys.Order(), frames.Keys.Order());
        Assert.All(put, one => Assert.True(one.Value.AsSpan().SequenceEqual(frames[one.Key]), $"the frame at {one.Key}"));
    }

    /// <summary>A disk that is slow or fails when a test says so.</summary>
    private sealed class Disk : FileCalls
    {
        private Action? _atSync,
            _atWrite;
        private int _synced;
        private SafeFileHandle? _refusing;
        private volatile bool _refuses;

        public volatile int SyncError;

        public volatile bool Full;

        public int Syncs => Volatile.Read(ref _synced);

        /// <summary>Whether the file that is written to next takes nothing more; others do.</summary>
        public bool RefuseFileInUse
        {
            get => _refuses;
            set => (_refusing, _refuses) = (null, value);
        }

        public Held HoldSyncs()
        {
            var held = new Held();
            _atSync = held.Wait;
            return held;
        }

        public Held HoldWrites()
        {
            var held = new Held();
            _atWrite = held.Wait;
            return held;
        }

        public override int DataSync(SafeFileHandle file)
        {
            _atSync?.Invoke();
            Interlocked.Increment(ref _synced);
            return SyncError != 0 ? SyncError : base.DataSync(file);
        }

        public override int Allocate(SafeFileHandle file, long length) => Full ? NoSpace : base.Allocate(file, length);

        public override (int Written, int Error) Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
        {
            _atWrite?.Invoke();
            if (_refuses && (Interlocked.CompareExchange(ref _refusing, file, null) ?? file) == file)
            {
                return (0, InputOutputError);
            }

            return base.Write(file, bytes, offset);
        }
    }

    /// <summary>A call of the system that does not come back until it is let go.</summary>
    private sealed class Held : IDisposable
    {
        private readonly ManualResetEventSlim _go = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Wait()
        {
            _reached.TrySetResult();
            _go.Wait();
        }

        public void Dispose() => _go.Set();
    }
}
