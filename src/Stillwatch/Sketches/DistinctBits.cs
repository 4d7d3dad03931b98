using System.Numerics;
using System.Runtime.CompilerServices;

namespace Stillwatch.Sketches;

/// <summary>
/// Counts distinct fingerprints in 256 bytes by linear counting (Whang, Vander-Zanden and Taylor, TODS 1990): each value sets one of 2,048
/// bits, and the share of bits still clear tells how many there were. The error is under 2 % up to 2,000 values and about 5 % at 10,000;
/// from 15,000 on it is full. Merges by "or": order-free to the last bit.
/// </summary>
public struct DistinctBits
{
    private const int Bits = 2048;
    private const int Words = Bits / 64;

    private Set _set;

    [InlineArray(Words)]
    private struct Set
    {
        private ulong _first;
    }

    /// <summary>The most that can be told apart.</summary>
    public static double Most { get; } = Bits * Math.Log(Bits);

    /// <summary>Takes <paramref name="fingerprint"/>.</summary>
    public void Add(ulong fingerprint)
    {
        var at = (int)(KeyedHash.Mix(fingerprint) >> 53);
        _set[at >> 6] |= 1UL << (at & 63);
    }

    /// <summary>Adds what <paramref name="other"/> saw.</summary>
    public void Merge(in DistinctBits other)
    {
        for (var i = 0; i < Words; i++)
        {
            _set[i] |= other._set[i];
        }
    }

    /// <summary>How many distinct values there were.</summary>
    public readonly double Estimate()
    {
        var set = 0;
        for (var i = 0; i < Words; i++)
        {
            set += BitOperations.PopCount(_set[i]);
        }

        return set == Bits ? Most : -Bits * Math.Log(1 - (double)set / Bits);
    }
}
