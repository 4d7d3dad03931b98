using Stillwatch.Exchanges;

namespace Stillwatch.Logs;

/// <summary>What a log held.</summary>
/// <param name="Names">The accounts' names, by number.</param>
/// <param name="Numbers">The accounts' numbers, by the fingerprint of the name.</param>
/// <param name="Exchanges">How many exchanges.</param>
/// <param name="First">The earliest exchange.</param>
/// <param name="Last">The latest.</param>
internal sealed record LogSummary(
    IReadOnlyList<string> Names,
    IReadOnlyDictionary<UInt128, int> Numbers,
    long Exchanges,
    EventTime First,
    EventTime Last
);
