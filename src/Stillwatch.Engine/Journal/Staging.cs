using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Where frames are written before they are in their segment: a ring of memory that is a file, so that what is in it survives the death of
/// the process without a call to the system for each frame. Whoever brings an exchange never waits for the disk; what counts is moved on in
/// large writes.
/// </summary>
/// <remarks>
/// Cursors count bytes since it was opened and never go back; the ring is mapped twice in a row, so that a frame lies in one piece wherever
/// it begins.
/// docs/formats/journal.md has the bytes.
/// </remarks>
internal sealed unsafe partial class Staging : IDisposable
{
    /// <summary>Its file in the journal's folder.</summary>
    public const string FileName = "staging";

    /// <summary>Begins the header of a frame that stands in its segment already and not here.</summary>
    public const uint Elsewhere = 0x32465753; // "SWF2", little endian

    /// <summary>Bytes before the ring: two places for a <see cref="StagingMark"/>.</summary>
    public const int HeaderBytes = 4096;

    /// <summary>Milliseconds between moves.</summary>
    public const int MoveMilliseconds = 10;

    private const int Terminator = 8;
    private const int ReadWrite = 3,
        Shared = 1,
        Fixed = 0x10,
        PrivateAnonymous = 0x22;

    private readonly string _path;
    private readonly FileCalls _calls;
    private readonly SafeFileHandle _file;
    private readonly byte* _header;
    private readonly byte* _ring;
    private readonly Lock _moving = new();
    private readonly long _size;
    private long _head,
        _tail;
    private long _marks,
        _position;
    private SafeFileHandle? _segmentFile;
    private int _segment;
    private long _offset;

    private Staging(string path, SafeFileHandle file, byte* header, byte* ring, long size, FileCalls calls)
    {
        (_path, _file, _size, _calls) = (path, file, size, calls);
        _header = header;
        _ring = ring;
    }

    /// <summary>Up to which position of the journal frames are in their segment, for who reads it.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Whether everything that was given out is in its segment.</summary>
    public bool IsEmpty => Volatile.Read(ref _tail) == _head;

    /// <summary>The next cursor. Under the journal's lock.</summary>
    public long Head => _head;

    /// <summary>Frames larger than this are written into their segment at once.</summary>
    public long Most => _size / 4;

