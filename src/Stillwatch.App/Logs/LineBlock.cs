using System.Buffers;

namespace Stillwatch.App.Logs;

/// <summary>Whole lines of one file, in a rented buffer. Give it back with <see cref="Dispose"/>.</summary>
/// <param name="Buffer">The rented buffer.</param>
/// <param name="Start">Where the first line begins.</param>
/// <param name="Length">Bytes of lines.</param>
/// <param name="File">The file's number.</param>
/// <param name="FirstLine">The number of the first line, from 1.</param>
/// <param name="Format">How the lines are to be read.</param>
internal sealed record LineBlock(byte[] Buffer, int Start, int Length, int File, long FirstLine, LogFormat Format) : IDisposable
{
    /// <summary>The lines.</summary>
    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(Start, Length);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(Buffer);
}
