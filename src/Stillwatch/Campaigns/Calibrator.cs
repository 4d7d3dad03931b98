using Stillwatch.Campaigns.Similarity;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns;

/// <summary>
/// Makes a calibration of honest accounts' exchanges: the same watch over them, and what it read at its highest.
/// </summary>
/// <param name="levels">What independent honest populations come to: the scale by which groups are read.</param>
/// <param name="seed">Which accounts are taken where there are too many; recorded in the provenance by the caller.</param>
public sealed class Calibrator(HonestLevels levels, ulong seed)
{
    private const double Nothing = -1000; // under every statistic: an account that was never read

    private const int LeastStratum = 50; // verified accounts fewer than this are held against all

    /// <summary>
    /// Calibrates on honest populations that are not mixed: what is weighed must be rare in each of them. The flow: 1. how high accounts
    /// come, 2. what ties them by accident, 3. how high the groups come that the search finds, 4. the worst of all.
    /// </summary>
    /// <param name="populations">The populations, at least one.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    public Calibration Calibrate(IReadOnlyList<HonestPopulation> populations, IProgress<double>? progress = null)
    {
        var none = Calibration.None with { Levels = levels };
        var watches = populations.Select(population => Watch(population, none)).ToList(); // 1
        var (byAccount, byVerified) = (
            Worst(watches.Select(watch => ByAccount(watch, verified: false))),
            Worst(watches.Select(watch => ByAccount(watch, verified: true)))
        );
        List<Calibration> parts = [];
        foreach (var population in populations)
        {
            progress?.Report((double)parts.Count / populations.Count);
            var part = none with
            {
                Provenance = population.Provenance,
                Accounts = population.Facts.Count,
                Days = Days(population.Exchanges),
                HonestList = population.HonestList,
                ByAccount = byAccount,
                ByVerifiedAccount = byVerified,
                LinkBits = LinkBits(population), // 2
                LinkGrades = LinkGrades.Of(population.Facts, population.Exchanges, seed),
            };
            var watch = new Watch(part, WatchRules.Default);
            var seen = watch.SeeGroups();
            population.Watch(watch);
            parts.Add(
                part with
                {
                    Bars = new(-watch.Sources.Lowest, seen[GroupKind.Many], seen[GroupKind.Few], seen[GroupKind.Own]), // 3
                    Leads = [VolumeRanks.Of(watch.Accounts.Select(account => (account.Take.Exchanges, account.Belief.Total)))],
                }
            );
        }

        progress?.Report(1);
        return none with // 4
        {
            Provenance = string.Join("; beside ", parts.Select(part => part.Provenance)),
            Accounts = parts.Min(part => part.Accounts),
            Days = parts.Min(part => part.Days),
            HonestList = parts.TrueForAll(part => part.HonestList),
            ByAccount = byAccount,
            ByVerifiedAccount = byVerified,
            LinkBits = parts[0]
                .LinkBits.Keys.ToDictionary(link => link, link => parts.Min(part => part.LinkBits[link]), StringComparer.Ordinal),
            LinkGrades = parts[0]
                .LinkGrades.Keys.ToDictionary(
                    link => link,
                    link => new LinkGrade(
                        NullDistribution.Worst([.. parts.Select(part => part.LinkGrades[link].OfAccounts)]),
                        NullDistribution.Worst([.. parts.Select(part => part.LinkGrades[link].OfSets)])
                    ),
                    StringComparer.Ordinal
                ),
            Leads = [.. parts.SelectMany(part => part.Leads)],
            Bars = parts.Select(part => part.Bars).Aggregate((one, other) => one.Over(other)),
        };
    }

    private static Dictionary<DetectorId, NullDistribution> ByAccount(Watch watch, bool verified)
    {
        var stratum = watch.Accounts.Where(account => account.Facts.Verified == verified).ToList();
        var accounts = stratum.Count >= LeastStratum ? stratum : watch.Accounts;
        return Detector
            .All.Select(
                (detector, i) => (detector.Id, Null: NullDistribution.Of([.. accounts.Select(account => Finite(account.Highest[i]))]))
            )
            .ToDictionary(d => d.Id, d => d.Null);
    }

    private static Dictionary<DetectorId, NullDistribution> Worst(IEnumerable<IReadOnlyDictionary<DetectorId, NullDistribution>> parts)
    {
        var all = parts.ToList();
        return all[0].Keys.ToDictionary(id => id, id => NullDistribution.Worst([.. all.Select(part => part[id])]));
    }

    private static double Finite(double highest) => double.IsFinite(highest) ? highest : Nothing;

    private static double Days(IReadOnlyList<AccountExchange> exchanges) =>
        exchanges.Count == 0
            ? 0
            : Math.Round((exchanges[^1].Features.At.Micros - exchanges[0].Features.At.Micros) / (double)EventTime.Day, 2);

    /// <summary>−log₂ of the share of honest pairs that each link ties, each link alone; one pair is added to both counts.</summary>
    private static Dictionary<string, double> LinkBits(HonestPopulation population)
    {
        const double countsAlways = 1000; // bits: so many that no value is too common to be counted
        var pairs = population.Facts.Count * (population.Facts.Count - 1L) / 2;
        var bits = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var link in Link.All.Where(link => !link.Graded).Select(link => link.Id.ToString()))
        {
            var alone = Calibration.None with
            {
                LinkBits = new Dictionary<string, double>(StringComparer.Ordinal) { [link] = countsAlways },
            };
            bits[link] = Math.Round(Math.Log2((pairs + 1.0) / (Watch(population, alone, falseTies: 0).TiedPairs + 1)), 3);
        }

        return bits;
    }

    private static Watch Watch(HonestPopulation population, Calibration calibration, double? falseTies = null) =>
        population.Watch(
            new Watch(calibration, falseTies == null ? WatchRules.Default : WatchRules.Default with { FalseTies = falseTies.Value })
        );
}
