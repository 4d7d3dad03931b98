using Stillwatch.Exchanges;
using Stillwatch.Population;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns;

/// <summary>
/// Makes a calibration of honest accounts' exchanges: the same watch over them, weighing nothing, and what it read at its highest.
/// </summary>
/// <param name="seed">The seed of the random groups; recorded in the provenance by the caller.</param>
public sealed class Calibrator(ulong seed)
{
    /// <summary>Honest populations drawn for the group calibration.</summary>
    public const int Populations = 100;

    private const int MostAccountsInPopulation = 2_000; // what one search looks at; more would only take longer
    private const int LargestGroup = 50;
    private const double Nothing = -1000; // under every statistic: an account that was never read

    private const int LeastStratum = 50; // verified accounts fewer than this are held against all

    /// <summary>
    /// Calibrates on honest populations that are not mixed: what is weighed must be rare in each of them. The flow: 1. how high accounts
    /// come, 2. what ties them by accident, 3. how high the best groups come that the search finds in populations drawn of each, 4. the
    /// worst of all.
    /// </summary>
    /// <param name="populations">The populations, at least one.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    public Calibration Calibrate(IReadOnlyList<HonestPopulation> populations, IProgress<double>? progress = null)
    {
        var watches = populations.Select(population => Run(population.Facts, population.Exchanges, null, Calibration.None)).ToList(); // 1
        var byAccount = Worst(watches.Select(watch => ByAccount(watch, verified: false)));
        var byVerified = Worst(watches.Select(watch => ByAccount(watch, verified: true)));

        List<Calibration> parts = [];
        List<List<double[]>[]> groups = [];
        foreach (var population in populations)
        {
            var linkBits = LinkBits(population.Facts, population.Exchanges); // 2
            var linkGrades = LinkGrades.Of(population.Facts, population.Exchanges, seed);
            var part = Calibration.None with
            {
                Provenance = population.Provenance,
                Accounts = population.Facts.Count,
                Days = Days(population.Exchanges),
                HonestList = population.HonestList,
                LinkBits = linkBits,
                LinkGrades = linkGrades,
            };
            var done = parts.Count;
            (part, var drawn) = Groups(
                population,
                part with
                {
                    ByAccount = byAccount,
                    ByVerifiedAccount = byVerified,
                },
                new Progress(share => progress?.Report((done + share) / populations.Count))
            ); // 3
            groups.Add(drawn);
            parts.Add(part with { Tie = NullDistribution.Of(BestTies(population.Facts, population.Exchanges, linkBits, linkGrades)) });
        }

        var byAccountsOfGroup = Worst(parts.Select(part => part.ByAccountsOfGroup));
        return new Calibration( // 4
            string.Join("; beside ", parts.Select(part => part.Provenance)),
            parts.Min(part => part.Accounts),
            parts.Min(part => part.Days),
            parts.TrueForAll(part => part.HonestList),
            byAccount,
            byVerified,
            Worst(parts.Select(part => part.ByGroup)),
            byAccountsOfGroup,
            Jointly(new JointReading(byAccountsOfGroup), groups),
            parts.Min(part => part.GroupsInPopulation),
            NullDistribution.Worst([.. parts.Select(part => part.Tie)]),
            parts[0].LinkBits.Keys.ToDictionary(link => link, link => parts.Min(part => part.LinkBits[link]), StringComparer.Ordinal),
            parts[0]
                .LinkGrades.Keys.ToDictionary(
                    link => link,
                    link => new LinkGrade(
                        NullDistribution.Worst([.. parts.Select(part => part.LinkGrades[link].OfAccounts)]),
                        NullDistribution.Worst([.. parts.Select(part => part.LinkGrades[link].OfSets)])
                    ),
                    StringComparer.Ordinal
                ),
            SourceLevel.Of([
                .. parts.Zip(watches, (part, watch) =>
                    part.Sources with
                    {
                        Classes = Math.Max(part.Sources.Classes, watch.Sources.Classes),
                    }
                ),
            ])
        );
    }

