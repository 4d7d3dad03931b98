namespace Stillwatch.Engine.Journal;

/// <summary>
/// A signal as a frame of the journal: a version and the signal's line. Nothing of it is sealed: it holds no text of an exchange.
/// </summary>
internal static class SignalFrame
{
    private const byte Version = 1;

    /// <summary>Bytes of the payload for a line of <paramref name="length"/>.</summary>
    public static int Size(int length) => 1 + length;

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> to, ReadOnlySpan<byte> line)
    {
        to[0] = Version;
        line.CopyTo(to[1..]);
    }

    /// <summary>The line in <paramref name="payload"/>; empty where it is of a version that this program does not know.</summary>
    public static ReadOnlyMemory<byte> Read(ReadOnlySpan<byte> payload) => payload is [Version, ..] ? payload[1..].ToArray() : default;
}
