using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// The form of a segment: a header of 64 bytes, then frames, each on a multiple of 8: magic (4), payload length (4), CRC-32C of kind and
/// payload (4; 0 while it is being written), kind (1), three zeros, the payload. A position is the segment's number times 2³² and the
/// frame's offset.
/// </summary>
/// <remarks>
/// The length is written before the next frame's place is given out, so that a frame which was being written when the process died is
/// stepped over.
/// Only the CRC says that a frame counts, and it is written last.
/// </remarks>
internal static class Frame
{
    public const uint Magic = 0x31465753; // "SWF1", little endian
    public const int Header = 16;
    public const int SegmentHeader = 64;
    public const ulong SegmentMagic = 0x31304C4E524A5753; // "SWJRNL01"

    private const int Long = 512; // from here on the library's vectors beat one instruction for every eight bytes

    [ThreadStatic]
    private static Crc32? _hash;

    /// <summary>Bytes that a frame with so much payload takes.</summary>
    public static long Size(long payload) => (Header + payload + 7) & ~7L;

    public static long Position(int segment, long offset) => (long)segment << 32 | offset;

    public static (int Segment, long Offset) At(long position) => ((int)(position >> 32), position & 0xFFFFFFFF);

    /// <summary>Writes the header of a frame whose payload stands in <paramref name="frame"/> already.</summary>
    public static void WriteHeader(Span<byte> frame, FrameKind kind)
    {
        frame[..Header].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], frame.Length - Header);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], Check(kind, frame[Header..]));
        frame[12] = (byte)kind;
    }

    /// <summary>
    /// The header of a frame that says nothing and takes <paramref name="size"/> bytes: its check does not hold, and readers step over it.
    /// </summary>
    public static byte[] VoidHeader(long size)
    {
        var header = new byte[Header];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), (int)(size - Header));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), 1); // 0 would say that somebody still writes it
        return header;
    }

    /// <summary>CRC-32C over the kind and the payload; never 0.</summary>
    public static uint Check(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (payload.Length >= Long)
        {
            var hash = _hash ??= new Crc32(Crc32ParameterSet.Crc32C);
            hash.Reset();
            hash.Append([(byte)kind]);
            hash.Append(payload);
            return hash.GetCurrentHashAsUInt32() is not 0 and var whole ? whole : 1;
        }

        var crc = BitOperations.Crc32C(uint.MaxValue, (byte)kind);
        while (payload.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));
            payload = payload[8..];
        }

        foreach (var b in payload)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc == uint.MaxValue ? 1 : ~crc;
    }
}
