using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;

namespace Stillwatch.Reports.Calibrations;

/// <summary>
/// A population that nobody vouched for, without the campaigns that the built-in calibration flags in it. What is left out is told; what
/// is too small or too well hidden to be flagged stays in.
/// </summary>
/// <param name="Population">The others.</param>
/// <param name="LeftOut">How many accounts were left out.</param>
/// <param name="Campaigns">In how many campaigns.</param>
internal sealed record TrimmedPopulation(HonestPopulation Population, int LeftOut, int Campaigns)
{
    /// <summary>Leaves out of <paramref name="population"/> the campaigns that the built-in calibration flags in it.</summary>
    public static TrimmedPopulation Of(HonestPopulation population, CorpusIndex corpora)
    {
        var watch = population.Watch(new Watch(CalibrationFile.Load(null), WatchRules.Default, corpora: corpora));
        var numbers = new int[population.Facts.Count];
        List<AccountFacts> kept = [];
        for (var account = 0; account < numbers.Length; account++)
        {
            var flagged = watch.Accounts[account].FlaggedAt != null;
            numbers[account] = flagged ? -1 : kept.Count;
            if (!flagged)
            {
                kept.Add(population.Facts[account]);
            }
        }

        var (leftOut, campaigns) = (population.Facts.Count - kept.Count, watch.Flagged.Count());
        return leftOut == 0
            ? new(population, 0, 0)
            : new(
                population with
                {
                    Provenance =
                        $"{population.Provenance}, without {leftOut:N0} accounts in {Count.Of(campaigns, "campaign")} that the "
                        + "built-in calibration flags",
                    Facts = kept,
                    Exchanges =
                    [
                        .. population
                            .Exchanges.Where(exchange => numbers[exchange.Account] >= 0)
                            .Select(exchange => exchange with { Account = numbers[exchange.Account] }),
                    ],
                },
                leftOut,
                campaigns
            );
    }
}
