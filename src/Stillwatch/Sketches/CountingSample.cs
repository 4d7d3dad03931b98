using System.Runtime.CompilerServices;

namespace Stillwatch.Sketches;

/// <summary>
/// The bottom-k sample of distinct fingerprints, each with the number of times it came: a uniform sample of the distinct values, however
/// often each came. 200 bytes. Exact while no more than <see cref="Capacity"/> distinct values came.
/// </summary>
/// <remarks>
/// Why counts stay exact: a value that is among the k smallest of the union is among the k smallest of every part, from its first
/// coming on, so no part ever dropped it. Merging is therefore commutative and associative to the last bit
/// (bottom-k sketches: Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007, section 2).
/// </remarks>
public struct CountingSample
{
    /// <summary>k, the number of distinct values kept.</summary>
    public const int Capacity = 32;

    private Ranks _ranks;      // ascending; the first _held are in use
    private Counts _counts;
    private uint _held;
    private uint _full;        // 1 once a value was turned away: from then on the sample is a sample

    [InlineArray(Capacity)]
    private struct Ranks { private uint _first; }

    [InlineArray(Capacity)]
    private struct Counts { private ushort _first; }

    /// <summary>How many distinct values are held, 0 to <see cref="Capacity"/>.</summary>
    public readonly int Held => (int)_held;

    /// <summary>Whether every distinct value that came is held, with its exact count.</summary>
    public readonly bool Exact => _full == 0;

    /// <summary>Counts one coming of <paramref name="fingerprint"/>.</summary>
    public void Add(ulong fingerprint) => Add((uint)(KeyedHash.Mix(fingerprint) >> 32), 1);

    /// <summary>Adds what <paramref name="other"/> saw.</summary>
    public void Merge(in CountingSample other)
    {
        for (var i = 0; i < other._held; i++)
        {
            Add(other._ranks[i], other._counts[i]);
        }

        _full |= other._full;
    }

    /// <summary>The rank and count of the held value number <paramref name="i"/>, 0 to <see cref="Held"/> - 1, ascending by rank.</summary>
    public readonly (uint Rank, int Count) At(int i) => (_ranks[i], _counts[i]);

    /// <summary>The rank under which a fingerprint would be held: what <see cref="At"/> answers with.</summary>
    public static uint RankOf(ulong fingerprint) => (uint)(KeyedHash.Mix(fingerprint) >> 32);

    /// <summary>How often a value came on average, at least 1; 1 for an empty sample.</summary>
    public readonly double MeanCount()
    {
        var sum = 0L;
        for (var i = 0; i < _held; i++)
        {
            sum += _counts[i];
        }

        return _held == 0 ? 1 : (double)sum / _held;
    }

    /// <summary>How many distinct values came, given that <paramref name="total"/> came in all: exact when <see cref="Exact"/>.</summary>
    public readonly double Distinct(long total) => Exact ? _held : Math.Max(_held, total / MeanCount());

    private void Add(uint rank, ushort count)
    {
        var at = Search(rank);
        if (at < _held && _ranks[at] == rank)
        {
            _counts[at] = (ushort)Math.Min(ushort.MaxValue, _counts[at] + count);
            return;
        }

        if (_held == Capacity)
        {
            _full = 1;
            if (at == Capacity)
            {
                return;
            }
        }
        else
        {
            _held++;
        }

        for (var i = (int)_held - 1; i > at; i--)
        {
            _ranks[i] = _ranks[i - 1];
            _counts[i] = _counts[i - 1];
        }

        _ranks[at] = rank;
        _counts[at] = count;
    }

    private readonly int Search(uint rank)
    {
        if (_held == Capacity && rank > _ranks[Capacity - 1])
        {
            return Capacity;
        }

        int low = 0, high = (int)_held;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (_ranks[middle] < rank)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
