using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Stillwatch.Engine.Disk;

/// <summary>
/// The calls that keep the journal's promise, made directly: the runtime's own flush hides the error (docs/decisions/0006-journal.md). Each
/// returns 0 or the error number.
/// </summary>
internal partial class FileCalls
{
    private const int Interrupted = 4,
        NoSpace = 28,
        DontNeed = 4;

    /// <summary>The real calls.</summary>
    public static FileCalls Real { get; } = new();

    /// <summary>Waits until the file's data is on the disk.</summary>
    public virtual int DataSync(SafeFileHandle file)
    {
        int error;
        do
        {
            error = fdatasync(file) == 0 ? 0 : Marshal.GetLastPInvokeError();
        } while (error == Interrupted);
        return error;
    }

    /// <summary>Reserves blocks, so that writing into the file cannot run out of space.</summary>
    public virtual int Allocate(SafeFileHandle file, long length)
    {
        int error;
        do
        {
            error = posix_fallocate(file, 0, length); // returns the error, sets no errno
        } while (error == Interrupted);
        return error;
    }

    /// <summary>Writes into a file.</summary>
    /// <returns>How many bytes it took and 0, or the error number.</returns>
    public virtual unsafe (int Written, int Error) Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
        {
            while (true)
            {
                var written = pwrite(file, start, (nuint)bytes.Length, offset);
                if (written > 0 || bytes.Length == 0)
                {
                    return ((int)written, 0);
                }

                var error = written == 0 ? NoSpace : Marshal.GetLastPInvokeError();
                if (error != Interrupted)
                {
                    return (0, error);
                }
            }
        }
    }

    /// <summary>Writes all of it into a file.</summary>
    public int WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var (written, error) = Write(file, bytes, offset);
            if (error != 0)
            {
                return error;
            }

            bytes = bytes[written..];
            offset += written;
        }

        return 0;
    }

    /// <summary>Lets the system forget its copy of a stretch of a file; what is not on the disk yet stays.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where the stretch begins.</param>
    /// <param name="length">Its bytes; 0 for all that follow.</param>
    public virtual int Forget(SafeFileHandle file, long offset, long length) => posix_fadvise(file, offset, length, DontNeed);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint pwrite(SafeFileHandle file, byte* bytes, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int posix_fallocate(SafeFileHandle file, long offset, long length);
}
