using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// A stretch of the journal that is being written: a file mapped into memory, its blocks reserved, or plain memory while the disk takes nothing.
/// What is copied into the mapping is with the kernel: it survives the death of the process.
/// </summary>
internal sealed unsafe class Segment : IDisposable
{
    private readonly byte* _start;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private int _writers;
    private bool _disposed;

    private Segment(int number, string path, long length, FileStream? file)
    {
        Number = number;
        Path = path;
        Length = length;
        if (file == null)
        {
            _start = (byte*)NativeMemory.AllocZeroed((nuint)length);
        }
        else
        {
            File = file.SafeFileHandle;
            _map = MemoryMappedFile.CreateFromFile(file, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
            _view = _map.CreateViewAccessor(0, length);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(At(0, 8), Frame.SegmentMagic);
        BinaryPrimitives.WriteInt32LittleEndian(At(8, 4), number);
        Used = Frame.SegmentHeader;
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

    /// <summary>Makes a file of <paramref name="length"/> bytes; null where the disk does not have them.</summary>
    public static Segment? OnDisk(int number, string path, long length, FileCalls calls, out string? why)
    {
        why = null;
        try
        {
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);
            var error = calls.Allocate(file.SafeFileHandle, length);
            if (error == 0)
            {
                return new Segment(number, path, length, file);
            }

            file.Dispose();
            System.IO.File.Delete(path);
            why = $"{path}: {length >> 20} MiB cannot be reserved: {Marshal.GetPInvokeErrorMessage(error)}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            why = fault.Message;
        }

        return null;
    }

    /// <summary>Makes one in memory, to be saved when the disk takes it.</summary>
    public static Segment InMemory(int number, string path, long length) => new(number, path, length, file: null);

    /// <summary>Gives out room for a frame, under the journal's lock; the frame counts once it is committed.</summary>
    /// <returns>The offset; -1 where there is no room.</returns>
    public long Reserve(int payload, FrameKind kind)
    {
        var size = Frame.Size(payload);
        if (Used + size > Length || Broken)
        {
            return -1;
        }

        var offset = Used;
        var header = At(offset, Frame.Header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], payload);
        header[12] = (byte)kind;
        Volatile.Write(ref *(uint*)(_start + offset), Frame.Magic);
        Used = offset + size;
        Interlocked.Increment(ref _writers);   // the lock is the journal's, and Commit does not hold it
        return offset;
    }

    /// <summary>The payload of a frame that was given out.</summary>
    public Span<byte> Payload(long offset, int length) => At(offset + Frame.Header, length);

    /// <summary>Makes a frame count.</summary>
    /// <param name="offset">Its offset.</param>
    /// <param name="length">Its payload's bytes.</param>
    /// <param name="kind">What it says; <see cref="FrameKind.Void"/> where writing it failed.</param>
    public void Commit(long offset, int length, FrameKind kind)
    {
        _start[offset + 12] = (byte)kind;
        Volatile.Write(ref *(uint*)(_start + offset + 8), Frame.Check(kind, At(offset + Frame.Header, length)));
        Interlocked.Decrement(ref _writers);
    }

    /// <summary>Saves a segment that is in memory.</summary>
    /// <returns>Whether the disk took it.</returns>
    public bool Save(FileCalls calls)
    {
        var temporary = Path + ".new";
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

            System.IO.File.Move(temporary, Path);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Closes it; a file is cut to what was used.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_view == null)
        {
            NativeMemory.Free(_start);
            return;
        }

        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        try
        {
            RandomAccess.SetLength(File!, Used);
        }
        catch (IOException)
        {
            // A longer file is read just as well: it ends where no frame begins.
        }

        _map!.Dispose();
    }

    private Span<byte> At(long offset, int length)
    {
        if (offset + length > Length)
        {
            throw new InvalidOperationException($"byte {offset + length} is beyond the segment");
        }

        return new(_start + offset, length);
    }
}