    /// <summary>Tells on, at once and on the same thread.</summary>
    private sealed class Progress(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
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

    /// <summary>
    /// How high the best groups of populations drawn from <paramref name="population"/> come, by the accounts' own scale in
    /// <paramref name="part"/>.
    /// </summary>
    /// <returns>It, and by population what the accounts of each group came to together, one a detector.</returns>
    private (Calibration Part, List<double[]>[] Groups) Groups(HonestPopulation population, Calibration part, IProgress<double> progress)
    {
        var (facts, exchanges) = (population.Facts, population.Exchanges);
        var best = Detector.All.Select(_ => new double[Populations]).ToArray();
        var bestOfAccounts = Detector.All.Select(_ => new double[Populations]).ToArray();
        var together = new List<double[]>[Populations];
        var groupsDrawn = 0L;
        List<double> lowestSources = [];
        var classes = 0;
        for (var drawn = 0; drawn < Populations; drawn++)
        {
            var random = new Random(unchecked((int)Sketches.KeyedHash.Mix(seed + (ulong)drawn)));
            var inside = DrawPopulation(facts.Count, random);
            var theirs = exchanges.Where(exchange => inside[exchange.Account]).ToList();
            var searched = Run(
                facts,
                theirs,
                null,
                Calibration.None with
                {
                    Accounts = inside.Count(one => one),
                    LinkBits = part.LinkBits,
                    LinkGrades = part.LinkGrades,
                },
                WatchRules.Default.FalseTies
            );
            lowestSources.Add(searched.Sources.Lowest);
            classes += searched.Sources.Classes;
            var groups = DrawGroups(inside, searched.Candidates, random);
            var grouped = Run(
                facts,
                theirs,
                number => groups[number],
                Calibration.None with
                {
                    ByAccount = part.ByAccount,
                    ByVerifiedAccount = part.ByVerifiedAccount,
                }
            );
            var candidates = grouped.Candidates.Where(group => !group.IsVerified).ToList();
            groupsDrawn += candidates.Count;
            together[drawn] = candidates.ConvertAll(group => group.HighestOfAccounts.ToArray());
            for (var detector = 0; detector < best.Length; detector++)
            {
                best[detector][drawn] = candidates.Select(group => Finite(group.Highest[detector])).Append(Nothing).Max();
                bestOfAccounts[detector][drawn] = candidates
                    .Select(group => Finite(group.HighestOfAccounts[detector]))
                    .Append(Nothing)
                    .Max();
            }

            progress.Report((drawn + 1.0) / Populations);
        }

        // The populations are drawn from one set of accounts and know only its extremes; their best groups' tails are no thinner than the
        // accounts' own.
        Dictionary<DetectorId, NullDistribution> Of(double[][] highest) =>
            Detector
                .All.Select((detector, i) => (detector.Id, Null: NullDistribution.Of(highest[i], part.ByAccount[detector.Id].Tail.Shape)))
                .ToDictionary(d => d.Id, d => d.Null);

        return (
            part with
            {
                ByGroup = Of(best),
                ByAccountsOfGroup = Of(bestOfAccounts),
                Sources = SourceLevel.Of(lowestSources, Math.Max(1, (double)classes / Populations)),
                GroupsInPopulation = Math.Max(1, (double)groupsDrawn / Populations),
            },
            together
        );
    }

    /// <summary>How high the best groups of each population come by the joint statistic; of several honest populations the worst.</summary>
    private static NullDistribution Jointly(JointReading joint, IEnumerable<List<double[]>[]> populations) =>
        NullDistribution.Worst([
            .. populations.Select(drawn =>
                NullDistribution.Of(
                    [.. drawn.Select(groups => groups.Select(group => joint.Statistic(group)).Append(0).Max())],
                    JointReading.ThinnestShape
                )
            ),
        ]);

    private static double Finite(double highest) => double.IsFinite(highest) ? highest : Nothing;

    private static double Days(IReadOnlyList<AccountExchange> exchanges) =>
        exchanges.Count == 0
            ? 0
            : Math.Round((exchanges[^1].Features.At.Micros - exchanges[0].Features.At.Micros) / (double)EventTime.Day, 2);

    /// <summary>−log₂ of the share of honest pairs that each link ties, each link alone; one pair is added to both counts.</summary>
    private static Dictionary<string, double> LinkBits(IReadOnlyList<AccountFacts> facts, IReadOnlyList<AccountExchange> exchanges)
    {
        const double countsAlways = 1000; // bits: so many that no value is too common to be counted
        var pairs = facts.Count * (facts.Count - 1L) / 2;
        var bits = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var link in Link.All.Where(link => !link.Graded).Select(link => link.Id.ToString()))
        {
            var alone = Calibration.None with
            {
                LinkBits = new Dictionary<string, double>(StringComparer.Ordinal) { [link] = countsAlways },
            };
            bits[link] = Math.Round(Math.Log2((pairs + 1.0) / (Run(facts, exchanges, null, alone).TiedPairs + 1)), 3);
        }

        return bits;
    }

    private static double[] BestTies(
        IReadOnlyList<AccountFacts> facts,
        IReadOnlyList<AccountExchange> exchanges,
        IReadOnlyDictionary<string, double> linkBits,
        IReadOnlyDictionary<string, LinkGrade> linkGrades
    )
    {
        var watch = Run(facts, exchanges, null, Calibration.None with { LinkBits = linkBits, LinkGrades = linkGrades });
        return [.. watch.Accounts.Select(account => account.BestTie)];
    }

    private static Watch Run(
        IReadOnlyList<AccountFacts> facts,
        IReadOnlyList<AccountExchange> exchanges,
        Func<int, int>? groups,
        Calibration calibration,
        double falseTies = 0
    )
    {
        var watch = new Watch(calibration, WatchRules.Default with { FalseTies = falseTies }) { ForcedGroups = groups };
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

    /// <summary>
    /// Draws an honest population: about so many different accounts as n draws with replacement would give (1 − 1/e of them), within the
    /// limit.
    /// </summary>
    private static bool[] DrawPopulation(int accounts, Random random)
    {
        var share = Math.Min(1 - 1 / Math.E, MostAccountsInPopulation / (double)accounts);
        var inside = new bool[accounts];
        for (var i = 0; i < inside.Length; i++)
        {
            inside[i] = random.NextDouble() < share;
        }

        return inside;
    }

    /// <summary>
    /// Splits a population into groups: those that the search by ties found in it, and of all others random ones of two to fifty, smaller
    /// ones more often. What a search finds among honest accounts are offices and classes; a group that is brought together by chance is as
    /// wide as any campaign could be, so that the best of both is the more careful bar.
    /// </summary>
    private static int[] DrawGroups(bool[] inside, IEnumerable<Campaign> found, Random random)
    {
        var groups = new int[inside.Length];
        Array.Fill(groups, -1);
        var group = 0;
        foreach (var campaign in found)
        {
            foreach (var number in campaign.Accounts)
            {
                groups[number] = group;
            }

            group++;
        }

        var order = Enumerable.Range(0, inside.Length).Where(number => inside[number] && groups[number] < 0).ToArray();
        random.Shuffle(order);
        for (var at = 0; at < order.Length; group++)
        {
            var size = (int)Math.Exp(random.NextDouble() * Math.Log(LargestGroup / 2.0)) * 2; // log-uniform
            for (var i = 0; i < size && at < order.Length; i++)
            {
                groups[order[at++]] = group;
            }
        }

        return groups;
    }
}
