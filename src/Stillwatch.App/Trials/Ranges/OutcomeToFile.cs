using Stillwatch.Campaigns.Subjects;
using Stillwatch.Range.Adversaries;
using Stillwatch.Range.Costs;
using Stillwatch.Range.Runs;
using Stillwatch.Range.World;
using Stillwatch.Signals;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>Takes from a run's outcome what is kept of it.</summary>
internal static class OutcomeToFile
{
    private const string ByCampaign = "its campaign's ties";
    private const int MostSteps = 240;

    /// <summary>Takes it.</summary>
    public static RangeFile.Run Take(ulong seed, Outcome outcome, WatchRules rules) =>
        new(
            seed,
            outcome.Exchanges,
            outcome.Watch.Accounts.Count,
            outcome.Refusals,
            Honest(outcome),
            [.. outcome.Campaigns.Select(campaign => Campaign(outcome, campaign))],
            Speakers(outcome, rules)
        );

    private static List<RangeFile.Role> Honest(Outcome outcome) =>
        [
            .. outcome
                .Watch.Accounts.Select(account => (Watched: account, Known: outcome.Account(account.Number)))
                .Where(one => one.Known.Campaign == null)
                .GroupBy(one => one.Known.Role.Name, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(role => new RangeFile.Role(
                    role.Key,
                    role.Count(),
                    role.Sum(one => one.Watched.Take.Exchanges),
                    role.Count(one => one.Watched.FlaggedAt != null)
                )),
        ];

    private static RangeFile.Campaign Campaign(Outcome outcome, CampaignOutcome campaign)
    {
        var adversary = campaign.Adversary;
        var made = outcome.Stage.World.Accounts.Where(account => account.Campaign == adversary.Campaign).ToList();
        return new(
            adversary.Campaign,
            adversary.Name,
            adversary.Goal,
            adversary.Knowledge,
            made.Count,
            made.Count(account => outcome.FlaggedAt(account.Number) != null),
            campaign.Exchanges,
            campaign.Leaked,
            campaign.LeakedLate,
            campaign.Refused,
            campaign.Useful,
            campaign.UsefulLeaked,
            Bill(adversary.Bill),
            Math.Round(adversary.Bill.Total, 2),
            Curve(campaign),
            adversary is Adaptive adaptive
                ? [.. adaptive.Steps.Select(step => new RangeFile.Search(Math.Round(step.Day, 2), Math.Round(step.Cost, 6), step.Way))]
                : null
        );
    }

    private static SortedDictionary<string, decimal> Bill(Bill bill) =>
        new(StringComparer.Ordinal)
        {
            ["accounts"] = Math.Round(bill.Accounts * PriceList.Account, 2),
            ["cards"] = Math.Round(bill.Cards.Count * PriceList.Card, 2),
            ["lost_deposits"] = Math.Round(bill.Stopped * PriceList.Deposit / 2, 2),
            ["proxies"] = Math.Round(bill.ProxyBytes / 1_000_000_000m * PriceList.ProxyGigabyte, 2),
            ["servers"] = Math.Round((decimal)bill.ServerDays / 30 * PriceList.ServerMonth, 2),
            ["tokens"] = Math.Round(bill.Tokens, 2),
            ["work"] = Math.Round((decimal)bill.Hours * PriceList.WorkHour, 2),
        };

    private static List<RangeFile.Step> Curve(CampaignOutcome campaign)
    {
        List<RangeFile.Step> steps = [];
        var (useful, leaked, late) = (0L, 0L, 0L);
        var from = campaign.Adversary.Aim.From / Provider.Hour;
        foreach (var (hour, got) in campaign.Hours)
        {
            (useful, leaked, late) = (useful + got.Useful, leaked + got.Leaked, late + got.LeakedLate);
            steps.Add(new RangeFile.Step(Math.Round((hour + 1 - from) / 24.0, 3), useful, leaked, late));
        }

        var every = (steps.Count + MostSteps - 1) / MostSteps;
        return every <= 1 ? steps : [.. steps.Where((_, i) => i % every == 0 || i == steps.Count - 1)];
    }

    /// <summary>
    /// Of each flagged account, what has the greatest part in its weight; its campaign, where it would not have been flagged alone.
    /// </summary>
    private static List<RangeFile.Speaker> Speakers(Outcome outcome, WatchRules rules)
    {
        var counts = new SortedDictionary<string, (int Distillers, int Honest)>(StringComparer.Ordinal);
        foreach (var account in outcome.Watch.Accounts.Where(account => account.FlaggedAt != null))
        {
            var name = Loudest(account, rules);
            var (distillers, honest) = counts.GetValueOrDefault(name);
            counts[name] = outcome.Account(account.Number).Campaign == null ? (distillers, honest + 1) : (distillers + 1, honest);
        }

        return [.. counts.Select(count => new RangeFile.Speaker(count.Key, count.Value.Distillers, count.Value.Honest))];
    }

    private static string Loudest(WatchedAccount account, WatchRules rules)
    {
        var (most, loudest, sum) = (0.0, ByCampaign, 0.0);
        for (var i = 0; i < account.Weights.Length; i++)
        {
            var e = Detector.All[i].Share * account.Weights[i].Value;
            sum += e;
            (most, loudest) = e > most ? (e, Detector.All[i].Id.Name) : (most, loudest);
        }

        return sum < 1 / rules.AccountAlpha ? ByCampaign : loudest;
    }
}
