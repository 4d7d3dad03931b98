using System.IO.Hashing;

namespace Stillwatch.Sketches;

/// <summary>
/// Fingerprints of text and identifiers under a key. Equal input gives an equal fingerprint under one key and an unrelated one under
/// another, so that what is kept tells nothing to somebody who can only guess at words without the key.
/// </summary>
/// <param name="Seed">The key, 64 bits. <c>scan</c> uses <see cref="ForScan"/>; a live deployment uses its own.</param>
/// <remarks>
/// XXH3 is fast and well mixed but no message authentication code: somebody who holds many fingerprints <i>and</i> chose the texts behind
/// them may learn the key. See docs/decisions/0003-fingerprints.md. Thread-safe: the value is immutable.
/// </remarks>
public readonly record struct KeyedHash(ulong Seed)
{
    /// <summary>The fixed key of offline scans, so that two scans of one log agree.</summary>
    public static KeyedHash ForScan => new(0x5354_494C_4C57_4154);

    /// <summary>The fingerprint of <paramref name="bytes"/>; never 0, which means "absent".</summary>
    public ulong Of(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes, unchecked((long)Seed)) | 1;

    /// <summary>The 128-bit fingerprint, for names that must not collide: ids and accounts.</summary>
    public UInt128 WideOf(ReadOnlySpan<byte> bytes) => XxHash128.HashToUInt128(bytes, unchecked((long)Seed));

    /// <summary>Folds <paramref name="next"/> into <paramref name="hash"/>, in order.</summary>
    public static ulong Fold(ulong hash, ulong next) => Mix(hash * 0x9E3779B97F4A7C15 + next);

    /// <summary>SplitMix64's finaliser: a bijection in which every input bit reaches every output bit.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
