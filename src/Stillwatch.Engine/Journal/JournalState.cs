namespace Stillwatch.Engine.Journal;

/// <summary>What the journal says of itself, for metrics and readiness.</summary>
/// <param name="Written">Exchanges that were written to their end.</param>
/// <param name="Lost">Exchanges that could not be.</param>
/// <param name="Bytes">Bytes given out.</param>
/// <param name="Syncs">Syncs that were made.</param>
/// <param name="SyncErrors">Syncs that failed.</param>
/// <param name="Spilled">Bytes that are in memory because the disk took nothing.</param>
/// <param name="Fault">What is wrong now; null where nothing is.</param>
/// <param name="CannotWrite">Whether exchanges are not kept on any disk now.</param>
public sealed record JournalState(
    long Written,
    long Lost,
    long Bytes,
    long Syncs,
    long SyncErrors,
    long Spilled,
    string? Fault,
    bool CannotWrite
);
