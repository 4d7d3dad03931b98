namespace Stillwatch.Corpora;

/// <summary>An item of a corpus that a prompt contains, in four bytes; 0 where it contains none.</summary>
/// <param name="Value">The corpus's number (1 to 255) in the highest eight bits, the item's in the others.</param>
public readonly record struct KnownItem(uint Value)
{
    /// <summary>The most items that a corpus can have.</summary>
    public const int MostItems = 1_000_000;

    /// <summary>An item of a corpus.</summary>
    public KnownItem(byte corpus, int item)
        : this((uint)corpus << 24 | (uint)item) { }

    /// <summary>Whether there is one.</summary>
    public bool IsNone => Value == 0;

    /// <summary>The number of its corpus; 0 where there is none.</summary>
    public byte Corpus => (byte)(Value >> 24);

    /// <summary>Its number within it, 0 and up; items that are followed come first, in the order of the file.</summary>
    public int Item => (int)(Value & 0xFFFFFF);
}
