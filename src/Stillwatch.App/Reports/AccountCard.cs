using Stillwatch.App.Scan;
using Stillwatch.Campaigns;

namespace Stillwatch.App.Reports;

/// <summary>The card of an account that stands alone.</summary>
internal static class AccountCard
{
    public static void Write(Html page, Briefing findings, WatchedAccount account, IReadOnlyList<Example> examples)
    {
        page.Add($"""
            <section class="card" id="{Briefing.CampaignOf(account)}">
            <h2>{Briefing.CampaignOf(account)} <small>{findings.Name(account)}, {HtmlReport.Asked(account.Take)}</small></h2>
            <p class="brief">{CampaignBrief.Of(findings, account)}</p>
            <p><b class="score">{findings.Score(account):N1} bits</b> confidence {Briefing.Confidence(findings.Score(account))}, flagged {account.FlaggedAt?.ToString()}, because {findings.WhyFlagged(account)}. {account.AnsweredBeforeFlag:N0} of its answers ({(double)account.AnsweredBeforeFlag / Math.Max(1, account.Take.Answered):P0}) it had before that.</p>
            """);
        HtmlReport.Reasons(page, findings.Reasons(account));
        Timeline.Write(page, findings, account.Take, account.FlaggedAt);
        HtmlReport.Taken(page, account.Take);
        DossierPart.Write(page, findings, findings.Dossiers?.Of(account), [account.Number], account.Weights);
        HtmlReport.Examples(page, examples);
        page.Add($"</section>");
    }
}
