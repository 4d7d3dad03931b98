namespace Stillwatch.Engine.Journal;

/// <summary>What the journal promises before the client is given the end of its answer.</summary>
public enum Durability
{
    /// <summary>The record is with the kernel: it survives the death of the process, and is on the disk 50 ms later. The default.</summary>
    ProcessSafe,

    /// <summary>The record is on the disk (fdatasync, many exchanges at a time).</summary>
    Durable,

    /// <summary>Nothing is promised; what was lost is counted.</summary>
    BestEffort,
}
