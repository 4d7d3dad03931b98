using System.Numerics;
using System.Runtime.CompilerServices;

namespace Stillwatch.Sketches;

/// <summary>
/// The bottom-k sample of distinct values, each with up to sixteen different things that it came with: a uniform sample of the distinct
/// values, however often each came. 128 bytes. Exact while no more than <see cref="Capacity"/> distinct values came.
/// </summary>
/// <remarks>
/// Why it stays exact: a value among the k smallest of the union is among the k smallest of every part, from its first coming on, so no
/// part ever dropped it. Merging is therefore commutative and associative to the last bit (bottom-k sketches: Cohen and Kaplan,
/// "Summarizing data using bottom-k sketches", PODC 2007, section 2).
/// </remarks>
public struct SampleOfValues
{
    /// <summary>k, the number of distinct values kept.</summary>
    public const int Capacity = 12;

    private Values _values; // ascending; the first _held are in use
    private Witnesses _witnesses; // a bit for each sixteenth of the things that a value came with
    private ulong _held;

    [InlineArray(Capacity)]
    private struct Values
    {
        private ulong _first;
    }

    [InlineArray(Capacity)]
    private struct Witnesses
    {
        private ushort _first;
    }

    /// <summary>Takes <paramref name="value"/>, which came with <paramref name="witness"/>.</summary>
    public void Add(ulong value, ulong witness) => Take(KeyedHash.Mix(value), (ushort)(1 << (int)(KeyedHash.Mix(witness) >> 60)));

    /// <summary>Adds what <paramref name="other"/> saw.</summary>
    public void Merge(in SampleOfValues other)
    {
        for (var i = 0; i < (int)other._held; i++)
        {
            Take(other._values[i], other._witnesses[i]);
        }
    }

    /// <summary>
    /// Writes the held values that came with at least <paramref name="atLeast"/> different things, mixed as <see cref="KeyedHash.Mix"/>
    /// does.
    /// </summary>
    /// <returns>How many were written, at most the length of <paramref name="into"/>.</returns>
    public readonly int CopyTo(Span<ulong> into, int atLeast)
    {
        var written = 0;
        for (var i = 0; i < (int)_held && written < into.Length; i++)
        {
            if (BitOperations.PopCount(_witnesses[i]) >= atLeast)
            {
                into[written++] = _values[i];
            }
        }

        return written;
    }

    private void Take(ulong mixed, ushort witnesses)
    {
        var held = (int)_held;
        var at = held;
        while (at > 0 && _values[at - 1] >= mixed)
        {
            at--;
        }

        if (at < held && _values[at] == mixed)
        {
            _witnesses[at] |= witnesses;
            return;
        }

        if (at == Capacity)
        {
            return;
        }

        held = Math.Min(Capacity, held + 1);
        for (var i = held - 1; i > at; i--)
        {
            _values[i] = _values[i - 1];
            _witnesses[i] = _witnesses[i - 1];
        }

        _values[at] = mixed;
        _witnesses[at] = witnesses;
        _held = (ulong)held;
    }
}
