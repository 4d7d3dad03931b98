using Stillwatch.Reports.Scan;

namespace Stillwatch.Reports.Pages;

/// <summary>Accounts that draw from one source and are not flagged for it.</summary>
internal static class SourceLeadSection
{
    public static void Write(Html page, Briefing briefing)
    {
        if (briefing.SourceLeads.Count == 0)
        {
            return;
        }

        page.Add(
            $"<section><h2>Leads: accounts that draw from one source, not flagged</h2><table><thead><tr><th>lead</th><th>accounts</th>"
                + $"<th>exchanges</th><th>bits</th><th>since</th><th>what was seen</th></tr></thead><tbody>"
        );
        foreach (var lead in briefing.SourceLeads)
        {
            var names = string.Join(", ", lead.Accounts.Select(number => briefing.Log.Names[number]));
            page.Add($"<tr><td>{briefing.IdOf(lead).ToString()}</td><td>{names}</td>");
            page.Add($"<td>{CampaignBrief.TakeOf(briefing, lead).Exchanges:N0}</td><td>{briefing.Score(lead):N1}</td>");
            page.Add($"<td>{lead.Since.ToString()}</td><td>{lead.Found.Explain()}; {Briefing.HowRare(lead)}</td></tr>");
        }

        page.Add($"</tbody></table></section>");
    }
}
