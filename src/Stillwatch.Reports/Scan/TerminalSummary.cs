using Stillwatch.Campaigns.Telling;

namespace Stillwatch.Reports.Scan;

/// <summary>A summary that fits a terminal: campaigns first, then leads, each with its two strongest reasons.</summary>
internal static class TerminalSummary
{
    private const int MostCampaigns = 8;
    private const int MostAlone = 8;

    public static void Write(Briefing briefing, TextWriter into)
    {
        var width = Width();
        var flagged = briefing.Watch.Accounts.Count(account => account.FlaggedAt != null);
        Line(
            into,
            $"{Count.Of(briefing.Log.Exchanges, "exchange")} of {Count.Of(briefing.Log.Names.Count, "account")}, {briefing.Log.First} "
                + $"to {briefing.Log.Last}",
            width
        );
        Line(into, briefing.Watch.Coverage.Told(), width);
        if (briefing.Lost.Length > 0)
        {
            Line(into, $"not read: {briefing.Lost} (each named on standard error)", width);
        }

        foreach (var blind in briefing.Blind)
        {
            Line(into, $"not seen: {blind}", width);
        }

        foreach (var note in briefing.Notes)
        {
            Line(into, $"note: {note}", width);
        }

        Line(
            into,
            $"{Count.Of(briefing.Campaigns.Count, "campaign")}, "
                + $"{Count.Of(flagged, "account")} flagged; {Count.Of(briefing.AllLeads, "lead")} "
                + "worth a look",
            width
        );

        foreach (var campaign in briefing.Campaigns.OrderByDescending(c => c.Take.OutputTokens).ThenBy(c => c.Number).Take(MostCampaigns))
        {
            into.WriteLine();
            Line(
                into,
                $"{campaign.Id.ToString()}  {campaign.Accounts.Count:N0} accounts  {Took(campaign.Take)}  {campaign.Bits:N1} "
                    + $"bits ({Briefing.Confidence(campaign.Bits)})  found {campaign.DetectedAt}",
                width
            );
            if (briefing.Dossiers?.Of(campaign) is { } dossier && briefing.Dossiers.Assess(dossier) is var assessment)
            {
                Line(
                    into,
                    $"    taken for "
                        + $"{DossierToJson.Say(assessment.Verdict)}"
                        + $"{(assessment.Lead > 0 ? $", {assessment.Lead:N0} bits before the next" : "")}",
                    width
                );
            }

            Line(into, $"    flagged because {Shown.Text(briefing.WhyFlagged(campaign))}", width);
            foreach (var reason in Reasons.Of(campaign).Take(2))
            {
                Line(into, $"    {reason.Bits, 5:N1}  {Shown.Text(reason.Text)}{(reason.Extrapolated ? " (extrapolated)" : "")}", width);
            }

            foreach (var tie in briefing.Ties(campaign).Take(2))
            {
                var what = briefing
                    .Shared?.Of(campaign, tie.Link)
                    .Where(thing => thing.Text != null)
                    .Select(thing => $"{Shown.Text(thing.Text!)} ({thing.Accounts:N0})")
                    .ToList()
                    ?? [];
                Line(
                    into,
                    $"    tied   {tie.Text($"{tie.Accounts:N0} of them")}" + $"{(what.Count == 0 ? "" : ": " + string.Join("; ", what))}",
                    width
                );
            }
        }

        More(into, briefing.Campaigns.Count - MostCampaigns, "campaigns");
        if (briefing.SourceLeads.Count > 0)
        {
            into.WriteLine();
            into.WriteLine("leads: accounts that draw from one source; they are not flagged");
        }

        foreach (var lead in briefing.SourceLeads.Take(MostAlone))
        {
            Line(
                into,
                $"{briefing.IdOf(lead)}  {lead.Accounts.Count:N0} accounts, among them {Shown.Text(briefing.Log.Names[lead.Accounts[0]])}  "
                    + $"{Took(CampaignBrief.TakeOf(briefing, lead))}  {briefing.Score(lead):N1} bits  since {lead.Since}",
                width
            );
            Line(into, $"    because {Briefing.HowRare(lead)}", width);
        }

        More(into, briefing.SourceLeads.Count - MostAlone, "such leads");
        if (briefing.Leads.Count > 0)
        {
            into.WriteLine();
            into.WriteLine("leads: single accounts, ranked; they are not flagged");
        }

        foreach (var account in briefing.Leads.OrderByDescending(briefing.Score).ThenBy(a => a.Number).Take(MostAlone))
        {
            Line(
                into,
                $"{Briefing.CampaignOf(account)}  {Shown.Text(briefing.Name(account))}  {Took(account.Take)}  "
                    + $"{briefing.Score(account):N1} bits  {(account.FlaggedAt is { } at ? $"flagged {at}" : $"since {account.LeadAt}")}",
                width
            );
            Line(into, $"    because {Shown.Text(briefing.WhyFlagged(account)!)}", width);
            foreach (var reason in briefing.ReasonsOf(account).Take(2))
            {
                Line(into, $"    {reason.Bits, 5:N1}  {Shown.Text(reason.Text)}{(reason.Extrapolated ? " (extrapolated)" : "")}", width);
            }
        }

        More(into, briefing.Leads.Count - MostAlone, "leads");
        if (briefing.Explained.Count > 0)
        {
            into.WriteLine();
            into.WriteLine("explained: they stand out, what they ask is known, and they are not flagged");
        }

        foreach (var explained in briefing.Explained.Take(MostAlone))
        {
            var more = explained.Accounts.Count > 1 ? $" and {explained.Accounts.Count - 1:N0} more" : "";
            var who = briefing.Name(explained.Accounts[0]) + more;
            Line(into, $"{Shown.Text(who)}  {Shown.Text(explained.Explanation.Text)}", width);
        }

        More(into, briefing.Explained.Count - MostAlone, "explained");
    }

    private static string Took(in Campaigns.Subjects.Take take) =>
        $"{Count.Of(take.Exchanges, "exchange")}{(take.Answered == take.Exchanges ? "" : $" ({take.Answered:N0} answered)")}  "
        + $"{take.OutputTokens:N0} tokens out";

    private static void More(TextWriter into, int more, string what)
    {
        if (more > 0)
        {
            into.WriteLine($"… and {more:N0} more {what}: see --out or --report");
        }
    }

    private static int Width() =>
        Terminal.IsOutputRedirected ? int.MaxValue
        : Terminal.WindowWidth is > 40 and var width ? width
        : 80;

    /// <summary>Writes a line; what does not fit goes on below, under where its words begin.</summary>
    private static void Line(TextWriter into, string line, int width)
    {
        var indent = Math.Min(width / 4, line.StartsWith("    ", StringComparison.Ordinal) ? 11 : 4);
        while (line.Length >= width)
        {
            var at = line.LastIndexOf(' ', width - 1, width - 1 - indent);
            at = at > indent ? at : width - 1;
            into.WriteLine(line[..at]);
            line = new string(' ', indent) + line[at..].TrimStart();
        }

        into.WriteLine(line);
    }
}
