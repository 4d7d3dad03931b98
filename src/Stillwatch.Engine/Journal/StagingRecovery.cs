using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Stillwatch.Engine.Journal;

/// <summary>Puts into its segment what a process that died had left in its <see cref="Staging"/>.</summary>
internal static class StagingRecovery
{
    /// <summary>Does it, where there is anything and nobody writes; the staging file is gone afterwards.</summary>
    /// <returns>Whether all that the journal holds is in its segments.</returns>
    /// <exception cref="IOException">The segment does not take it: the staging file stays.</exception>
    public static bool Run(JournalOptions options, FileCalls calls)
    {
        var path = Path.Combine(options.Folder, Staging.FileName);
        if (!File.Exists(path))
        {
            return true;
        }

        FileStream staging;
        try
        {
            staging = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;   // somebody writes, and moves it on within moments; or it is not ours to change
        }

        using var held = staging;
        var bytes = new byte[staging.Length];
        staging.ReadExactly(bytes);
        if (Latest(bytes) is var (cursor, segment, offset, size) && new SegmentFolder(options).Find(segment) is { } found)
        {
            using var file = File.OpenHandle(found, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            Move(bytes.AsSpan(Staging.HeaderBytes, (int)size), cursor, file, offset);
            if (calls.DataSync(file) != 0)
            {
                throw new IOException($"{found} cannot be synced");
            }
        }

        File.Delete(path);
        return true;
    }

    /// <summary>Before a journal is read that may still be written: what was acknowledged until now is in its segments afterwards.</summary>
    public static void BeforeReading(JournalOptions options)
    {
        if (!Run(options, FileCalls.Real))
        {
            Thread.Sleep(3 * Staging.MoveMilliseconds);   // whoever writes moves it on
        }
    }

    private static (long Cursor, int Segment, long Offset, long Size)? Latest(ReadOnlySpan<byte> bytes)
    {
        (long Cursor, int Segment, long Offset, long Size)? latest = null;
        var marks = 0L;
        for (var i = 0; i < 2 && bytes.Length >= Staging.HeaderBytes; i++)
        {
            var slot = bytes.Slice(i * 64, 64);
            var size = BinaryPrimitives.ReadInt64LittleEndian(slot[28..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(slot[36..]) == Frame.Check(FrameKind.Void, slot[..36]) && BinaryPrimitives.ReadInt64LittleEndian(slot) > marks && size == bytes.Length - Staging.HeaderBytes)
            {
                marks = BinaryPrimitives.ReadInt64LittleEndian(slot);
                latest = (BinaryPrimitives.ReadInt64LittleEndian(slot[8..]), BinaryPrimitives.ReadInt32LittleEndian(slot[24..]), BinaryPrimitives.ReadInt64LittleEndian(slot[16..]), size);
            }
        }

        return latest;
    }

    private static void Move(ReadOnlySpan<byte> ring, long cursor, SafeFileHandle file, long offset)
    {
        var rest = new byte[ring.Length];   // in one piece, from the first that is not in the segment
        ring[(int)cursor..].CopyTo(rest);
        ring[..(int)cursor].CopyTo(rest.AsSpan(ring.Length - (int)cursor));
        for (var left = rest.AsSpan(); left.Length >= Frame.Header;)
        {
            var magic = BinaryPrimitives.ReadUInt32LittleEndian(left);
            var length = BinaryPrimitives.ReadInt32LittleEndian(left[4..]);
            var size = Frame.Size(Math.Max(0, length));
            if (length < 0 || magic != Staging.Elsewhere && (magic != Frame.Magic || size > left.Length))
            {
                return;
            }

            if (magic == Frame.Magic)
            {
                RandomAccess.Write(file, left[..(int)size], offset);
            }
            else if (BinaryPrimitives.ReadUInt32LittleEndian(left[8..]) == 0)
            {
                // It was being written when the process died: its header lets readers step over it.
                var header = left[..Frame.Header].ToArray();
                BinaryPrimitives.WriteUInt32LittleEndian(header, Frame.Magic);
                RandomAccess.Write(file, header, offset);
            }

            offset += size;
            left = left[(int)(magic == Frame.Magic ? size : Frame.Header)..];
        }
    }
}
