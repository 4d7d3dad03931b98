using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Stillwatch.Logs;

/// <summary>Tells whether a gzip file ends before its data does: the runtime ends such a stream without a word.</summary>
internal static class GzipEnd
{
    private const int TrailerBytes = 8,
        LeastBytes = 18;

    /// <summary>
    /// Whether the file at <paramref name="path"/> is cut off. Its last eight bytes must be the trailer (RFC 1952, section 2.3.1) of its
    /// last member: the CRC-32 and the length of what that member holds. Where one member holds all, the length tells; of a file of several
    /// members the end is read a second time and its CRC compared.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="decompressed">How many bytes came out of all members.</param>
    public static bool IsCutOff(string path, long decompressed)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length < LeastBytes)
        {
            return true;
        }

        Span<byte> trailer = stackalloc byte[TrailerBytes];
        file.Position = file.Length - TrailerBytes;
        file.ReadExactly(trailer);
        var (crc, length) = (BinaryPrimitives.ReadUInt32LittleEndian(trailer), BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]));
        if (length == (uint)decompressed)
        {
            return false;
        }

        return length > decompressed || Crc(file, decompressed - length) != crc;
    }

    private static uint Crc(FileStream file, long skip)
    {
        file.Position = 0;
        using var stream = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        var crc = new Crc32();
        var buffer = new byte[128 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0; )
        {
            var passed = (int)Math.Min(read, skip);
            skip -= passed;
            crc.Append(buffer.AsSpan(passed, read - passed));
        }

        return crc.GetCurrentHashAsUInt32();
    }
}
