using System.Buffers;

namespace Stillwatch.Exchanges.Formats;

/// <summary>Counts what goes to another writer.</summary>
internal sealed class CountingWriter(IBufferWriter<byte> inner, int before) : IBufferWriter<byte>
{
    /// <summary>Bytes written so far, those from before included.</summary>
    public int Written { get; private set; } = before;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        inner.Advance(count);
        Written += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);
}
