using System.Buffers;
using System.IO.Compression;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Logs;

/// <summary>
/// Cuts log files into blocks of whole lines. Memory is bounded: a block grows for a long line up to <see cref="LongestLine"/>; a longer
/// line is passed over and named.
/// </summary>
internal sealed class BlockReader(IReadOnlyList<string> paths, Rejections rejections)
{
    /// <summary>The longest line that is read, in bytes: the largest request that the gateway takes (32 MiB), with its answer, fits.</summary>
    public const int LongestLine = 48 * 1024 * 1024;

    private const int BlockSize = 1024 * 1024;

    private long _bytesRead;
    private bool _damaged;

    /// <summary>Bytes read so far from the files as they lie there.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>The blocks of file number <paramref name="file"/>, in order.</summary>
    public IEnumerable<LineBlock> Blocks(int file)
    {
        using var stream = LogFile.Open(paths[file], out var raw);
        var before = BytesRead;
        _damaged = false;
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        var held = 0;
        var line = 1L;
        var decompressed = 0L;
        var skipping = false;
        LogFormat? format = null;
        while (true)
        {
            var read = Read(stream, buffer, held, file, line);
            Volatile.Write(ref _bytesRead, before + (raw?.Position ?? 0));
            held += read;
            decompressed += read;
            if (read == 0)
            {
                break;
            }

            if (skipping)
            {
                var end = buffer.AsSpan(0, held).IndexOf((byte)'\n');
                if (end < 0)
                {
                    held = 0;
                    continue;
                }

                buffer.AsSpan(end + 1, held - end - 1).CopyTo(buffer);
                held -= end + 1;
                line++;
                skipping = false;
            }

            var last = buffer.AsSpan(0, held).LastIndexOf((byte)'\n');
            if (last < 0)
            {
                if (held >= LongestLine)
                {
                    rejections.Add(file, line, new(RejectionKind.TooLong, $"the line is longer than {LongestLine / (1024 * 1024)} MiB"));
                    (held, skipping) = (0, true);
                }
                else if (held == buffer.Length)
                {
                    buffer = Grow(buffer, held);
                }

                continue;
            }

            var next = ArrayPool<byte>.Shared.Rent(Math.Max(BlockSize, held - last - 1));
            buffer.AsSpan(last + 1, held - last - 1).CopyTo(next);
            format ??= FormatSniffer.Of(buffer.AsSpan(0, last + 1));
            var lines = buffer.AsSpan(0, last + 1).Count((byte)'\n');
            yield return new LineBlock(buffer, 0, last + 1, file, line, format.Value);
            line += lines;
            held -= last + 1;
            buffer = next;
        }

        if (stream is GZipStream && !_damaged && GzipEnd.IsCutOff(paths[file], decompressed))
        {
            rejections.Add(file, line, new(RejectionKind.Damaged, "the compressed data is cut off here; what came before was read"));
        }

        if (held > 0 && !skipping)
        {
            yield return new LineBlock(buffer, 0, held, file, line, format ?? FormatSniffer.Of(buffer.AsSpan(0, held)));
        }
        else
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int Read(Stream stream, byte[] buffer, int held, int file, long line)
    {
        try
        {
            return stream.Read(buffer, held, Math.Min(buffer.Length, LongestLine) - held);   // a pool gives more than was asked for
        }
        catch (Exception fault) when (LogFile.IsDamage(fault))
        {
            _damaged = true;
            rejections.Add(file, line, new(RejectionKind.Damaged, $"the compressed data is broken or cut off near here ({fault.Message}); what came before was read"));
            return 0;
        }
    }

    private static byte[] Grow(byte[] buffer, int held)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(LongestLine, buffer.Length * 2));
        buffer.AsSpan(0, held).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
