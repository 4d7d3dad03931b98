using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Stillwatch.Engine.Vault;

namespace Stillwatch.Engine.Lake;

/// <summary>
/// A sealed value that tells its key: the data key's number (8 bytes), nonce, ciphertext, tag. It opens only together with the exchange's
/// id.
/// </summary>
internal static class SealedValue
{
    /// <summary>Seals <paramref name="text"/>.</summary>
    public static byte[] Seal(DataKey key, string id, ReadOnlySpan<byte> text)
    {
        var value = new byte[8 + text.Length + DataKey.Overhead];
        BinaryPrimitives.WriteInt64LittleEndian(value, key.Id);
        key.Seal(text, Encoding.UTF8.GetBytes("lake/" + id), value.AsSpan(8));
        return value;
    }

    /// <summary>Opens a value; null where its key was destroyed or it was changed.</summary>
    public static byte[]? Open(KeyVault vault, string id, ReadOnlySpan<byte> value)
    {
        if (value.Length < 8 + DataKey.Overhead || vault.Find(BinaryPrimitives.ReadInt64LittleEndian(value)) is not { } key)
        {
            return null;
        }

        try
        {
            return key.Open(value[8..], Encoding.UTF8.GetBytes("lake/" + id));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
