using System.Buffers.Binary;
using System.IO.Hashing;

namespace Stillwatch.Engine.Journal;

/// <summary>How far a <see cref="Staging"/> is in its segment.</summary>
/// <param name="Count">Counts up: of two, the higher one whose check holds.</param>
/// <param name="Cursor">Where in the ring the first frame lies that is not in its segment.</param>
/// <param name="Offset">Its offset in the segment.</param>
/// <param name="Segment">The segment's number.</param>
/// <param name="Size">Bytes of the ring.</param>
/// <param name="Started">Which start of the machine it was: after another, what reached the disk of the ring may be of any age.</param>
internal readonly record struct StagingMark(long Count, long Cursor, long Offset, int Segment, long Size, ulong Started)
{
    /// <summary>Bytes that it takes.</summary>
    public const int Bytes = 64;

    private const int Checked = 44;

    /// <summary>This start of the machine.</summary>
    public static ulong Boot { get; } =
        File.Exists("/proc/sys/kernel/random/boot_id") ? XxHash3.HashToUInt64(File.ReadAllBytes("/proc/sys/kernel/random/boot_id")) : 0;

    /// <summary>Writes it; what stands there does not count meanwhile.</summary>
    public void Write(Span<byte> slot)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(slot[Checked..], 0);
        Thread.MemoryBarrier();
        BinaryPrimitives.WriteInt64LittleEndian(slot, Count);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], Cursor);
        BinaryPrimitives.WriteInt64LittleEndian(slot[16..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(slot[24..], Segment);
        BinaryPrimitives.WriteInt64LittleEndian(slot[28..], Size);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[36..], Started);
        Thread.MemoryBarrier();
        BinaryPrimitives.WriteUInt32LittleEndian(slot[Checked..], Frame.Check(FrameKind.Void, slot[..Checked]));
    }

    /// <summary>The latest of those at the start of a staging's file; null where none holds.</summary>
    public static StagingMark? Latest(ReadOnlySpan<byte> header)
    {
        StagingMark? latest = null;
        for (var i = 0; i < 2; i++)
        {
            var slot = header.Slice(i * Bytes, Bytes);
            if (BinaryPrimitives.ReadUInt32LittleEndian(slot[Checked..]) != Frame.Check(FrameKind.Void, slot[..Checked]))
            {
                continue;
            }

            var mark = new StagingMark(
                BinaryPrimitives.ReadInt64LittleEndian(slot),
                BinaryPrimitives.ReadInt64LittleEndian(slot[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(slot[16..]),
                BinaryPrimitives.ReadInt32LittleEndian(slot[24..]),
                BinaryPrimitives.ReadInt64LittleEndian(slot[28..]),
                BinaryPrimitives.ReadUInt64LittleEndian(slot[36..])
            );
            latest = latest is { } other && other.Count > mark.Count ? latest : mark;
        }

        return latest;
    }
}
