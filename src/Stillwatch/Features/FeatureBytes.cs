using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>
/// Features as bytes, for the record: a version (3), two zeros, a check of the key of fingerprints (4), the features (160), all little
/// endian. Whoever has another version or another key takes them again from the exchange itself.
/// </summary>
internal static class FeatureBytes
{
    /// <summary>
    /// The version of what features mean: raised whenever the same exchange would give others. A test of golden bytes says when.
    /// </summary>
    public const ushort Version = 3;

    private const int Header = 8;

    /// <summary>How many bytes they are.</summary>
    public static int Size => Header + Unsafe.SizeOf<ExchangeFeatures>();

    /// <summary>Writes <paramref name="features"/>.</summary>
    /// <param name="features">The features.</param>
    /// <param name="key">The key of their fingerprints.</param>
    /// <param name="to"><see cref="Size"/> bytes.</param>
    public static void Write(in ExchangeFeatures features, KeyedHash key, Span<byte> to)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Check(key));
        MemoryMarshal.Write(to[Header..], in features);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>False where it is of another version, another key or another length.</returns>
    public static bool TryRead(ReadOnlySpan<byte> from, KeyedHash key, out ExchangeFeatures features)
    {
        features = default;
        if (
            from.Length != Size
            || BinaryPrimitives.ReadUInt16LittleEndian(from) != Version
            || BinaryPrimitives.ReadUInt32LittleEndian(from[4..]) != Check(key)
        )
        {
            return false;
        }

        features = MemoryMarshal.Read<ExchangeFeatures>(from[Header..]);
        return true;
    }

    private static uint Check(KeyedHash key) => (uint)(key.Of("stillwatch features"u8) >> 32);
}
