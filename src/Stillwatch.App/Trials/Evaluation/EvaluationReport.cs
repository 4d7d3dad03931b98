using Stillwatch.Reports.Pages;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>The grid as one self-contained page with plots.</summary>
internal static class EvaluationReport
{
    private static readonly string[] Sides = ["distillers flagged", "leaked before the flag"];

    /// <summary>Writes it.</summary>
    public static void Write(IReadOnlyList<Evaluated> all, string calibration, Stream stream)
    {
        var page = HtmlPage.Begin("evaluation");
        page.Add(
            $"<h1>Evaluation</h1><p class=\"quiet\">Calibration: {calibration}. Intervals are of 95 %. Labels chose whom a variant "
                + $"changes; detection never saw them.</p>"
        );
        foreach (var one in all)
        {
            page.Add(
                $"<h2>{one.Stream.Name}</h2><p>{one.Stream.Exchanges.Count:N0} exchanges of {one.Stream.Accounts.Count:N0} accounts</p>"
            );
            Grid(page, one.Cells);
            foreach (var group in one.Cells.GroupBy(cell => cell.Variant.Group, StringComparer.Ordinal))
            {
                page.Add($"<h3>{group.Key}</h3>");
                BarPlot.Write(
                    page,
                    group.Key,
                    Sides,
                    [.. group.Select(cell => new BarPlot.Row(cell.Variant.Name, [Bar(cell.Score.DetectionRate), Bar(cell.Score.Leaked)]))]
                );
            }

            Campaigns(page, one);
            Ranked(page, one);
            Verdicts(page, one);
        }

        page.Add($"<footer>Made by <code>./stillwatch evaluate</code>. How each figure is measured: docs/formats/scan-result.md.</footer>");
        HtmlPage.Write(page, stream);
    }

    private static (double, double, double, string) Bar(Interval figure) =>
        double.IsNaN(figure.Value) ? (0, 0, 0, "–") : (figure.Value, figure.Low, figure.High, figure.Value.ToString("P1"));

    private static void Grid(Html page, IReadOnlyList<Cell> cells)
    {
        page.Add(
            $"<table><thead><tr><th>variant</th><th>honest flagged</th><th>distillers flagged</th><th>tied at "
                + $"all</th><th>leaked</th><th>median campaign</th><th>campaigns found</th><th>B-cubed "
                + $"precision</th><th>recall</th></tr></thead><tbody>"
        );
        foreach (var cell in cells)
        {
            var score = cell.Score;
            page.Add(
                $"<tr><td>{cell.Variant.Name}</td><td>{score.FalsePositiveRate.ToString()}</td><td>"
                    + $"{score.DetectionRate.ToString()}</td><td>{cell.Tied.ToString()}</td><td>{score.Leaked.ToString()}"
                    + $"</td><td>{score.LeakedMedian.ToString()}</td><td>{score.Campaigns.Count(campaign => campaign.Found)}"
                    + $" of {score.Campaigns.Count}</td><td>{score.BCubedPrecision.ToString()}</td><td>"
                    + $"{score.BCubedRecall.ToString()}</td></tr>"
            );
        }

        page.Add($"</tbody></table>");
    }

    private static void Campaigns(Html page, Evaluated one)
    {
        if (one.Cells.FirstOrDefault(cell => cell.Variant.Group == "as it is")?.Score is not { } score)
        {
            return;
        }

        page.Add(
            $"<h3>By role and by campaign, as it "
                + $"is</h3><table><thead><tr><th>who</th><th>accounts</th><th>flagged</th><th>share</th><th>leaked</th></tr></thead><tbody>"
        );
        foreach (var role in score.Roles)
        {
            page.Add(
                $"<tr><td>{role.Role}</td><td>{role.Accounts:N0}</td><td>{role.Flagged:N0}</td><td>"
                    + $"{role.Rate.ToString()}</td><td></td></tr>"
            );
        }

        foreach (var campaign in score.Campaigns)
        {
            page.Add(
                $"<tr><td>{campaign.Campaign}{(campaign.Found ? ", found" : "")}</td><td>{campaign.Accounts:N0}</td>"
                    + $"<td>{campaign.Flagged:N0}</td><td>{campaign.Rate.ToString()}</td><td>{campaign.Leaked.ToString()}"
                    + $"</td></tr>"
            );
        }

        page.Add($"</tbody></table>");
    }

    private static void Ranked(Html page, Evaluated one)
    {
        if (one.Baselines.Count == 0)
        {
            return;
        }

        page.Add(
            $"<h3>Single accounts ranked, beside published baselines</h3><table><thead><tr><th>by</th><th>AUROC</th><th>distillers "
                + $"over the score of one honest account in a thousand</th></tr></thead><tbody>"
        );
        foreach (var baseline in one.Baselines)
        {
            page.Add($"<tr><td>{baseline.Name}</td><td>{baseline.Auroc:0.000}</td><td>{baseline.AtFewFalse:P1}</td></tr>");
        }

        page.Add($"</tbody></table>");
    }

    private static void Verdicts(Html page, Evaluated one)
    {
        if (one.Verdicts.Count == 0)
        {
            return;
        }

        page.Add($"<h3>What is taken for what</h3><table><thead><tr><th>is</th>");
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            page.Add($"<th>{DossierToJson.Say(verdict)}</th>");
        }

        page.Add($"</tr></thead><tbody>");
        foreach (var row in one.Verdicts)
        {
            page.Add($"<tr><td>{row.True}</td>");
            foreach (var verdict in Enum.GetValues<Verdict>())
            {
                page.Add($"<td>{row.Counts.GetValueOrDefault(verdict):N0}</td>");
            }

            page.Add($"</tr>");
        }

        page.Add($"</tbody></table>");
    }
}