    /// <summary>Makes one; null where the system does not give it.</summary>
    /// <exception cref="IOException">There is one already.</exception>
    /// <param name="folder">The journal's folder. What was there must have been <see cref="StagingRecovery">recovered</see>.</param>
    /// <param name="bytes">The ring's size, rounded to pages.</param>
    /// <param name="calls">The calls to the system.</param>
    /// <param name="why">Why the system does not give it; null where it does.</param>
    public static Staging? TryOpen(string folder, long bytes, FileCalls calls, out string? why)
    {
        why = null;
        var size = Math.Max(1 << 16, bytes + 4095 & ~4095L);
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path))
        {
            throw new IOException(
                $"{path} was left by a process that died, or is another's: what is in it must be put into its segment first"
            );
        }

        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None); // held for as long as the process lives
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            why = $"{path} cannot be made: {fault.Message}";
            return null;
        }

        if (calls.Allocate(file, HeaderBytes + size) is var error and not 0)
        {
            file.Dispose();
            File.Delete(path);
            why = $"{path} cannot be made: {(HeaderBytes + size) >> 20} MiB cannot be reserved: {Marshal.GetPInvokeErrorMessage(error)}";
            return null;
        }

        var header = mmap(null, HeaderBytes, ReadWrite, Shared, (int)file.DangerousGetHandle(), 0);
        var ring = mmap(null, (nuint)(2 * size), 0, PrivateAnonymous, -1, 0);
        if (
            header == -1
            || ring == -1
            || mmap((void*)ring, (nuint)size, ReadWrite, Shared | Fixed, (int)file.DangerousGetHandle(), HeaderBytes) == -1
            || mmap((void*)(ring + (nint)size), (nuint)size, ReadWrite, Shared | Fixed, (int)file.DangerousGetHandle(), HeaderBytes) == -1
        )
        {
            why = $"{path} cannot be made: the system does not map it: {Marshal.GetLastPInvokeErrorMessage()}";
            _ = header == -1 ? 0 : munmap((void*)header, HeaderBytes);
            _ = ring == -1 ? 0 : munmap((void*)ring, (nuint)(2 * size));
            file.Dispose();
            File.Delete(path);
            return null;
        }

        return new Staging(path, file, (byte*)header, (byte*)ring, size, calls);
    }

    /// <summary>
    /// Goes on with another segment, from <paramref name="offset"/> on. Under the journal's lock; nothing may be left of the one before.
    /// </summary>
    public void Begin(int segment, SafeFileHandle file, long offset)
    {
        lock (_moving)
        {
            (_segment, _segmentFile, _offset) = (segment, file, offset);
            *(uint*)Address(_head) = 0;
            Mark(_tail);
        }
    }

    /// <summary>Gives out room. Under the journal's lock.</summary>
    /// <returns>Its cursor; -1 where there is none now.</returns>
    public long Reserve(long size)
    {
        if (_head + size + Terminator - Volatile.Read(ref _tail) > _size)
        {
            return -1;
        }

        var cursor = _head;
        *(uint*)Address(cursor + size) = 0; // what lay here before must not be taken for the frame behind
        _head = cursor + size;
        return cursor;
    }

    /// <summary>Where a cursor lies; valid for as long as what is there has not been moved on.</summary>
    public byte* Address(long cursor) => _ring + cursor % _size;

    /// <summary>Moves the frames that count into their segment, up to the first that is still being written.</summary>
    /// <param name="segment">The segment's number.</param>
    /// <returns>0, or the error number.</returns>
    public int Move(out int segment)
    {
        lock (_moving)
        {
            segment = _segment;
            var (run, offset, error) = (_tail, _offset, 0);
            foreach (var (from, to, belongs, isVoid, size) in Runs(run))
            {
                error = _calls.WriteAll(_segmentFile!, new ReadOnlySpan<byte>(Address(from), (int)(to - from)), belongs);
                var behind = belongs + (to - from);
                // so that it is stepped over
                error = error == 0 && isVoid ? _calls.WriteAll(_segmentFile!, Frame.VoidHeader(size), behind) : error;
                if (error != 0)
                {
                    break; // from the run's beginning again, and the same bytes at the same place
                }

                (run, offset) = size > 0 ? (to + Frame.Header, behind + size) : (to, behind);
            }

            if (run != _tail)
            {
                _offset = offset;
                Mark(run); // first: what lies behind the mark may be needed until it is written down that it is not
                Volatile.Write(ref _tail, run);
            }

            return error;
        }
    }

    /// <summary>
    /// Takes what is left out of the ring, where its segment does not take it. Under the journal's lock, when nobody writes.
    /// </summary>
    /// <returns>Pieces of the segment, each with the offset where it belongs.</returns>
    public List<(long Offset, byte[] Bytes)> TakeOut()
    {
        lock (_moving)
        {
            List<(long Offset, byte[] Bytes)> left = [];
            foreach (var (from, to, belongs, isVoid, size) in Runs(_tail))
            {
                left.Add((belongs, new ReadOnlySpan<byte>(Address(from), (int)(to - from)).ToArray()));
                if (isVoid)
                {
                    left.Add((belongs + (to - from), Frame.VoidHeader(size)));
                }
            }

            Volatile.Write(ref _tail, _head);
            return left;
        }
    }

    /// <summary>Closes it; the file goes where nothing is left in it.</summary>
    public void Dispose()
    {
        var empty = IsEmpty;
        _ = munmap(_header, HeaderBytes);
        _ = munmap(_ring, (nuint)(2 * _size));
        _file.Dispose();
        if (empty)
        {
            File.Delete(_path);
        }
    }

    /// <summary>
    /// What counts from <paramref name="tail"/> on, in runs that belong into the segment in one piece, each with the frame elsewhere that
    /// follows it: its size there, 0 for none, and whether it could not be written.
    /// </summary>
    private List<(long From, long To, long Offset, bool IsVoid, long Size)> Runs(long tail)
    {
        List<(long From, long To, long Offset, bool IsVoid, long Size)> runs = [];
        var (from, at, offset) = (tail, tail, _offset);
        var head = Volatile.Read(ref _head);
        while (at < head)
        {
            var frame = Address(at);
            var magic = Volatile.Read(ref *(uint*)frame);
            if (magic != Frame.Magic && magic != Elsewhere || Volatile.Read(ref *(uint*)(frame + 8)) == 0)
            {
                break;
            }

            var size = Frame.Size(*(int*)(frame + 4));
            if (magic == Frame.Magic)
            {
                at += size;
                continue;
            }

            runs.Add((from, at, offset, (FrameKind)frame[12] == FrameKind.Void, size));
            offset += at - from + size;
            at += Frame.Header;
            from = at;
        }

        if (at > from)
        {
            runs.Add((from, at, offset, false, 0));
        }

        return runs;
    }

    /// <summary>Writes down what is in its segment: whoever finds the file after a crash goes on from here.</summary>
    private void Mark(long tail)
    {
        var slot = new Span<byte>(_header + (++_marks & 1) * StagingMark.Bytes, StagingMark.Bytes);
        new StagingMark(_marks, tail % _size, _offset, _segment, _size, StagingMark.Boot).Write(slot);
        Volatile.Write(ref _position, Frame.Position(_segment, _offset));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(void* address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(void* address, nuint length);
}
