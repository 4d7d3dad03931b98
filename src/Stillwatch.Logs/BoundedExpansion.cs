using System.IO.Compression;

namespace Stillwatch.Logs;

/// <summary>
/// A compressed file as it expands, up to a bound that no log comes near (they shrink to a tenth or a fiftieth): a small file must not fill
/// the disk of whoever reads it.
/// </summary>
/// <param name="expanded">What it expands to; disposed with this.</param>
/// <param name="compressed">Its bytes as it lies there.</param>
/// <param name="always">The bytes that any file may expand to.</param>
internal sealed class BoundedExpansion(Stream expanded, long compressed, long always = BoundedExpansion.Always) : ReadOnlyStream
{
    /// <summary>The bytes that any file may expand to.</summary>
    public const long Always = 1L << 30;

    /// <summary>How many times its size a larger one may expand to.</summary>
    public const long Times = 300;

    private readonly long _most = Math.Max(always, compressed * Times);
    private long _read;

    /// <summary>Whether the file is gzip.</summary>
    public bool IsGzip => expanded is GZipStream;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Count(expanded.Read(buffer));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await expanded.ReadAsync(buffer, cancellationToken));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            expanded.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _read += read;
        return _read <= _most
            ? read
            : throw new InvalidDataException(
                $"it expands to more than {Times} times its {compressed} bytes: expand it yourself, and look at it, before you have it read"
            );
    }
}
