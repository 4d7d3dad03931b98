using Stillwatch.Reports.Pages;
using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>
/// One self-contained page on a scenario's outcome, or on two side by side: what leaked when, what it cost, which honest customers were
/// touched, what spoke.
/// </summary>
internal static class RangeReport
{
    private const string NotStopped = "not stopped: leaks are counted up to the flag, and up to an hour after it";

    private const double Million = 1_000_000;

    private static readonly string[] Sides = ["distillers", "honest"];

    /// <summary>Writes it.</summary>
    /// <param name="files">One or two outcomes, with what to call them.</param>
    /// <param name="stream">Where.</param>
    public static void Write(IReadOnlyList<(string Called, RangeFile File)> files, Stream stream)
    {
        var page = HtmlPage.Begin($"range: {files[0].File.Scenario}");
        page.Add($"<h1>range: {files[0].File.Scenario}</h1><p class=\"quiet\">{files[0].File.Title}</p>");
        foreach (var (called, file) in files)
        {
            page.Add(
                $"<p>{(files.Count > 1 ? called + ": " : "")}scale {file.Scale:0.######}, {file.Days} days, {file.Runs.Count} "
                    + $"{(file.Runs.Count == 1 ? "seed" : "seeds")} from {file.Runs[0].Seed}; "
                    + $"{file.Runs.Sum(run => run.Exchanges):N0} exchanges of {file.Runs.Sum(run => run.Accounts):N0} accounts; "
                    + $"whoever is flagged is {(file.Contain ? $"stopped {file.DelayHours:0.##} hours later" : NotStopped)}"
                    + $"; calibration: {file.Calibration}</p>"
            );
        }

        Campaigns(page, files);
        Honest(page, files);
        Costs(page, files);
        Speakers(page, files);
        Leaks(page, files);
        page.Add(
            $"<footer>Everything here is simulated by <code>./stillwatch range run</code>; the same seed gives the same bytes. An "
                + $"answer is <i>useful</i> where it answers a task of a campaign's seed set. Prices and their sources: "
                + $"docs/range.md.</footer>"
        );
        HtmlPage.Write(page, stream);
    }

    /// <summary>What it comes to, a line a campaign: the table that matters, before anything is drawn.</summary>
    private static void Campaigns(Html page, IReadOnlyList<(string Called, RangeFile File)> files)
    {
        if (files.All(one => one.File.Runs[0].Campaigns.Count == 0))
        {
            return;
        }

        page.Add(
            $"<section class=\"card\"><h2>Campaigns</h2><table><tr><th>campaign</th><th>accounts</th><th>flagged</th><th>leaked "
                + $"before the flag</th><th>an hour after it</th><th>refused</th></tr>"
        );
        foreach (var name in Names(files))
        {
            foreach (var (called, file) in files)
            {
                if (file.Runs[0].Campaigns.FirstOrDefault(one => one.Name == name) is { } campaign)
                {
                    page.Add(
                        $"<tr><td>{name}{(files.Count > 1 ? $" ({called})" : "")}</td><td>{campaign.Accounts:N0}</td><td>"
                            + $"{campaign.Flagged:N0}</td><td>{Spread(file, name, one => Ratio(one.Leaked, one.Exchanges))}</td><td>"
                            + $"{Spread(file, name, one => Ratio(one.LeakedLate, one.Exchanges))}</td><td>{campaign.Refused:N0}</td>"
                            + $"</tr>"
                    );
                }
            }
        }

        page.Add($"</table></section>");
    }

    private static void Leaks(Html page, IReadOnlyList<(string Called, RangeFile File)> files)
    {
        if (files.All(one => one.File.Runs[0].Campaigns.Count == 0))
        {
            return;
        }

        page.Add($"<h2>What leaked, over time</h2>");
        foreach (var name in Names(files))
        {
            page.Add($"<details class=\"card\"><summary>{name}</summary>");
            List<LinePlot.Series> series = [];
            foreach (var (called, file) in files)
            {
                var campaign = file.Runs[0].Campaigns.FirstOrDefault(one => one.Name == name);
                if (campaign == null)
                {
                    continue;
                }

                var of = files.Count > 1 ? $" ({called})" : "";
                if (series.Count == 0)
                {
                    page.Add($"<p class=\"quiet\">{campaign.Kind}: {campaign.Goal} It knows: {campaign.Knowledge}</p>");
                }

                series.Add(new($"useful answers{of}", [(0, 0), .. campaign.Curve.Select(step => (step.Day, (double)step.Useful))]));
                series.Add(new($"before the flag{of}", [(0, 0), .. campaign.Curve.Select(step => (step.Day, (double)step.Leaked))]));
            }

            LinePlot.Write(page, "days since it began", "answers", series);
            Searched(page, files, name);
            page.Add($"</details>");
        }
    }

    private static List<string> Names(IReadOnlyList<(string Called, RangeFile File)> files) =>
        [.. files.SelectMany(one => one.File.Runs[0].Campaigns).Select(campaign => campaign.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Dollars for a useful answer of a campaign, the work of setting it up left out: the median of the seeds.</summary>
    private static double Marginal(RangeFile file, string name)
    {
        var costs = file
            .Runs.SelectMany(run => run.Campaigns)
            .Where(one => one.Name == name && one.Useful > 0)
            .Select(one => (double)((one.Spent - one.Bill["work"]) / one.Useful))
            .Order()
            .ToArray();
        return costs.Length == 0 ? 0 : Percentile(costs, 0.5);
    }

    private static void Searched(Html page, IReadOnlyList<(string Called, RangeFile File)> files, string name)
    {
        foreach (var (called, file) in files)
        {
            var searched = file.Runs[0].Campaigns.FirstOrDefault(one => one.Name == name)?.Searched;
            if (searched is { Count: > 0 })
            {
                page.Add(
                    $"<details><summary>what it found out{(files.Count > 1 ? $" ({called})" : "")}: ${searched[^1].Cost:0.0000} an "
                        + $"answer at the last review</summary><table><tr><th>day</th><th>$ an answer</th><th>the cheapest way</th></tr>"
                );
                foreach (var step in searched)
                {
                    page.Add($"<tr><td>{step.Day:0.#}</td><td>{step.Cost:0.0000}</td><td>{step.Way}</td></tr>");
                }

                page.Add($"</table></details>");
            }
        }
    }

    private static void Costs(Html page, IReadOnlyList<(string Called, RangeFile File)> files)
    {
        if (files.All(one => one.File.Runs[0].Campaigns.Count == 0))
        {
            return;
        }

        page.Add($"<h2>What it cost them</h2><section class=\"card\">");
        BarPlot.Write(
            page,
            "dollars for a useful answer, work left out",
            [.. files.Select(one => files.Count > 1 ? one.Called : "dollars for a useful answer, the work of setting up left out")],
            [
                .. Names(files)
                    .Select(name => new BarPlot.Row(
                        name,
                        [
                            .. files
                                .Select(one => Marginal(one.File, name))
                                .Select(cost =>
                                    (cost, cost, cost, $"${cost.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture)}")
                                ),
                        ]
                    )),
            ]
        );
        page.Add(
            $"<table><tr><th>campaign</th><th>useful answers</th><th>spent</th><th>an answer</th><th>a million</th><th>of it not "
                + $"tokens</th><th>how</th></tr>"
        );
        foreach (var (called, file) in files)
        {
            foreach (var campaign in file.Runs[0].Campaigns)
            {
                var evasion = campaign.Spent - campaign.Bill["tokens"];
                var bill = campaign.Bill.Where(item => item.Value > 0).Select(item => $"{item.Key.Replace('_', ' ')} ${item.Value:N0}");
                page.Add(
                    $"<tr><td>{campaign.Name}{(files.Count > 1 ? $" ({called})" : "")}</td><td>{campaign.Useful:N0}</td>"
                        + $"<td>${campaign.Spent:N0}</td><td>{(campaign.CostOfAnswer is { } cost ? $"${cost:0.0000}" : "–")}"
                        + $"</td><td>{(campaign.CostOfMillion is { } million ? $"${million:N0}" : "–")}</td><td>"
                        + $"{(campaign.Spent == 0 ? 0 : evasion / campaign.Spent):P0}</td><td>"
                        + $"{string.Join(", ", bill)}</td></tr>"
                );
            }
        }

        page.Add($"</table></section>");
    }

    private static void Honest(Html page, IReadOnlyList<(string Called, RangeFile File)> files)
    {
        page.Add($"<h2>Honest customers touched</h2><section class=\"card\">");
        BarPlot.Write(
            page,
            "flagged a million, with 95 % intervals",
            [.. files.Select(one => files.Count > 1 ? one.Called : "flagged a million, with 95 % intervals")],
            [
                .. files
                    .SelectMany(one => one.File.Runs)
                    .SelectMany(run => run.Honest)
                    .Where(role => role.Flagged > 0)
                    .Select(role => role.Name)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Append("all")
                    .Select(role => new BarPlot.Row(role, [.. files.Select(one => Flagged(one.File, role))])),
            ]
        );
        page.Add($"<table><tr><th>role</th>");
        foreach (var (called, _) in files)
        {
            page.Add($"<th>accounts{(files.Count > 1 ? $" ({called})" : "")}</th><th>flagged</th><th>a million [95 %]</th>");
        }

        page.Add($"</tr>");
        foreach (
            var role in files
                .SelectMany(one => one.File.Runs)
                .SelectMany(run => run.Honest)
                .Select(role => role.Name)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Append("all")
        )
        {
            page.Add($"<tr><td>{role}</td>");
            foreach (var (_, file) in files)
            {
                var seen = file.Runs.SelectMany(run => run.Honest).Where(one => role == "all" || one.Name == role).ToList();
                var (accounts, flagged) = (seen.Sum(one => (long)one.Accounts), seen.Sum(one => (long)one.Flagged));
                var share = Interval.Share(flagged, accounts);
                page.Add(
                    $"<td>{accounts:N0}</td><td>{flagged:N0}</td><td>{share.Value * Million:N0} [{share.Low * Million:N0}, "
                        + $"{share.High * Million:N0}]</td>"
                );
            }

            page.Add($"</tr>");
        }

        page.Add($"</table></section>");
    }

    private static (double Value, double Low, double High, string Written) Flagged(RangeFile file, string role)
    {
        var seen = file.Runs.SelectMany(run => run.Honest).Where(one => role == "all" || one.Name == role).ToList();
        var share = Interval.Share(seen.Sum(one => (long)one.Flagged), seen.Sum(one => (long)one.Accounts));
        return double.IsNaN(share.Value)
            ? (0, 0, 0, "–")
            : (
                share.Value * Million,
                share.Low * Million,
                share.High * Million,
                (share.Value * Million).ToString("N0", System.Globalization.CultureInfo.InvariantCulture)
            );
    }

    private static void Speakers(Html page, IReadOnlyList<(string Called, RangeFile File)> files)
    {
        page.Add($"<h2>What spoke loudest of the flagged</h2><section class=\"card\">");
        BarPlot.Write(
            page,
            "accounts of which it spoke loudest",
            [.. files.SelectMany(one => Sides.Select(whose => files.Count > 1 ? $"{whose} ({one.Called})" : whose))],
            [
                .. files
                    .SelectMany(one => one.File.Runs)
                    .SelectMany(run => run.Speakers)
                    .Select(speaker => speaker.Name)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(name => new BarPlot.Row(name, [.. files.SelectMany(one => Spoke(one.File, name))])),
            ]
        );
        page.Add($"<table><tr><th>detector</th>");
        foreach (var (called, _) in files)
        {
            page.Add($"<th>distillers{(files.Count > 1 ? $" ({called})" : "")}</th><th>honest</th>");
        }

        page.Add($"</tr>");
        foreach (
            var name in files
                .SelectMany(one => one.File.Runs)
                .SelectMany(run => run.Speakers)
                .Select(speaker => speaker.Name)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        )
        {
            page.Add($"<tr><td>{name}</td>");
            foreach (var (_, file) in files)
            {
                var said = file.Runs.SelectMany(run => run.Speakers).Where(speaker => speaker.Name == name).ToList();
                page.Add($"<td>{said.Sum(one => one.Distillers):N0}</td><td>{said.Sum(one => one.Honest):N0}</td>");
            }

            page.Add($"</tr>");
        }

        page.Add($"</table></section>");
    }

    private static IEnumerable<(double Value, double Low, double High, string Written)> Spoke(RangeFile file, string name)
    {
        var said = file.Runs.SelectMany(run => run.Speakers).Where(speaker => speaker.Name == name).ToList();
        double distillers = said.Sum(one => one.Distillers),
            honest = said.Sum(one => one.Honest);
        yield return (distillers, distillers, distillers, distillers.ToString("N0", System.Globalization.CultureInfo.InvariantCulture));
        yield return (honest, honest, honest, honest.ToString("N0", System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A figure of a campaign: of one seed as it is, of several as median and 95th percentile.</summary>
    private static string Spread(RangeFile file, string name, Func<RangeFile.Campaign, double> figure)
    {
        var values = file.Runs.SelectMany(run => run.Campaigns).Where(campaign => campaign.Name == name).Select(figure).Order().ToArray();
        return values.Length == 1
            ? $"{values[0]:P1}"
            : $"{Percentile(values, 0.5):P1} (95th percentile of {values.Length} seeds {Percentile(values, 0.95):P1})";
    }

    /// <summary>A percentile of ascending values, by nearest rank.</summary>
    public static double Percentile(double[] ascending, double share) =>
        ascending[Math.Clamp((int)Math.Ceiling(share * ascending.Length) - 1, 0, ascending.Length - 1)];

    private static double Ratio(long some, long all) => all == 0 ? 0 : (double)some / all;
}
