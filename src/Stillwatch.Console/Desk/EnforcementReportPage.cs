using System.Globalization;
using System.Net;
using System.Text;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;

namespace Stillwatch.Console.Desk;

/// <summary>The enforcement report as a page for people: no script, nothing from elsewhere.</summary>
internal static class EnforcementReportPage
{
    /// <summary>The page.</summary>
    public static string Of(EnforcementReport report)
    {
        var page = new StringBuilder();
        void Add(FormattableString text) => page.AppendLine(text.ToString(CultureInfo.InvariantCulture));

        Add(
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Enforcement report</title>
            <style>
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1rem; color: #1d2733; }
              table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: 0.3rem 0.8rem; border-bottom: 1px solid #d5dde5; }
              th { text-align: left; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
            </style>
            </head>
            <body>
            <h1>Enforcement report</h1>
            <p>{{report.From}} to {{report.Until}}</p>
            """
        );
        Add($"<table><caption>What it is a share of</caption>");
        Row("Accounts seen", report.Accounts);
        Row("Exchanges seen in these days", report.Exchanges);
        Row("Accounts that a measure touched in a way they could feel", report.AccountsTouched);
        Row("Of them, found honest since", report.HonestAccountsTouched);
        Row("Cases opened", report.CasesOpened);
        foreach (var (finding, count) in report.CasesClosed)
        {
            Row($"Cases closed as {finding}", count);
        }

        Row("Appeals", report.Appeals);
        Row("Appeals granted", report.AppealsGranted);
        Row("Appeals not granted", report.AppealsNotGranted);
        Row("Appeals overdue", report.AppealsOverdue);
        Add($"<tr><td>Median hours from an appeal to its answer</td><td class=\"n\">{Hours(report.MedianHoursToAnswer)}</td></tr>");
        Add($"<tr><td>Median hours from a case to the first decision</td><td class=\"n\">{Hours(report.MedianHoursToDecision)}</td></tr>");
        Add($"</table>");
        Add($"<table><caption>What was done</caption>");
        Add($"<tr><th>Rule</th><th>Rung</th><th>Mode</th><th>Measures</th><th>Touched</th><th>Undone</th></tr>");
        foreach (var line in report.Lines)
        {
            Add($"<tr><td>{WebUtility.HtmlEncode(line.Rule)}</td><td>{RungWords.Of(line.Rung)}</td>");
            Add($"<td>{(line.IsShadow ? "shadow" : "live")}</td>");
            Add(
                $"<td class=\"n\">{line.Measures:N0}</td><td class=\"n\">{line.Subjects:N0}</td><td class=\"n\">{line.Undone:N0}</td></tr>"
            );
        }

        Add($"</table>");
        if (report.Lines.Count == 0)
        {
            Add($"<p>Nothing was decided in these days.</p>");
        }

        Add($"</body></html>");
        return page.ToString();

        void Row(string what, long count) => Add($"<tr><td>{WebUtility.HtmlEncode(what)}</td><td class=\"n\">{count:N0}</td></tr>");
        static string Hours(double? hours) => hours?.ToString("N1", CultureInfo.InvariantCulture) ?? "–";
    }
}
