using System.Numerics;
using Stillwatch.Sketches;

namespace Stillwatch.Corpora;

/// <summary>Tells which item of which corpus a prompt contains. Immutable once made, hence safe for use from many threads.</summary>
public sealed class CorpusIndex
{
    /// <summary>The most runs of all corpora together.</summary>
    public const int MostRuns = 1 << 27;

    private const int MostCandidates = 16;
    private const double MostBeside = 0.25; // of a prompt's words, beside the item, for the item to be the prompt

    private readonly CorpusEntry[] _slots; // open addressing, linear probing; the run is 0 where a slot is free
    private readonly int _shift;
    private readonly Dictionary<byte, Corpus> _corpora;

    /// <summary>Makes one of <paramref name="corpora"/>.</summary>
    /// <exception cref="ArgumentException">Two have one number, or they have more than <see cref="MostRuns"/>.</exception>
    public CorpusIndex(IReadOnlyList<Corpus> corpora)
    {
        _corpora = corpora.ToDictionary(corpus => corpus.Number);
        var entries = corpora.Sum(corpus => (long)corpus.Entries.Length);
        if (entries > MostRuns)
        {
            throw new ArgumentException($"{entries:N0} runs of words; {MostRuns:N0} are the most", nameof(corpora));
        }

        var bits = Math.Max(4, BitOperations.Log2((ulong)Math.Max(1, entries)) + 2);
        _slots = new CorpusEntry[1 << bits];
        _shift = 64 - bits;
        foreach (var corpus in corpora)
        {
            foreach (ref readonly var entry in corpus.Entries)
            {
                var at = (int)(entry.Run >> _shift);
                while (_slots[at].Run != 0)
                {
                    at = (at + 1) & (_slots.Length - 1);
                }

                _slots[at] = entry;
            }
        }
    }

    /// <summary>No corpus at all.</summary>
    public static CorpusIndex None { get; } = new([]);

    /// <summary>The corpora.</summary>
    public IReadOnlyCollection<Corpus> Corpora => _corpora.Values;

    /// <summary>The corpus of a number; null where it is not there any more.</summary>
    public Corpus? Of(byte number) => _corpora.GetValueOrDefault(number);

    /// <summary>
    /// The item that a prompt contains: one of which half of the kept runs stand in it, both where it has two. Of several the one that ends
    /// last, since examples stand before the question.
    /// </summary>
    /// <param name="words">The hashes of the prompt's words under <see cref="KeyedHash.ForScan"/>.</param>
    public KnownItem Find(ReadOnlySpan<ulong> words) => Find(words, out _);

    /// <inheritdoc cref="Find(ReadOnlySpan{ulong})"/>
    /// <param name="words">The hashes of the prompt's words under <see cref="KeyedHash.ForScan"/>.</param>
    /// <param name="isPrompt">Whether the prompt is hardly more than the item: at most a quarter of its words are others.</param>
    public KnownItem Find(ReadOnlySpan<ulong> words, out bool isPrompt)
    {
        Span<Candidate> candidates = stackalloc Candidate[MostCandidates];
        var count = 0;
        for (var i = 0; i + Corpus.Run <= words.Length; i++)
        {
            var run = Corpus.RunOf(words.Slice(i, Corpus.Run));
            for (var at = (int)(run >> _shift); _slots[at].Run != 0; at = (at + 1) & (_slots.Length - 1))
            {
                if (_slots[at].Run == run)
                {
                    Count(candidates, ref count, _slots[at], i);
                }
            }
        }

        KnownItem found = default;
        var (last, length) = (-1, 0);
        foreach (ref readonly var candidate in candidates[..count])
        {
            var seen = BitOperations.PopCount(candidate.Seen);
            if (seen * 2 >= candidate.Places && (seen > 1 || candidate.Places == 1) && candidate.Last > last)
            {
                (found, last, length) = (candidate.Item, candidate.Last, candidate.Words);
            }
        }

        isPrompt = !found.IsNone && words.Length * (1 - MostBeside) <= length;
        return found;
    }

    private static void Count(Span<Candidate> candidates, ref int count, in CorpusEntry entry, int at)
    {
        for (var i = 0; i < count; i++)
        {
            if (candidates[i].Item == entry.Item)
            {
                candidates[i] = candidates[i] with { Seen = candidates[i].Seen | 1u << entry.Place, Last = at };
                return;
            }
        }

        // Where there are more than can be followed the one that ended first makes room: the question stands last.
        var slot = count;
        if (count == candidates.Length)
        {
            slot = 0;
            for (var i = 1; i < count; i++)
            {
                slot = candidates[i].Last < candidates[slot].Last ? i : slot;
            }
        }
        else
        {
            count++;
        }

        candidates[slot] = new(entry.Item, 1u << entry.Place, entry.Places, entry.Words, at);
    }

    private readonly record struct Candidate(KnownItem Item, uint Seen, byte Places, ushort Words, int Last);
}
