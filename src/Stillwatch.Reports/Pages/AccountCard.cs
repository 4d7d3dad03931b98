using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Reports.Scan;

namespace Stillwatch.Reports.Pages;

/// <summary>The card of a lead: a single account.</summary>
internal static class AccountCard
{
    public static void Write(Html page, Briefing briefing, WatchedAccount account, IReadOnlyList<Example> examples)
    {
        page.Add(
            $"""
            <section class="card" id="{Briefing.CampaignOf(account)}">
            <h2>{Briefing.CampaignOf(account)} <small>{briefing.Name(account)}, {HtmlReport.Asked(account.Take)}</small></h2>
            <p class="brief">{CampaignBrief.Of(briefing, account)}</p>
            <p><b class="score">{briefing.Score(account):N1} bits</b> confidence {Briefing.Confidence(
                briefing.Score(account)
            )}, a lead since {(account.LeadAt ?? account.FlaggedAt)?.ToString()}, because {briefing.WhyFlagged(account)}.</p>
            """
        );
        HtmlReport.Reasons(page, briefing.ReasonsOf(account));
        Timeline.Write(page, briefing, account.Take, account.FlaggedAt ?? account.LeadAt);
        HtmlReport.Taken(page, account.Take);
        DossierPart.Write(page, briefing, briefing.Dossiers?.Of(account), [account.Number], Reasons.Bits(account));
        HtmlReport.Examples(page, examples);
        page.Add($"</section>");
    }
}
