using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>What came of a scenario, for a terminal.</summary>
internal static class RangeSummary
{
    private const double Million = 1_000_000;

    /// <summary>Writes it.</summary>
    public static void Write(RangeFile file, TextWriter to)
    {
        to.WriteLine($"{"honest customers", -26}{"accounts", 10} {"exchanges", 12} {"flagged", 8}   a million [95 %]");
        var honest = file.Runs.SelectMany(run => run.Honest).ToList();
        foreach (var role in honest.Select(role => role.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Append("all"))
        {
            var of = honest.Where(one => role == "all" || one.Name == role).ToList();
            var (accounts, flagged) = (of.Sum(one => (long)one.Accounts), of.Sum(one => (long)one.Flagged));
            var share = Interval.Share(flagged, accounts);
            to.WriteLine(
                $"{role, -26}{accounts, 10:N0} {of.Sum(one => one.Exchanges), 12:N0} {flagged, 8:N0}   {share.Value * Million:N0} "
                    + $"[{share.Low * Million:N0}, {share.High * Million:N0}]"
            );
        }

        if (file.Runs[0].Campaigns.Count == 0)
        {
            return;
        }

        to.WriteLine(
            $"\n{"campaigns", -26}{"accounts", 10} {"exchanges", 12} {"flagged", 8}   leaked before the flag, and an hour after; a "
                + $"million useful answers would cost"
        );
        foreach (var name in file.Runs[0].Campaigns.Select(campaign => campaign.Name))
        {
            var of = file.Runs.SelectMany(run => run.Campaigns).Where(campaign => campaign.Name == name).ToList();
            var cost = of.Where(one => one.CostOfMillion != null).Select(one => (double)one.CostOfMillion!.Value).Order().ToArray();
            to.WriteLine(
                $"{name, -26}{of.Sum(one => (long)one.Accounts), 10:N0} {of.Sum(one => one.Exchanges), 12:N0} "
                    + $"{of.Sum(one => (long)one.Flagged), 8:N0}   {Spread(of, one => one.Leaked)}; "
                    + $"{Spread(of, one => one.LeakedLate)}; {(cost.Length == 0 ? "–" : $"${RangeReport.Percentile(cost, 0.5):N0}")}"
            );
        }
    }

    private static string Spread(List<RangeFile.Campaign> of, Func<RangeFile.Campaign, long> some)
    {
        var shares = of.Select(one => one.Exchanges == 0 ? 0 : (double)some(one) / one.Exchanges).Order().ToArray();
        return shares.Length == 1
            ? $"{shares[0]:P2}"
            : $"{RangeReport.Percentile(shares, 0.5):P2} (p95 {RangeReport.Percentile(shares, 0.95):P2})";
    }
}
