using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Engine.Disk;

/// <summary>The calls tell what the system said, by the error's number: the journal's promise hangs on it.</summary>
public sealed class FileCallsTests : IDisposable
{
    private const int InputOutputError = 5,
        BadFile = 9,
        Invalid = 22,
        NoSpace = 28;

    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_WhenTheDiskIsFull_ThenItSaysNoSpace()
    {
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Assert.Equal((0, NoSpace), FileCalls.Real.Write(full, "x"u8, 0));
        Assert.Equal(NoSpace, FileCalls.Real.WriteAll(full, "x"u8, 0));
        Assert.Equal(0, FileCalls.Real.WriteAll(full, [], 0)); // nothing is no error
    }

    [Fact]
    public void Write_WhenTheFileIsOpenForReadingOnly_ThenItSaysWhich()
    {
        using var file = File.OpenHandle(_folder.Write("a", "text"), FileMode.Open, FileAccess.Read);
        Assert.Equal((0, BadFile), FileCalls.Real.Write(file, "x"u8, 0));
        Assert.Equal("text", File.ReadAllText(Path.Combine(_folder.Path, "a")));
    }

    [Fact]
    public void DataSync_WhenItCannotBeDone_ThenItSaysSo()
    {
        using var file = Open("a");
        Assert.Equal(0, FileCalls.Real.DataSync(file));
        using var none = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Assert.Equal(Invalid, FileCalls.Real.DataSync(none));
    }

    [Fact]
    public void Allocate_WhenTheFileIsShorterOrLonger_ThenItHasTheRoomAndLosesNothing()
    {
        using var file = Open("a");
        Assert.Equal(0, FileCalls.Real.WriteAll(file, "kept"u8, 0));
        Assert.Equal(0, FileCalls.Real.Allocate(file, 1 << 20));
        Assert.Equal(1 << 20, RandomAccess.GetLength(file));
        Assert.Equal(0, FileCalls.Real.Allocate(file, 2));
        Assert.Equal(1 << 20, RandomAccess.GetLength(file));
        var bytes = new byte[5];
        RandomAccess.Read(file, bytes, 0);
        Assert.Equal("kept\0"u8, bytes);
        Assert.Equal(Invalid, FileCalls.Real.Allocate(file, -1));
    }

    [Fact]
    public void WriteAll_WhenTheSystemTakesAFewBytesATime_ThenEachIsWrittenOnceInItsPlace()
    {
        using var file = Open("a");
        var text = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        Assert.Equal(0, new Slow { AtOnce = 7 }.WriteAll(file, text, 5));
        var read = new byte[1005];
        Assert.Equal(1005, RandomAccess.Read(file, read, 0));
        Assert.Equal([0, 0, 0, 0, 0, .. text], read);
    }

    [Fact]
    public void WriteAll_WhenItFailsInTheMiddle_ThenItSaysWhyAndWritesNothingMore()
    {
        using var file = Open("a");
        var calls = new Slow { AtOnce = 10, FailsAt = 30 };
        Assert.Equal(InputOutputError, calls.WriteAll(file, new byte[100], 0));
        Assert.Equal((4, 30), (calls.Calls, RandomAccess.GetLength(file)));
    }

    [Fact]
    public void Write_WhenManyThreadsWriteIntoOneFile_ThenNoneMovesAnothersPlace()
    {
        using var file = Open("a");
        Parallel.For(0, 400, i => Assert.Equal(0, FileCalls.Real.WriteAll(file, Enumerable.Repeat((byte)i, 100).ToArray(), i * 100)));
        var read = new byte[400 * 100];
        Assert.Equal(read.Length, RandomAccess.Read(file, read, 0));
        Assert.Equal([.. Enumerable.Range(0, read.Length).Select(at => (byte)(at / 100))], read);
    }

    [Fact]
    public void Forget_WhenItWasNotSynced_ThenNothingIsLost()
    {
        using var file = Open("a");
        Assert.Equal(0, FileCalls.Real.WriteAll(file, Enumerable.Repeat((byte)7, 100_000).ToArray(), 0));
        Assert.Equal(0, FileCalls.Real.Forget(file, 0, 0));
        var read = new byte[100_000];
        Assert.Equal(read.Length, RandomAccess.Read(file, read, 0));
        Assert.DoesNotContain(read, one => one != 7);
    }

    private SafeFileHandle Open(string name) => File.OpenHandle(Path.Combine(_folder.Path, name), FileMode.Create, FileAccess.ReadWrite);

    private sealed class Slow : FileCalls
    {
        public int AtOnce { get; init; }

        public long FailsAt { get; init; } = long.MaxValue;

        public int Calls { get; private set; }

        public override (int Written, int Error) Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
        {
            Calls++;
            return offset >= FailsAt ? (0, InputOutputError) : base.Write(file, bytes[..Math.Min(AtOnce, bytes.Length)], offset);
        }
    }
}
