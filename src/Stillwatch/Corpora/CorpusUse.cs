using System.Numerics;
using Stillwatch.Sketches;

namespace Stillwatch.Corpora;

/// <summary>What one account asked of one corpus. About 1 KB; an account that asks nothing of any has none.</summary>
public sealed class CorpusUse
{
    private const int Words = Corpora.Corpus.MostTracked / 64;
    private const int MostModels = 8;

    /// <summary>About how many bytes it holds.</summary>
    public const int Bytes = Words * 8 + 100;

    private readonly ulong[] _items = new ulong[Words];
    private ulong[] _models = [];

    /// <summary>Of none yet.</summary>
    /// <param name="corpus">The corpus's number.</param>
    public CorpusUse(byte corpus) => Corpus = corpus;

    /// <summary>The corpus's number.</summary>
    public byte Corpus { get; }

    /// <summary>How many of its answered exchanges asked an item.</summary>
    public long Exchanges { get; private set; }

    /// <summary>How many of those asked hardly anything but the item.</summary>
    public long Prompts { get; private set; }

    /// <summary>Which of the tracked items it asked, a bit each.</summary>
    public ReadOnlySpan<ulong> Items => _items;

    /// <summary>How many of the tracked items it asked.</summary>
    public int Asked { get; private set; }

    /// <summary>How many models it asked, at most eight.</summary>
    public int Models => _models.Length;

    /// <summary>Takes an answered exchange that asked <paramref name="item"/>.</summary>
    /// <param name="item">The item.</param>
    /// <param name="model">The fingerprint of the model.</param>
    /// <param name="isPrompt">Whether it asked hardly anything else.</param>
    public void Observe(KnownItem item, ulong model, bool isPrompt)
    {
        Exchanges++;
        Prompts += isPrompt ? 1 : 0;
        if (item.Item < Corpora.Corpus.MostTracked && (_items[item.Item >> 6] & 1UL << (item.Item & 63)) == 0)
        {
            _items[item.Item >> 6] |= 1UL << (item.Item & 63);
            Asked++;
        }

        var at = ~Array.BinarySearch(_models, model);
        if (at >= 0 && _models.Length < MostModels)
        {
            _models = [.. _models[..at], model, .. _models[at..]];
        }
    }

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    internal void Save(BinaryWriter writer)
    {
        writer.Write(Corpus);
        writer.Write(Exchanges);
        writer.Write(Prompts);
        writer.PutAll<ulong>(_items);
        writer.PutAll<ulong>(_models);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    internal static CorpusUse Load(BinaryReader reader)
    {
        var use = new CorpusUse(reader.ReadByte()) { Exchanges = reader.ReadInt64(), Prompts = reader.ReadInt64() };
        var items = reader.GetAll<ulong>();
        if (items.Length != Words)
        {
            throw new InvalidDataException($"{items.Length} words of items; {Words} are wanted");
        }

        items.CopyTo(use._items, 0);
        use._models = reader.GetAll<ulong>();
        use.Asked = items.Sum(BitOperations.PopCount);
        return use;
    }
}
