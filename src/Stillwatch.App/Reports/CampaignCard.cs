using Stillwatch.App.Scan;
using Stillwatch.Campaigns;

namespace Stillwatch.App.Reports;

/// <summary>The card of one campaign: why, what ties it, when, who with whom, what it took.</summary>
internal static class CampaignCard
{
    public static void Write(Html page, Findings findings, Campaign campaign, IReadOnlyList<Example> examples)
    {
        var bits = Math.Log2(campaign.E);
        var before = campaign.Accounts.Sum(number => findings.Watch.Accounts[number].FlaggedAt == null ? 0 : findings.Watch.Accounts[number].ExchangesBeforeFlag);
        page.Add($"""
            <section class="card" id="{findings.Name(campaign)}">
            <h2>{findings.Name(campaign)} <small>{campaign.Accounts.Count:N0} accounts, {campaign.Take.Exchanges:N0} exchanges</small></h2>
            <p><b class="score">{bits:N1} bits</b> confidence {Findings.Confidence(bits)}, found {campaign.DetectedAt?.ToString()}; {before:N0} of its exchanges ({(double)before / Math.Max(1, campaign.Take.Exchanges):P0}) came before their account was flagged</p>
            <h3>Why</h3>
            """);
        HtmlReport.Reasons(page, Findings.Reasons(campaign));
        page.Add($"<h3>What ties it</h3><ul class=\"ties\">");
        foreach (var (link, accounts, most) in findings.Ties(campaign))
        {
            page.Add($"<li class=\"f{(int)link.Id.Family}\">{accounts:N0} of its accounts {link.Says} <i>up to {most:N1} bits</i></li>");
        }

        page.Add($"</ul><div class=\"figures\"><div><h3>Exchanges a day</h3>");
        Timeline.Write(page, findings, campaign.Take, campaign.DetectedAt);
        page.Add($"</div><div><h3>Accounts and what ties them</h3>");
        TieDrawing.Write(page, findings, campaign);
        page.Add($"</div></div><h3>What it took</h3>");
        HtmlReport.Taken(page, campaign.Take);
        DossierPart.Write(page, findings, findings.Dossiers?.Of(campaign), campaign.Accounts, campaign.WeightsOfAccounts);
        HtmlReport.Examples(page, examples);
        Accounts(page, findings, campaign);
        page.Add($"</section>");
    }

    private static void Accounts(Html page, Findings findings, Campaign campaign)
    {
        page.Add($"<details><summary>Its {campaign.Accounts.Count:N0} accounts</summary><table><thead><tr><th>account</th><th>exchanges</th><th>tokens out</th><th>bits</th><th>flagged</th><th>before</th><th>strongest reason</th></tr></thead><tbody>");
        foreach (var account in campaign.Accounts.Select(number => findings.Watch.Accounts[number]).OrderByDescending(findings.Score).ThenBy(a => a.Number))
        {
            page.Add($"<tr><td>{findings.Name(account)}</td><td>{account.Take.Exchanges:N0}</td><td>{account.Take.OutputTokens:N0}</td><td>{findings.Score(account):N1}</td><td>{account.FlaggedAt?.ToString()}</td><td>{account.ExchangesBeforeFlag:N0}</td><td>{(findings.Reasons(account) is [var first, ..] ? first.Text : "")}</td></tr>");
        }

        page.Add($"</tbody></table></details>");
    }
}
