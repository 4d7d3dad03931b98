using Stillwatch.Campaigns.Subjects;
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
)
{
    /// <summary>Has <paramref name="watch"/> see all of it.</summary>
    /// <param name="watch">A watch that has seen nothing.</param>
    /// <returns>The same watch.</returns>
    public Watch Watch(Watch watch)
    {
        foreach (var facts in Facts)
        {
            watch.Add(facts);
        }

        foreach (var exchange in Exchanges)
        {
            watch.Observe(exchange.Account, exchange.Features);
        }

        watch.CloseTick();
        return watch;
    }
}
