using System.Buffers.Binary;
using Stillwatch.Engine.Disk;

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
            return false; // somebody writes, and moves it on within moments; or it is not ours to change
        }

        using var held = staging;
        var bytes = new byte[staging.Length];
        staging.ReadExactly(bytes);

        // Of a staging from before the machine itself went down nothing is taken: what of it reached the disk may be of any age, and what
        // was synced is in the segments.
        if (
            bytes.Length > Staging.HeaderBytes
            && StagingMark.Latest(bytes) is { } mark
            && mark.Size == bytes.Length - Staging.HeaderBytes
            && mark.Started == StagingMark.Boot
        )
        {
            Move(options, calls, bytes.AsSpan(Staging.HeaderBytes), mark);
        }

        File.Delete(path); // nobody makes another while this one is there
        return true;
    }

    /// <summary>
    /// Before a journal is read that may still be written: what was acknowledged until now is in its segments afterwards.
    /// </summary>
    public static void BeforeReading(JournalOptions options)
    {
        try
        {
            if (!Run(options, FileCalls.Real))
            {
                Thread.Sleep(3 * Staging.MoveMilliseconds); // whoever writes moves it on
            }
        }
        catch (IOException)
        {
            // The next start says so; what is in the segments can be read.
        }
    }

    private static void Move(JournalOptions options, FileCalls calls, ReadOnlySpan<byte> ring, StagingMark mark)
    {
        var rest = new byte[ring.Length]; // in one piece, from the first that is not in the segment
        ring[(int)mark.Cursor..].CopyTo(rest);
        ring[..(int)mark.Cursor].CopyTo(rest.AsSpan(ring.Length - (int)mark.Cursor));
        var left = rest.AsSpan();
        if (!IsFrame(left))
        {
            return;
        }

        var path = new SegmentFolder(options).Find(mark.Segment)
            ?? throw new IOException($"segment {mark.Segment} of the journal is not there, and the staging holds frames of it");
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var offset = mark.Offset;
        while (IsFrame(left))
        {
            var elsewhere = BinaryPrimitives.ReadUInt32LittleEndian(left) == Staging.Elsewhere;
            var length = BinaryPrimitives.ReadInt32LittleEndian(left[4..]);
            var check = BinaryPrimitives.ReadUInt32LittleEndian(left[8..]);
            var size = Frame.Size(length);
            var whole =
                check != 0
                && (FrameKind)left[12] != FrameKind.Void
                && (elsewhere || Frame.Check((FrameKind)left[12], left.Slice(Frame.Header, length)) == check);
            if (whole && !elsewhere)
            {
                RandomAccess.Write(file, left[..(int)size], offset);
            }
            else if (!whole)
            {
                RandomAccess.Write(file, Frame.VoidHeader(size), offset); // it was being written when the process died
            }

            offset += size;
            left = left[(int)(elsewhere ? Frame.Header : size)..];
        }

        if (calls.DataSync(file) != 0)
        {
            throw new IOException($"{path} cannot be synced");
        }
    }

    private static bool IsFrame(ReadOnlySpan<byte> at)
    {
        if (at.Length < Frame.Header || BinaryPrimitives.ReadInt32LittleEndian(at[4..]) is var length && length < 0)
        {
            return false;
        }

        var magic = BinaryPrimitives.ReadUInt32LittleEndian(at);
        return magic == Staging.Elsewhere || magic == Frame.Magic && Frame.Size(length) <= at.Length;
    }
}
