using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// The calls that keep the journal's promise, made directly: the runtime's own flush hides the error (docs/decisions/0006-journal.md). Each
/// returns 0 or the error number.
/// </summary>
internal partial class FileCalls
{
    private const int Interrupted = 4;

    /// <summary>The real calls.</summary>
    public static FileCalls Real { get; } = new();

    /// <summary>Waits until the file's data is on the disk.</summary>
    public virtual int DataSync(SafeFileHandle file)
    {
        int error;
        do
        {
            error = fdatasync(file) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);
        return error;
    }

    /// <summary>Reserves blocks, so that writing into the mapped file cannot run out of space.</summary>
    public virtual int Allocate(SafeFileHandle file, long length)
    {
        int error;
        do
        {
            error = posix_fallocate(file, 0, length);   // returns the error, sets no errno
        }
        while (error == Interrupted);
        return error;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int posix_fallocate(SafeFileHandle file, long offset, long length);
}
