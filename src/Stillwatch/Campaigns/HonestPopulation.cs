using Stillwatch.Exchanges;

namespace Stillwatch.Campaigns;

/// <summary>Honest accounts and what they asked: what a calibration is made of.</summary>
/// <param name="Provenance">What they are, for people.</param>
/// <param name="Facts">The accounts, by number.</param>
/// <param name="Exchanges">Their exchanges in order of time, enumerable again and again.</param>
/// <param name="HonestList">Whether they are known to be honest.</param>
public sealed record HonestPopulation(
    string Provenance,
    IReadOnlyList<AccountFacts> Facts,
    IReadOnlyList<AccountExchange> Exchanges,
    bool HonestList
);
