using System.Buffers;

namespace Stillwatch.Logs;

/// <summary>Whole lines of one file, or whole objects of a document, in a rented buffer. Give it back with <see cref="Dispose"/>.</summary>
/// <param name="Buffer">The rented buffer.</param>
/// <param name="Length">Bytes of lines.</param>
/// <param name="File">The file's number.</param>
/// <param name="First">The number of the first line or object, from 1.</param>
/// <param name="IsDocument">Whether these are objects of a document.</param>
internal sealed record LineBlock(byte[] Buffer, int Length, int File, long First, bool IsDocument) : IDisposable
{
    /// <summary>The lines.</summary>
    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);

    /// <summary>The lines (without their ends) or objects (with what stands before each), one after the other.</summary>
    public Each GetEnumerator() => new(this);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(Buffer);

    /// <summary>Goes through a block.</summary>
    internal ref struct Each(LineBlock block)
    {
        private readonly DocumentCutter? _cutter = block.IsDocument ? new DocumentCutter() : null;
        private ReadOnlySpan<byte> _rest = block.Bytes;

        /// <summary>The line or object.</summary>
        public ReadOnlySpan<byte> Current { get; private set; } = [];

        /// <summary>Its number in the file, from 1.</summary>
        public long Number { get; private set; } = block.First - 1;

        /// <summary>Goes on to the next.</summary>
        public bool MoveNext()
        {
            if (_rest.Length == 0)
            {
                return false;
            }

            Number++;
            var end = _cutter?.Next(_rest) ?? _rest.IndexOf((byte)'\n');
            Current = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? [] : _rest[(_cutter == null ? end + 1 : end)..];
            Current = _cutter == null ? Current.TrimEnd((byte)'\r') : Current;
            return true;
        }
    }
}
