using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Reports.Scan;

namespace Stillwatch.Reports.Pages;

/// <summary>The card of one campaign: why, what ties it, when, who with whom, what it took.</summary>
internal static class CampaignCard
{
    public static void Write(Html page, Briefing briefing, Campaign campaign, IReadOnlyList<Example> examples)
    {
        var bits = campaign.Bits;
        var before = campaign.Accounts.Sum(number =>
            briefing.Watch.Accounts[number].FlaggedAt == null ? 0 : briefing.Watch.Accounts[number].AnsweredBeforeFlag
        );
        page.Add(
            $"""
            <section class="card" id="{campaign.Id.ToString()}">
            <h2>{campaign.Id.ToString()} <small>{Count.Of(campaign.Accounts.Count, "account")}, {HtmlReport.Asked(
                campaign.Take
            )}</small></h2>
            <p class="brief">{CampaignBrief.Of(briefing, campaign)}</p>
            <p><b class="score">{bits:N1} bits</b> confidence {Briefing.Confidence(
                bits
            )}, found {campaign.DetectedAt?.ToString()}, because {briefing.WhyFlagged(
                campaign
            )}. {before:N0} of its answers ({(double)before
                / Math.Max(1, campaign.Take.Answered):P0}) it had before their account was flagged.</p>
            <h3>Why</h3>
            """
        );
        HtmlReport.Reasons(page, Reasons.Of(campaign));
        page.Add($"<h3>What ties it</h3><ul class=\"ties\">");
        foreach (var tie in briefing.Ties(campaign))
        {
            page.Add(
                $"<li class=\"f{(int)tie.Link.Id.Family}\">{tie.Text($"{tie.Accounts:N0} of its accounts")} <i>up to "
                    + $"{tie.Bits:N1} bits</i>"
            );
            Shared(page, briefing.Shared?.Of(campaign, tie.Link) ?? []);
            page.Add($"</li>");
        }

        page.Add($"</ul><div class=\"figures\"><div><h3>Exchanges a day</h3>");
        Timeline.Write(page, briefing, campaign.Take, campaign.DetectedAt);
        page.Add($"</div><div><h3>Accounts and what ties them</h3>");
        TieDrawing.Write(page, briefing, campaign);
        page.Add($"</div></div><h3>What it took</h3>");
        HtmlReport.Taken(page, campaign.Take);
        DossierPart.Write(page, briefing, briefing.Dossiers?.Of(campaign), campaign.Accounts, Reasons.Bits(campaign));
        HtmlReport.Examples(page, examples);
        Accounts(page, briefing, campaign);
        page.Add($"</section>");
    }

    /// <summary>Which address, card or template it is.</summary>
    private static void Shared(Html page, IReadOnlyList<SharedThing> things)
    {
        var named = things.Where(thing => thing.Text != null).ToList();
        if (named.Count > 0)
        {
            page.Add($"<ul class=\"shared\">");
            foreach (var thing in named)
            {
                page.Add($"<li><code>{thing.Text}</code> {Count.Of(thing.Accounts, "account")}</li>");
            }

            page.Add($"</ul>");
        }
    }

    private static void Accounts(Html page, Briefing briefing, Campaign campaign)
    {
        page.Add(
            $"<details><summary>Its "
                + $"{Count.Of(campaign.Accounts.Count, "account")}</summary><table><thead><tr><th>account</th>"
                + $"<th>exchanges</th><th>answered</th><th>tokens out</th><th>bits</th><th>flagged</th><th>answers "
                + $"before</th><th>why flagged</th><th>strongest reason</th></tr></thead><tbody>"
        );
        foreach (
            var account in campaign
                .Accounts.Select(number => briefing.Watch.Accounts[number])
                .OrderByDescending(briefing.Score)
                .ThenBy(a => a.Number)
        )
        {
            page.Add(
                $"<tr><td>{briefing.Name(account)}</td><td>{account.Take.Exchanges:N0}</td><td>"
                    + $"{account.Take.Answered:N0}</td><td>{account.Take.OutputTokens:N0}</td><td>"
                    + $"{briefing.Score(account):N1}</td><td>{account.FlaggedAt?.ToString()}</td><td>"
                    + $"{account.AnsweredBeforeFlag:N0}</td><td>{briefing.WhyFlagged(account)}</td><td>"
                    + $"{(briefing.ReasonsOf(account) is [var first, ..] ? first.Text : "")}</td></tr>"
            );
        }

        page.Add($"</tbody></table></details>");
    }
}
