using System.Buffers;
using Stillwatch.Exchanges;

namespace Stillwatch.Logs;

/// <summary>
/// Cuts log files into blocks of whole lines, or of whole objects where a file is one document. Memory is bounded: a block grows for a long
/// line up to <see cref="LongestLine"/>; a longer line is passed over and named.
/// </summary>
internal sealed class BlockReader(IReadOnlyList<LogSource> sources, Rejections rejections)
{
    /// <summary>
    /// The longest line that is read, in bytes: the largest request that the gateway takes (32 MiB), with its answer, fits.
    /// </summary>
    public const int LongestLine = 48 * 1024 * 1024;

    private const int BlockSize = 1024 * 1024;

    private long _bytesRead;
    private string? _damage; // why the compressed data could not be read on

    /// <summary>Bytes read so far from the files as they lie there.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>The blocks of file number <paramref name="file"/>, in order.</summary>
    public IEnumerable<LineBlock> Blocks(int file)
    {
        using var stream = LogFile.Open(sources[file].Path, out var raw);
        var before = BytesRead;
        _damage = null;
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        var (held, number, decompressed, skipping, ended) = (0, 1L, 0L, false, false);

        int Fill()
        {
            var read = Read(stream, buffer, held);
            Volatile.Write(ref _bytesRead, before + (raw?.Position ?? 0));
            held += read;
            decompressed += read;
            ended = read == 0;
            return read;
        }

        while (held < BlockSize && Fill() > 0)
        {
            // The beginning tells what the file is.
        }

        if (FileKind.Of(buffer.AsSpan(0, held)) is { } kind)
        {
            rejections.Add(file, 0, new(RejectionKind.NotALog, kind));
            ArrayPool<byte>.Shared.Return(buffer);
            yield break;
        }

        if (buffer.AsSpan(0, held).StartsWith("\uFEFF"u8))
        {
            buffer.AsSpan(3, held - 3).CopyTo(buffer);
            held -= 3;
        }

        var cutter = DocumentCutter.IsDocument(buffer.AsSpan(0, held), ended) ? new DocumentCutter() : null;
        var scanned = 0; // bytes of a document that the cutter went through
        if (cutter != null)
        {
            rejections.IsDocument(file);
        }

        for (var first = true; first || Fill() > 0; first = false)
        {
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
                number++;
                skipping = false;
            }

            var (length, count) = cutter == null ? Lines(buffer.AsSpan(0, held)) : Values(cutter, buffer.AsSpan(0, held), ref scanned);
            if (length == 0)
            {
                if (held >= LongestLine)
                {
                    if (cutter != null)
                    {
                        rejections.Add(
                            file,
                            number,
                            new(
                                RejectionKind.TooLong,
                                $"no object ends within {LongestLine / (1024 * 1024)} MiB: nothing of the file was read from here on; "
                                    + $"write its objects one a line (jq -c '.[]' FILE)"
                            )
                        );
                        held = 0;
                        break;
                    }

                    rejections.Add(file, number, new(RejectionKind.TooLong, $"the line is longer than {LongestLine / (1024 * 1024)} MiB"));
                    (held, skipping) = (0, true);
                }
                else if (held == buffer.Length)
                {
                    buffer = Grow(buffer, held);
                }

                continue;
            }

            var next = ArrayPool<byte>.Shared.Rent(Math.Max(BlockSize, held - length));
            buffer.AsSpan(length, held - length).CopyTo(next);
            yield return new LineBlock(buffer, length, file, number, cutter != null);
            number += count;
            held -= length;
            scanned -= length;
            buffer = next;
        }

        if (_damage != null)
        {
            var says = $"the compressed data is broken or cut off near here ({_damage}); what came before was read";
            rejections.Add(file, number, new(RejectionKind.Damaged, says));
        }
        else if (stream is BoundedExpansion { IsGzip: true } && GzipEnd.IsCutOff(sources[file].Path, decompressed))
        {
            rejections.Add(file, number, new(RejectionKind.Damaged, "the compressed data is cut off here; what came before was read"));
        }

        if (held > 0 && !skipping)
        {
            yield return new LineBlock(buffer, held, file, number, cutter != null);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>How many bytes the whole lines of <paramref name="bytes"/> are, and how many lines.</summary>
    private static (int Length, int Count) Lines(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.LastIndexOf((byte)'\n') + 1;
        return (length, bytes[..length].Count((byte)'\n'));
    }

    /// <summary>How many bytes the whole objects of <paramref name="bytes"/> are, and how many objects.</summary>
    private static (int Length, int Count) Values(DocumentCutter cutter, ReadOnlySpan<byte> bytes, ref int scanned)
    {
        var (length, count) = (0, 0);
        for (int end; (end = cutter.Next(bytes[scanned..])) >= 0; count++)
        {
            scanned += end;
            length = scanned;
        }

        scanned = bytes.Length;
        return (length, count);
    }

    private int Read(Stream stream, byte[] buffer, int held)
    {
        try
        {
            // A pool gives more than was asked for.
            return _damage != null ? 0 : stream.Read(buffer, held, Math.Min(buffer.Length, LongestLine) - held);
        }
        catch (Exception fault) when (LogFile.IsDamage(fault))
        {
            _damage = fault.Message; // told once, at the end, when the line is known
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
