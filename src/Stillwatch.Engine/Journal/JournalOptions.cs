namespace Stillwatch.Engine.Journal;

/// <summary>How the journal is kept.</summary>
/// <param name="Folder">Where its segments lie.</param>
public sealed record JournalOptions(string Folder)
{
    /// <summary>What is promised before the end of an answer is released. Default <see cref="Durability.ProcessSafe"/>.</summary>
    public Durability Durability { get; init; }

    /// <summary>Bytes of a segment. Default 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of the ring that frames are written to before they are in their segment. Default 8 MiB.</summary>
    public long StagingBytes { get; init; } = 8L << 20;

    /// <summary>Milliseconds between syncs where nobody waits for one. Default 50.</summary>
    public int SyncMilliseconds { get; init; } = 50;

    /// <summary>Bytes that are kept in memory while the disk takes nothing. Default 256 MiB.</summary>
    public long SpillBytes { get; init; } = 256L << 20;

    /// <summary>A second folder, best on another disk, for segments that the first does not take; null for none.</summary>
    public string? SpillFolder { get; init; }
}
