using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// What the system keeps in memory of segments that are written or read: a segment's length. What lies before is on the disk and soon read
/// by nobody, and its memory serves what comes next: memory that has not been used for long costs a virtual machine ten times the copy into
/// it. Not thread-safe.
/// </summary>
internal sealed class CachedTail(FileCalls calls) : IDisposable
{
    private const long Step = 1 << 20;

    private SafeFileHandle? _before;
    private long _forgotten;

    /// <summary>The current segment is done up to <paramref name="offset"/>: of the one before, so much is forgotten.</summary>
    public void Advance(long offset)
    {
        if (_before != null && offset - _forgotten >= Step)
        {
            _ = calls.Forget(_before, _forgotten, offset - _forgotten);
            _forgotten = offset;
        }
    }

    /// <summary>A segment is done: the one before it is forgotten whole.</summary>
    public void Close(string path)
    {
        Dispose();
        try
        {
            _before = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Gone already, or out of files: the system forgets it by itself, later.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_before != null)
        {
            _ = calls.Forget(_before, 0, 0);
            _before.Dispose();
        }

        (_before, _forgotten) = (null, 0);
    }
}
