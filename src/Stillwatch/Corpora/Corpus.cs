using Stillwatch.Sketches;

namespace Stillwatch.Corpora;

/// <summary>
/// A public benchmark or set of instructions, as fingerprints: of each item up to eight runs of five words that stand in few other items.
/// No text is kept. Immutable.
/// </summary>
/// <remarks>
/// Runs of words are told from an item alone, and not from what stands around it, so that an item is found within any template. Which of
/// its runs are kept is decided by their fingerprints (min-wise sampling, Broder 1997).
/// </remarks>
public sealed class Corpus
{
    /// <summary>Items whose sharing out among accounts is followed: the first so many.</summary>
    public const int MostTracked = 8192;

    /// <summary>So many followed items in a row are a block: in the file's order, so that a subject has blocks of its own.</summary>
    public const int Block = 16;

    /// <summary>Words in a run; an item with fewer is not told.</summary>
    public const int Run = 5;

    /// <summary>The longest name.</summary>
    public const int LongestName = 64;

    private const ulong Magic = 0x32305052_4F435753; // "SWCORP02"
    private const int MostRuns = 8;
    private const int MostSharing = 3; // items that have a run: what more have is a template

    private readonly CorpusEntry[] _entries;

    private Corpus(byte number, string name, CorpusKind kind, int items, CorpusEntry[] entries)
    {
        Number = number;
        Name = name;
        Kind = kind;
        Items = items;
        _entries = entries;
    }

    /// <summary>Its number, 1 to 255: never given again.</summary>
    public byte Number { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it is for.</summary>
    public CorpusKind Kind { get; }

    /// <summary>How many items it has that can be told.</summary>
    public int Items { get; }

    /// <summary>How many of them are followed.</summary>
    public int Tracked => Math.Min(Items, MostTracked);

    /// <summary>In words: <c>the benchmark mmlu</c>.</summary>
    public string Called => $"the {(Kind == CorpusKind.Benchmark ? "benchmark" : "seed set")} {Name}";

    internal ReadOnlySpan<CorpusEntry> Entries => _entries;

    /// <summary>Makes a corpus of its items' words.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="items">By item the hashes of its words under <see cref="KeyedHash.ForScan"/>; one that is there twice counts
    /// once.</param>
    /// <param name="notTold">How many items have too few words of their own to be told.</param>
    /// <exception cref="InvalidDataException">There are more than <see cref="KnownItem.MostItems"/>, or none can be told.</exception>
    public static Corpus Of(byte number, string name, CorpusKind kind, IEnumerable<ulong[]> items, out int notTold)
    {
        var different = new Dictionary<ulong, (int Place, ulong[] Words, ulong[] Runs)>();
        var having = new Dictionary<ulong, int>();
        notTold = 0;
        foreach (var words in items)
        {
            var runs = Runs(words);
            if (runs.Length == 0)
            {
                notTold++;
                continue;
            }

            if (different.TryAdd(words.Aggregate(KeyedHash.ForScan.Seed, KeyedHash.Fold), (different.Count, words, runs)))
            {
                foreach (var run in runs)
                {
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(having, run, out _)++;
                }
            }

            if (different.Count > KnownItem.MostItems)
            {
                throw new InvalidDataException($"more than {KnownItem.MostItems:N0} items; split it into several corpora");
            }
        }

        List<(ulong Hash, int Place, int Words, ulong[] Own)> told = [];
        foreach (var (hash, (place, words, runs)) in different)
        {
            ulong[] own = [.. runs.Where(run => having[run] <= MostSharing).Order().Take(MostRuns)];
            if (own.Length == 0)
            {
                notTold++;
            }
            else
            {
                told.Add((hash, place, words.Length, own));
            }
        }

        // Of more than are followed those with the lowest fingerprints are, in the order of the file: neighbours are of one subject.
        var numbered = told.OrderBy(item => item.Hash)
            .Take(MostTracked)
            .OrderBy(item => item.Place)
            .Concat(told.OrderBy(item => item.Hash).Skip(MostTracked))
            .ToList();
        List<CorpusEntry> entries = [];
        for (var item = 0; item < numbered.Count; item++)
        {
            var (_, _, words, own) = numbered[item];
            for (var place = 0; place < own.Length; place++)
            {
                entries.Add(new(own[place], new(number, item), (ushort)Math.Min(ushort.MaxValue, words), (byte)place, (byte)own.Length));
            }
        }

        var count = numbered.Count;
        return count == 0
            ? throw new InvalidDataException(
                $"none of its items has {Run} words in a row that at most {MostSharing} of them share: nothing can be told by it"
            )
            : new(number, name, kind, count, [.. entries]);
    }

    /// <summary>The fingerprint of five words, by their hashes.</summary>
    internal static ulong RunOf(ReadOnlySpan<ulong> words)
    {
        var run = 0UL;
        foreach (var word in words)
        {
            run = run * 0x9E3779B97F4A7C15 + word;
        }

        return KeyedHash.Mix(run);
    }

    private static ulong[] Runs(ReadOnlySpan<ulong> words)
    {
        HashSet<ulong> runs = [];
        for (var i = 0; i + Run <= words.Length; i++)
        {
            runs.Add(RunOf(words.Slice(i, Run)));
        }

        return [.. runs];
    }

    /// <summary>Writes it to <paramref name="stream"/>.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Number);
        writer.Write((byte)Kind);
        writer.Write(Name);
        writer.Write(Items);
        writer.PutAll<CorpusEntry>(_entries);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no corpus, or of another version.</exception>
    /// <exception cref="EndOfStreamException">It is cut off.</exception>
    public static Corpus Load(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt64() != Magic)
        {
            throw new InvalidDataException("it is no corpus, or one of another version of this program");
        }

        var (number, kind, name, items) = (reader.ReadByte(), (CorpusKind)reader.ReadByte(), reader.ReadString(), reader.ReadInt32());
        return number == 0 || !Enum.IsDefined(kind) || items is < 1 or > KnownItem.MostItems
            ? throw new InvalidDataException("it is no corpus")
            : new(number, name, kind, items, reader.GetAll<CorpusEntry>());
    }
}
