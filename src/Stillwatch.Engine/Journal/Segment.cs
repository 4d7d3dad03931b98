using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// A stretch of the journal that is being written: a file with its blocks reserved, into which frames come by way of the
/// <see cref="Staging"/>; or plain memory while the disk takes nothing.
/// </summary>
internal sealed unsafe class Segment : IDisposable
{
    private readonly FileStream? _stream;
    private readonly byte* _start; // of a segment in memory
    private readonly Staging? _staging; // of a segment on the disk
    private readonly List<(long Offset, byte[] Bytes)> _kept = [];
    private int _writers;
    private bool _disposed,
        _saved;

    private Segment(int number, string path, long length, FileStream? file, Staging? staging)
    {
        Number = number;
        Path = path;
        Length = length;
        Used = Frame.SegmentHeader;
        Span<byte> header = stackalloc byte[Frame.SegmentHeader];
        header.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(header, Frame.SegmentMagic);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], number);
        if (file == null)
        {
            _start = (byte*)NativeMemory.AllocZeroed((nuint)length);
            header.CopyTo(new Span<byte>(_start, header.Length));
            return;
        }

        _stream = file;
        _staging = staging;
        File = file.SafeFileHandle;
        RandomAccess.Write(File, header, 0);
    }

    /// <summary>Its number, from 1 on; segments are written in this order.</summary>
    public int Number { get; }

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>Bytes that it has room for.</summary>
    public long Length { get; }

    /// <summary>The file; null while it is in memory only.</summary>
    public SafeFileHandle? File { get; }

    /// <summary>Bytes given out. Written under the journal's lock.</summary>
    public long Used { get; private set; }

    /// <summary>Whether the disk refused to keep it: it takes nothing more.</summary>
    public bool Broken { get; set; }

    /// <summary>Whether anybody still writes into it.</summary>
    public bool Busy => Volatile.Read(ref _writers) > 0;

    /// <summary>Whether frames that count are not in the file, because it did not take them.</summary>
    public bool HasKept => _kept.Count > 0;

    /// <summary>Makes a file of <paramref name="length"/> bytes; null where the disk does not have them.</summary>
    public static Segment? OnDisk(int number, string path, long length, Staging staging, FileCalls calls, out string? why)
    {
        why = null;
        try
        {
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);
            var error = calls.Allocate(file.SafeFileHandle, length);
            if (error == 0)
            {
                return OfFile(number, path, length, file, staging);
            }

            file.Dispose();
            Remove(path);
            why = $"{path}: {length >> 20} MiB cannot be reserved: {Marshal.GetPInvokeErrorMessage(error)}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            why = fault.Message;
        }

        return null;
    }

    /// <summary>
    /// Makes the file of a segment that will come, under a name of its own; null where that is not to be had now. One that is there already
    /// is being taken by another thread, which opens it under its own number a moment later: to make it anew would cut that segment.
    /// </summary>
    public static FileStream? Ahead(string path, long length, FileCalls calls)
    {
        try
        {
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (calls.Allocate(file.SafeFileHandle, length) == 0)
            {
                return file;
            }

            file.Dispose();
            Remove(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The one that needs it tries again, and says why.
        }

        return null;
    }

    /// <summary>Makes a segment of a file that was made ahead; null where it cannot be, and the file is gone.</summary>
    public static Segment? OfAhead(FileStream ahead, int number, string path, long length, Staging staging)
    {
        try
        {
            System.IO.File.Move(ahead.Name, path);
            return OfFile(number, path, length, ahead, staging);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            ahead.Dispose();
            Remove(ahead.Name);
            return null;
        }
    }

    /// <summary>
    /// Begins a file that is ours; where its first bytes cannot be written nothing of it stays, so that its number is free.
    /// </summary>
    private static Segment OfFile(int number, string path, long length, FileStream file, Staging staging)
    {
        try
        {
            return new Segment(number, path, length, file, staging);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            Remove(path);
            throw;
        }
    }

    /// <summary>Removes a file where that can be done: a disk that takes no file may not give one up either.</summary>
    public static void Remove(string path)
    {
        try
        {
            System.IO.File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whoever needs its number says why it cannot be had.
        }
    }

    /// <summary>Makes one in memory, to be saved when the disk takes it.</summary>
    public static Segment InMemory(int number, string path, long length) => new(number, path, length, file: null, staging: null);

    /// <summary>Gives out room for a frame, under the journal's lock; the frame counts once it is committed.</summary>
    /// <param name="payload">The payload's bytes.</param>
    /// <param name="kind">What it will say.</param>
    /// <param name="room">The room; one without a segment where there is none.</param>
    /// <returns>Whether there is room for it in the segment: if there is and <paramref name="room"/> has none, the staging is full for
    /// now.</returns>
    public bool TryReserve(int payload, FrameKind kind, out FrameRoom room)
    {
        room = default;
        var size = Frame.Size(payload);
        if (Used + size > Length || Broken)
        {
            return false;
        }

        var offset = Used;
        var elsewhere = false;
        var header = _start + offset;
        if (_staging != null)
        {
            elsewhere = size > _staging.Most;
            var cursor = _staging.Reserve(elsewhere ? Frame.Header : size);
            if (cursor < 0)
            {
                return true;
            }

            header = _staging.Address(cursor);
        }

        if (!elsewhere && size >= Frame.Header + 8)
        {
            *(ulong*)(header + size - 8) = 0; // zeros behind the payload
        }

        *(int*)(header + 4) = payload;
        *(uint*)(header + 8) = 0;
        *(uint*)(header + 12) = (byte)kind;
        Volatile.Write(ref *(uint*)header, elsewhere ? Staging.Elsewhere : Frame.Magic);
        Used = offset + size;
        Interlocked.Increment(ref _writers); // the lock is the journal's, and who commits does not hold it
        room = new FrameRoom(this, offset, header, elsewhere);
        return true;
    }

    /// <summary>Counts somebody who wrote out.</summary>
    public void Leave() => Interlocked.Decrement(ref _writers);

    /// <summary>Keeps bytes that the file did not take, to try again.</summary>
    public void Keep(List<(long Offset, byte[] Bytes)> left) => _kept.AddRange(left);

    /// <summary>Tries again to write what was kept.</summary>
    /// <returns>Whether nothing is left.</returns>
    public bool WriteKept(FileCalls calls)
    {
        while (_kept.Count > 0)
        {
            var (offset, bytes) = _kept[0];
            if (calls.WriteAll(File!, bytes, offset) != 0)
            {
                return false;
            }

            _kept.RemoveAt(0);
        }

        return true;
    }

    /// <summary>
    /// How many exchanges and lines from outside have their end in it and nowhere else: of a segment in memory all, of one on the disk
    /// those that it did not take.
    /// </summary>
    public long Unsaved
    {
        get
        {
            if (_stream != null)
            {
                return _kept.Sum(piece => Ends(piece.Bytes));
            }

            return _saved || _disposed ? 0 : Ends(new ReadOnlySpan<byte>(_start + Frame.SegmentHeader, (int)(Used - Frame.SegmentHeader)));
        }
    }

    /// <summary>Saves a segment that is in memory.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="calls">The calls to the system.</param>
    /// <returns>Whether the disk took it.</returns>
    public bool Save(string path, FileCalls calls)
    {
        var temporary = path + ".new";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                if (calls.Allocate(file.SafeFileHandle, Used) != 0)
                {
                    file.Dispose();
                    System.IO.File.Delete(temporary);
                    return false;
                }

                RandomAccess.Write(file.SafeFileHandle, new ReadOnlySpan<byte>(_start, (int)Used), 0);
                if (calls.DataSync(file.SafeFileHandle) != 0)
                {
                    return false;
                }
            }

            System.IO.File.Move(temporary, path);
            _saved = true;
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>How many of the frames in <paramref name="frames"/> end an exchange, or are a line from outside.</summary>
    private static long Ends(ReadOnlySpan<byte> frames)
    {
        var ends = 0L;
        while (frames.Length >= Frame.Header && BinaryPrimitives.ReadUInt32LittleEndian(frames) == Frame.Magic)
        {
            ends += (FrameKind)frames[12] is FrameKind.End or FrameKind.Line ? 1 : 0;
            var size = Frame.Size(BinaryPrimitives.ReadInt32LittleEndian(frames[4..]));
            frames = size <= frames.Length ? frames[(int)size..] : [];
        }

        return ends;
    }

    /// <summary>Closes it; a file is cut to what was used.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_stream == null)
        {
            NativeMemory.Free(_start);
            return;
        }

        try
        {
            RandomAccess.SetLength(File!, Used);
        }
        catch (IOException)
        {
            // A longer file is read just as well: it ends where no frame begins.
        }

        _stream.Dispose();
    }
}
