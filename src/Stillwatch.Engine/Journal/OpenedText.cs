using Stillwatch.Engine.Vault;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Room for a text that was opened, used again for the next one: whoever reads exchange after exchange and keeps none makes no garbage. Not
/// thread-safe.
/// </summary>
internal sealed class OpenedText
{
    private const int MostKept = 1 << 20;

    private byte[] _bytes = new byte[16 * 1024];

    /// <summary>Opens a sealed value.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="sealedText">The value.</param>
    /// <param name="context">What it belongs to.</param>
    /// <param name="room">Where the text goes, valid until it is used again; null for memory of its own.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was changed, or belongs to something else.</exception>
    public static ReadOnlyMemory<byte> Open(DataKey key, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> context, OpenedText? room)
    {
        var length = DataKey.TextLength(sealedText);
        if (room == null || length > MostKept)
        {
            return key.Open(sealedText, context);
        }

        if (room._bytes.Length < length)
        {
            room._bytes = new byte[Math.Min(MostKept, Math.Max(length, room._bytes.Length * 2))];
        }

        key.Open(sealedText, context, room._bytes.AsSpan(0, length));
        return room._bytes.AsMemory(0, length);
    }
}
