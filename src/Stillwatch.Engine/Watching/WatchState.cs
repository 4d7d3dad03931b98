namespace Stillwatch.Engine.Watching;

/// <summary>How the live watch is.</summary>
/// <param name="Running">Whether its thread runs and is not switched off.</param>
/// <param name="Exchanges">Exchanges that it took.</param>
/// <param name="Rejected">Records that it could not read; they are on record all the same.</param>
/// <param name="Accounts">Accounts that it knows.</param>
/// <param name="Flagged">Accounts that are before an analyst.</param>
/// <param name="LagSeconds">For how long it has not been at the journal's end; 0 where it is.</param>
/// <param name="Position">How far it has read the journal.</param>
/// <param name="Last">The time of the last exchange that it took, RFC 3339; null before the first.</param>
/// <param name="Fault">What broke it; null where nothing did.</param>
public sealed record WatchState(
    bool Running,
    long Exchanges,
    long Rejected,
    int Accounts,
    int Flagged,
    double LagSeconds,
    long Position,
    string? Last,
    string? Fault
);
