using Stillwatch.Exchanges;
using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.Scoring;

/// <summary>A scan result measured against labels, exactly as the page of the scan result defines it.</summary>
internal sealed record Score(
    Interval FalsePositiveRate,
    IReadOnlyList<Score.ByRole> Roles,
    Interval DetectionRate,
    IReadOnlyList<Score.ByCampaign> Campaigns,
    Interval Leaked,
    Interval LeakedMedian,
    Interval Auroc,
    Interval AveragePrecision,
    Interval TprAtFpr001,
    Interval BCubedPrecision,
    Interval BCubedRecall,
    Interval BCubedF1
)
{
    private const int Draws = 400;
    private const int BootstrapSeed = 12345;

    /// <summary>Benign accounts of a role.</summary>
    internal sealed record ByRole(string Role, long Accounts, long Flagged)
    {
        public Interval Rate => Interval.Share(Flagged, Accounts);
    }

    /// <summary>
    /// A true campaign: how many of its accounts were flagged, how many exchanges were answered and how many of those leaked, and whether
    /// it was found.
    /// </summary>
    internal sealed record ByCampaign(string Campaign, long Accounts, long Flagged, long Exchanges, long LeakedExchanges, bool Found)
    {
        public Interval Rate => Interval.Share(Flagged, Accounts);

        public Interval Leaked => Interval.Share(LeakedExchanges, Exchanges);
    }

    /// <summary>Measures <paramref name="result"/>.</summary>
    /// <param name="result">What the scan said. Accounts that it did not list count with the lowest score and no flag.</param>
    /// <param name="labels">What was true. Accounts without a label are left out.</param>
    /// <param name="exchanges">Account and time of every exchange, and whether it was answered: what was refused leaked nothing.</param>
    public static Score Of(ScoredResult result, Labels labels, IEnumerable<(string Account, EventTime At, bool Answered)> exchanges)
    {
        var before = new Dictionary<string, (long All, long Leaked)>(StringComparer.Ordinal);
        foreach (var (account, at, answered) in exchanges)
        {
            var (all, leaked) = before.GetValueOrDefault(account);
            var flaggedAt = result.Accounts.GetValueOrDefault(account)?.FlaggedAt;
            before[account] = answered ? (all + 1, leaked + (flaggedAt is { } flag && at > flag ? 0 : 1)) : (all, leaked);
        }

        // Only accounts that were there to be seen are measured.
        var seen = labels
            .Accounts.Where(account => before.ContainsKey(account.Key))
            .OrderBy(account => account.Key, StringComparer.Ordinal)
            .ToList();
        var benign = seen.Where(account => account.Value.Campaign == null).ToList();
        var distillers = seen.Where(account => account.Value.Campaign != null).ToList();
        bool Flagged(string account) => result.Accounts.GetValueOrDefault(account)?.FlaggedAt != null;

        var roles = benign
            .GroupBy(account => account.Value.Role, StringComparer.Ordinal)
            .OrderBy(role => role.Key, StringComparer.Ordinal)
            .Select(role => new ByRole(role.Key, role.LongCount(), role.LongCount(account => Flagged(account.Key))))
            .ToList();
        var campaigns = distillers
            .GroupBy(account => account.Value.Campaign!, StringComparer.Ordinal)
            .OrderBy(campaign => campaign.Key, StringComparer.Ordinal)
            .Select(campaign => new ByCampaign(
                campaign.Key,
                campaign.LongCount(),
                campaign.LongCount(account => Flagged(account.Key)),
                campaign.Sum(account => before[account.Key].All),
                campaign.Sum(account => before[account.Key].Leaked),
                Found([.. campaign.Select(account => account.Key)], result.Campaigns)
            ))
            .ToList();

        var scored = seen.Select(account =>
                (
                    Score: result.Accounts.GetValueOrDefault(account.Key)?.Score ?? double.NegativeInfinity,
                    Positive: account.Value.Campaign != null
                )
            )
            .ToArray();
        var (precision, recall, f1) = BCubed(result, labels, distillers.ConvertAll(account => account.Key));
        return new Score(
            Interval.Share(benign.LongCount(account => Flagged(account.Key)), benign.Count),
            roles,
            Interval.Share(distillers.LongCount(account => Flagged(account.Key)), distillers.Count),
            campaigns,
            Interval.Share(campaigns.Sum(campaign => campaign.LeakedExchanges), campaigns.Sum(campaign => campaign.Exchanges)),
            DrawnMedian([.. campaigns.Select(campaign => campaign.Leaked.Value)]),
            Interval.Area(Ranking.Auroc(scored), distillers.Count, benign.Count),
            Drawn(scored, Ranking.AveragePrecision),
            Drawn(scored, sample => Ranking.TprAtFpr(sample, 0.001)),
            precision,
            recall,
            f1
        );
    }

    private static bool Found(HashSet<string> own, IReadOnlyList<IReadOnlyList<string>> campaigns) =>
        campaigns.Any(campaign =>
            campaign.Count(own.Contains) is var hits && hits * 2 >= own.Count && hits >= 0.95 * campaign.Count && hits > 0
        );

    /// <summary>
    /// B-cubed (Bagga and Baldwin, LREC 1998), over all distiller accounts and all accounts put into a campaign. Each account's precision
    /// is the share of its found campaign that is of its true campaign; its recall the share of its true campaign that is found with it. An
    /// account in no found campaign is alone; a benign account is of no campaign, so that it has precision 0 where it was put into one.
    /// </summary>
    private static (Interval Precision, Interval Recall, Interval F1) BCubed(ScoredResult result, Labels labels, List<string> distillers)
    {
        var foundIn = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var campaign in result.Campaigns)
        {
            foreach (var account in campaign)
            {
                foundIn[account] = campaign;
            }
        }

        string? True(string account) => labels.Accounts.GetValueOrDefault(account).Campaign;
        var sizes = distillers
            .GroupBy(account => True(account)!, StringComparer.Ordinal)
            .ToDictionary(campaign => campaign.Key, campaign => campaign.Count(), StringComparer.Ordinal);
        var precisions = foundIn
            .Where(account => labels.Accounts.ContainsKey(account.Key))
            .OrderBy(account => account.Key, StringComparer.Ordinal)
            .Select(account =>
                True(account.Key) is { } own ? account.Value.Count(other => True(other) == own) / (double)account.Value.Count : 0
            )
            .ToArray();
        var recalls = distillers
            .ConvertAll(account =>
                foundIn.TryGetValue(account, out var found)
                    ? found.Count(other => True(other) == True(account)) / (double)sizes[True(account)!]
                    : 1.0 / sizes[True(account)!]
            )
            .ToArray();
        var (precision, recall) = (Mean(precisions), Mean(recalls));
        return (
            precision,
            recall,
            new(Harmonic(precision.Value, recall.Value), Harmonic(precision.Low, recall.Low), Harmonic(precision.High, recall.High))
        );
    }

    private static double Harmonic(double a, double b) => a + b > 0 ? 2 * a * b / (a + b) : 0;

    private static Interval Mean(double[] values)
    {
        var random = new Random(BootstrapSeed);
        return values.Length == 0
            ? new(double.NaN, double.NaN, double.NaN)
            : Interval.Bootstrap(
                values.Average(),
                Enumerable.Range(0, Draws).Select(_ => Enumerable.Range(0, values.Length).Average(_ => values[random.Next(values.Length)]))
            );
    }

    private static Interval Drawn((double Score, bool Positive)[] scored, Func<(double Score, bool Positive)[], double> figure)
    {
        var random = new Random(BootstrapSeed);
        return Interval.Bootstrap(
            figure(scored),
            Enumerable
                .Range(0, Draws)
                .Select(_ => figure([.. Enumerable.Range(0, scored.Length).Select(_ => scored[random.Next(scored.Length)])]))
        );
    }

    private static Interval DrawnMedian(double[] values)
    {
        var random = new Random(BootstrapSeed);
        return Interval.Bootstrap(
            Median(values),
            Enumerable
                .Range(0, values.Length == 0 ? 0 : Draws)
                .Select(_ => Median([.. values.Select(_ => values[random.Next(values.Length)])]))
        );
    }

    private static double Median(double[] given)
    {
        double[] values = [.. given.Order()];
        return values.Length == 0 ? double.NaN
            : values.Length % 2 == 1 ? values[values.Length / 2]
            : (values[values.Length / 2 - 1] + values[values.Length / 2]) / 2;
    }
}
