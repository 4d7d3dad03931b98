using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>A disk that is slow or fails when a test says so.</summary>
internal sealed class FailingDisk : FileCalls
{
    private const int InputOutputError = 5,
        NoSpace = 28;

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

    public HeldCall HoldSyncs()
    {
        var held = new HeldCall();
        _atSync = held.Wait;
        return held;
    }

    public HeldCall HoldWrites()
    {
        var held = new HeldCall();
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
