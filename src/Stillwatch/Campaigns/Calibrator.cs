using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns;

/// <summary>Makes a calibration of honest accounts' exchanges: the same watch over them, weighing nothing, and what it read at its highest.</summary>
/// <param name="seed">The seed of the random groups; recorded in the provenance by the caller.</param>
public sealed class Calibrator(ulong seed)
{
    /// <summary>Honest populations drawn for the group calibration.</summary>
    public const int Populations = 100;

    private const int MostAccountsInPopulation = 2_000;   // what one search looks at; more would only take longer
    private const int LargestGroup = 50;
    private const double Nothing = -1000;   // under every statistic: an account that was never read

    /// <summary>Calibrates on <paramref name="exchanges"/> of honest accounts, in order of time.</summary>
    /// <param name="provenance">What they are, for people.</param>
    /// <param name="facts">The accounts, by number.</param>
    /// <param name="exchanges">Their exchanges, enumerable again and again.</param>
    /// <param name="honestList">Whether they are known to be honest.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    public Calibration Calibrate(string provenance, IReadOnlyList<AccountFacts> facts, IReadOnlyList<AccountExchange> exchanges, bool honestList, IProgress<double>? progress = null)
    {
        var watch = Run(facts, exchanges, null, Calibration.None);
        var linkBits = LinkBits(facts, exchanges);
        progress?.Report(1.0 / (Populations + 2));

        var byAccount = Detector.All.Select((detector, i) => (detector.Id, Null: NullDistribution.Of([.. watch.Accounts.Select(account => Finite(account.Highest[i]))]))).ToDictionary(d => d.Id, d => d.Null);
        var best = Detector.All.Select(_ => new double[Populations]).ToArray();
        var bestOfAccounts = Detector.All.Select(_ => new double[Populations]).ToArray();

        var groupsDrawn = 0L;
        for (var population = 0; population < Populations; population++)
        {
            var groups = DrawGroups(facts.Count, new Random(unchecked((int)Sketches.KeyedHash.Mix(seed + (ulong)population))));
            var grouped = Run(facts, exchanges, number => groups[number], Calibration.None with { ByAccount = byAccount });
            groupsDrawn += grouped.Candidates.Count();
            for (var detector = 0; detector < best.Length; detector++)
            {
                best[detector][population] = grouped.Candidates.Select(group => Finite(group.Highest[detector])).Append(Nothing).Max();
                bestOfAccounts[detector][population] = grouped.Candidates.Select(group => Finite(group.HighestOfAccounts[detector])).Append(Nothing).Max();
            }

            progress?.Report((population + 2.0) / (Populations + 2));
        }

        // The populations are drawn from one set of accounts and know only its extremes; their best groups' tails are no thinner than the accounts' own.
        Dictionary<DetectorId, NullDistribution> Of(double[][] highest) =>
            Detector.All.Select((detector, i) => (detector.Id, Null: NullDistribution.Of(highest[i], byAccount[detector.Id].Tail.Shape))).ToDictionary(d => d.Id, d => d.Null);

        return new Calibration(provenance, facts.Count, Days(exchanges), honestList, byAccount, Of(best), Of(bestOfAccounts), Math.Max(1, (double)groupsDrawn / Populations), NullDistribution.Of(BestTies(facts, exchanges, linkBits)), linkBits);
    }

    private static double Finite(double highest) => double.IsFinite(highest) ? highest : Nothing;

    private static double Days(IReadOnlyList<AccountExchange> exchanges) =>
        exchanges.Count == 0 ? 0 : Math.Round((exchanges[^1].Features.At.Micros - exchanges[0].Features.At.Micros) / (double)EventTime.Day, 2);

    /// <summary>−log₂ of the share of honest pairs that each link ties, each link alone; one pair is added to both counts.</summary>
    private static Dictionary<string, double> LinkBits(IReadOnlyList<AccountFacts> facts, IReadOnlyList<AccountExchange> exchanges)
    {
        const double countsAlways = 1000;   // bits: so many that no value is too common to be counted
        var pairs = facts.Count * (facts.Count - 1L) / 2;
        var bits = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var link in Link.All.Select(link => link.Id.ToString()))
        {
            var alone = Calibration.None with { LinkBits = new Dictionary<string, double>(StringComparer.Ordinal) { [link] = countsAlways } };
            bits[link] = Math.Round(Math.Log2((pairs + 1.0) / (Run(facts, exchanges, null, alone).Ties.LongCount() + 1)), 3);
        }

        return bits;
    }

    private static double[] BestTies(IReadOnlyList<AccountFacts> facts, IReadOnlyList<AccountExchange> exchanges, IReadOnlyDictionary<string, double> linkBits)
    {
        var watch = Run(facts, exchanges, null, Calibration.None with { LinkBits = linkBits });
        return [.. watch.Accounts.Select(account => account.BestTie)];
    }

    private static Watch Run(IReadOnlyList<AccountFacts> facts, IReadOnlyList<AccountExchange> exchanges, Func<int, int>? groups, Calibration calibration)
    {
        var watch = new Watch(calibration, WatchRules.Default with { FalseTies = 0 }) { ForcedGroups = groups };
        foreach (var fact in facts)
        {
            watch.Add(fact);
        }

        foreach (var exchange in exchanges)
        {
            watch.Observe(exchange.Account, exchange.Features);
        }

        watch.CloseTick();
        return watch;
    }

    /// <summary>Splits the accounts into groups of two to fifty, smaller ones more often; accounts beyond the limit stay alone.</summary>
    private static int[] DrawGroups(int accounts, Random random)
    {
        var order = Enumerable.Range(0, accounts).ToArray();
        random.Shuffle(order);
        var groups = new int[accounts];
        Array.Fill(groups, -1);
        var most = Math.Min(accounts, MostAccountsInPopulation);
        for (int at = 0, group = 0; at < most; group++)
        {
            var size = (int)Math.Exp(random.NextDouble() * Math.Log(LargestGroup / 2.0)) * 2;   // log-uniform
            for (var i = 0; i < size && at < most; i++)
            {
                groups[order[at++]] = group;
            }
        }

        return groups;
    }
}
