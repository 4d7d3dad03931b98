using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>
/// A segment gives out the room that it has and no more, on the disk as in memory, and a file that is there is never taken for its own.
/// </summary>
public sealed class SegmentTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File1 => Path.Combine(_folder.Path, "0000000001.swj");

    [Fact]
    public void TryReserve_WhenItIsFullOrBroken_ThenItGivesNothingMore()
    {
        using var segment = Segment.InMemory(1, File1, Frame.SegmentHeader + 2 * Frame.Size(100));
        Assert.True(segment.TryReserve(100, FrameKind.End, out var first));
        Assert.True(segment.TryReserve(97, FrameKind.End, out var second)); // in steps of eight: as large as the first
        Assert.Equal((Frame.Position(1, 64), Frame.Position(1, 64 + 120)), (first.Position, second.Position));
        var used = segment.Used;
        Assert.False(segment.TryReserve(0, FrameKind.End, out var none));
        Assert.Equal((null, used, segment.Length), (none.Segment, segment.Used, used));
        using var other = Segment.InMemory(2, File1, 1000);
        other.Broken = true;
        Assert.False(other.TryReserve(0, FrameKind.End, out _));
    }

    [Fact]
    public void Busy_WhileManyWrite_ThenItEndsWithTheLastOfThem()
    {
        using var segment = Segment.InMemory(1, File1, 1 << 20);
        var gate = new Lock();
        var busy = 0;
        Parallel.For(0, 4_000, _ =>
        {
            FrameRoom room;
            lock (gate) // places are given out under the journal's lock, and commits need none
            {
                Assert.True(segment.TryReserve(50, FrameKind.End, out room));
                busy += segment.Busy ? 1 : 0;
            }

            room.Commit(FrameKind.End, Frame.Check(FrameKind.End, room.Payload(50)));
        });
        Assert.Equal(4_000, busy);
        Assert.False(segment.Busy);
        Assert.Equal(4_000, segment.Unsaved);
    }

    [Fact]
    public void Save_WhenTheDiskTakesIt_ThenItsFramesAreInTheFileAndNothingIsUnsaved()
    {
        using var segment = Segment.InMemory(7, File1, 1 << 16);
        Commit(segment, FrameKind.End);
        Commit(segment, FrameKind.Line);
        Commit(segment, FrameKind.Begin);
        Assert.Equal(2, segment.Unsaved); // what ends an exchange, and lines
        Assert.True(segment.Save(File1, FileCalls.Real));
        Assert.Equal(0, segment.Unsaved);
        var bytes = File.ReadAllBytes(File1);
        Assert.Equal(
            (segment.Used, Frame.SegmentMagic, 7),
            (bytes.Length, BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)))
        );
        Assert.Equal(["0000000001.swj"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Save_WhenTheDiskRefuses_ThenItIsStillUnsavedAndNoSegmentIsThere(bool full, bool unsynced)
    {
        using var segment = Segment.InMemory(1, File1, 1 << 16);
        Commit(segment, FrameKind.End);
        var calls = new Refusing { Full = full, Unsynced = unsynced };
        Assert.False(segment.Save(File1, calls));
        Assert.Equal((1, false), (segment.Unsaved, File.Exists(File1)));
        (calls.Full, calls.Unsynced) = (false, false);
        Assert.True(segment.Save(File1, calls)); // and the next time it takes it
        Assert.False(segment.Save(Path.Combine(_folder.Path, "no such folder", "x"), calls));
    }

    [Fact]
    public void Save_WhenASegmentOfItsNumberIsThere_ThenThatStaysAsItIs()
    {
        File.WriteAllText(File1, "another's");
        using var segment = Segment.InMemory(1, File1, 1 << 16);
        Commit(segment, FrameKind.End);
        Assert.False(segment.Save(File1, FileCalls.Real));
        Assert.Equal("another's", File.ReadAllText(File1));
        Assert.Equal(1, segment.Unsaved);
    }

    [Fact]
    public void OnDisk_WhenAFileOfItsNumberIsThere_ThenItIsNotTouched()
    {
        using var staging = OpenStaging();
        File.WriteAllText(File1, "another's");
        Assert.Null(Segment.OnDisk(1, File1, 1 << 16, staging, FileCalls.Real, out var why));
        Assert.Contains(File1, why, StringComparison.Ordinal);
        Assert.Equal("another's", File.ReadAllText(File1));
    }

    [Fact]
    public void OnDisk_WhenThereIsNoSpace_ThenItSaysSoAndLeavesNoFile()
    {
        using var staging = OpenStaging();
        Assert.Null(Segment.OnDisk(1, File1, 3 << 20, staging, new Refusing { Full = true }, out var why));
        Assert.Equal($"{File1}: 3 MiB cannot be reserved: No space left on device", why);
        Assert.False(File.Exists(File1));
    }

    [Fact]
    public void Dispose_WhenItIsOnDisk_ThenTheFileIsCutToWhatWasUsed()
    {
        using var staging = OpenStaging();
        var segment = Segment.OnDisk(1, File1, 1 << 20, staging, FileCalls.Real, out _)!;
        Assert.Equal(1 << 20, new FileInfo(File1).Length);
        staging.Begin(1, segment.File!, segment.Used);
        Commit(segment, FrameKind.End);
        Assert.Equal(0, staging.Move(out _));
        segment.Dispose();
        Assert.Equal(Frame.SegmentHeader + Frame.Size(50), new FileInfo(File1).Length);
        segment.Dispose(); // once more changes nothing
    }

    [Fact]
    public void TryReserve_WhenTheStagingIsFull_ThenThereIsRoomButNotNow()
    {
        using var staging = OpenStaging();
        using var segment = Segment.OnDisk(1, File1, 1 << 20, staging, FileCalls.Real, out _)!;
        staging.Begin(1, segment.File!, segment.Used);
        List<FrameRoom> rooms = [];
        FrameRoom room;
        while (segment.TryReserve(10_000, FrameKind.End, out room) && room.Segment != null)
        {
            rooms.Add(room);
        }

        Assert.Equal((6, null), (rooms.Count, room.Segment)); // of 64 KiB
        var used = segment.Used;
        rooms.ForEach(one => one.Commit(FrameKind.End, Frame.Check(FrameKind.End, one.Payload(10_000))));
        Assert.Equal(0, staging.Move(out _));
        Assert.True(segment.TryReserve(10_000, FrameKind.End, out room) && room.Segment != null);
        Assert.Equal(used, room.Offset);
        room.Commit(FrameKind.Void, 1);
    }

    [Fact]
    public void TryReserve_WhenAFrameIsLargerThanAQuarterOfTheStaging_ThenItGoesIntoTheFileAtOnce()
    {
        using var staging = OpenStaging();
        using var segment = Segment.OnDisk(1, File1, 1 << 20, staging, FileCalls.Real, out _)!;
        staging.Begin(1, segment.File!, segment.Used);
        var most = (int)staging.Most - Frame.Header;
        Assert.True(segment.TryReserve(most, FrameKind.End, out var small));
        Assert.True(segment.TryReserve(most + 1, FrameKind.End, out var large));
        Assert.Equal((false, true), (small.IsElsewhere, large.IsElsewhere));
        small.Commit(FrameKind.End, Frame.Check(FrameKind.End, small.Payload(most)));
        large.Commit(FrameKind.End, 1);
    }

    [Fact]
    public void Ahead_WhenAFileMadeAheadIsStillThere_ThenItIsLeftAlone()
    {
        // Whoever takes it opens it under its own number a moment later: to make it anew would cut what is written into it by then.
        var path = Path.Combine(_folder.Path, "ahead");
        File.WriteAllText(path, "being taken");
        Assert.Null(Segment.Ahead(path, 1 << 16, FileCalls.Real));
        Assert.Equal("being taken", File.ReadAllText(path));
        File.Delete(path);
        using var made = Segment.Ahead(path, 1 << 16, FileCalls.Real);
        Assert.Equal(1 << 16, new FileInfo(path).Length);
    }

    [Fact]
    public void OfAhead_WhenItsPlaceIsTaken_ThenNothingOfItStays()
    {
        using var staging = OpenStaging();
        var path = Path.Combine(_folder.Path, "ahead");
        File.WriteAllText(File1, "another's");
        Assert.Null(Segment.OfAhead(Segment.Ahead(path, 1 << 16, FileCalls.Real)!, 1, File1, 1 << 16, staging));
        Assert.Equal(("another's", false), (File.ReadAllText(File1), File.Exists(path)));
    }

    [Fact]
    public void WriteKept_WhenTheFileRefusesAndThenTakes_ThenAllPiecesAreInItAndNoneTwice()
    {
        using var staging = OpenStaging();
        using var segment = Segment.OnDisk(1, File1, 1 << 16, staging, FileCalls.Real, out _)!;
        var calls = new Refusing { Writes = 1 };
        segment.Keep([(100, "one"u8.ToArray()), (200, "two"u8.ToArray())]);
        Assert.False(segment.WriteKept(calls));
        Assert.True(segment.HasKept);
        calls.Writes = 1; // of what is left one piece is enough
        Assert.True(segment.WriteKept(calls));
        Assert.False(segment.HasKept);
        var bytes = File.ReadAllBytes(File1);
        Assert.Equal("one"u8, bytes[100..103]);
        Assert.Equal("two"u8, bytes[200..203]);
    }

    private static void Commit(Segment segment, FrameKind kind)
    {
        Assert.True(segment.TryReserve(50, kind, out var room));
        room.Commit(kind, Frame.Check(kind, room.Payload(50)));
    }

    private Staging OpenStaging() => Staging.TryOpen(_folder.Path, 1 << 16, FileCalls.Real, out _)!;

    private sealed class Refusing : FileCalls
    {
        private const int InputOutputError = 5,
            NoSpace = 28;

        public bool Full { get; set; }

        public bool Unsynced { get; set; }

        /// <summary>How many writes are taken.</summary>
        public int Writes { get; set; } = int.MaxValue;

        public override int Allocate(SafeFileHandle file, long length) => Full ? NoSpace : base.Allocate(file, length);

        public override int DataSync(SafeFileHandle file) => Unsynced ? InputOutputError : base.DataSync(file);

        public override (int Written, int Error) Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) =>
            Writes-- > 0 ? base.Write(file, bytes, offset) : (0, InputOutputError);
    }
}
