using System.Globalization;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Pages;

/// <summary>The report of a scan: one page that needs nothing else, no script and no network. Sections in order.</summary>
internal static class HtmlReport
{
    private const int MostLogs = 5;

    /// <summary>Writes the page. The same findings give the same bytes.</summary>
    /// <param name="briefing">What was found.</param>
    /// <param name="examples">By campaign, a few of its exchanges.</param>
    /// <param name="made">When the page is made.</param>
    /// <param name="stream">Where it goes.</param>
    public static void Write(
        Briefing briefing,
        IReadOnlyDictionary<string, IReadOnlyList<Example>> examples,
        DateTimeOffset made,
        Stream stream
    )
    {
        var page = HtmlPage.Begin($"Stillwatch: {Count.Of(briefing.Campaigns.Count, "campaign")}");
        Head(page, briefing, made);
        foreach (var campaign in briefing.Campaigns.OrderByDescending(c => c.Take.OutputTokens).ThenBy(c => c.Number))
        {
            CampaignCard.Write(page, briefing, campaign, examples.GetValueOrDefault(campaign.Id.ToString(), []));
        }

        SourceLeadSection.Write(page, briefing);
        if (briefing.Leads.Count > 0)
        {
            page.Add($"<h2>Leads: single accounts, ranked and not flagged</h2>");
            foreach (var account in briefing.Leads.OrderByDescending(briefing.Score).ThenBy(a => a.Number))
            {
                AccountCard.Write(page, briefing, account, examples.GetValueOrDefault(Briefing.CampaignOf(account)!, []));
            }
        }

        ClearedSection.Write(page, briefing);
        Foot(page);
        HtmlPage.Write(page, stream);
    }

    private static void Head(Html page, Briefing briefing, DateTimeOffset made)
    {
        var flagged = briefing.Watch.Accounts.Count(account => account.FlaggedAt != null);
        page.Add(
            $"""
            <header>
            <h1>{Count.Of(briefing.Campaigns.Count, "campaign")}, {Count.Of(
                briefing.AllLeads,
                "lead"
            )}</h1>
            <p>{Count.Of(briefing.Log.Exchanges, "exchange")} of {Count.Of(
                briefing.Log.Names.Count,
                "account"
            )}, {briefing.Log.First.ToString()} to {briefing.Log.Last.ToString()}. {Count.Of(flagged, "account")} flagged.</p>
            <p class="quiet">{Logs(briefing)} Made {made.ToString(
                "yyyy-MM-dd HH:mm",
                CultureInfo.InvariantCulture
            )} UTC by Stillwatch {ProgramVersion.Text}.</p>
            """
        );
        Seen(page, briefing);
        page.Add(
            $"""
            <p class="quiet">Weighed against {briefing.Calibration.Accounts:N0} accounts over {briefing.Calibration.Days:N0} days: {briefing.Calibration.Provenance}.
            Campaigns are held against {briefing.Calibration.Levels.Provenance}. At most {briefing.Rules.CampaignAlpha:P0} of honest deployments have any flagged campaign in a month; a single account is a lead at 1/{1
                / briefing.Rules.AccountAlpha:N0} and not flagged.</p>
            </header>
            """
        );
    }

    private static string Logs(Briefing briefing) =>
        briefing.Logs.Count switch
        {
            0 => "",
            <= MostLogs => $"Log: {string.Join(", ", briefing.Logs)}.",
            var count => $"Logs: {string.Join(", ", briefing.Logs.Take(MostLogs))} and {count - MostLogs:N0} more.",
        };

    /// <summary>What the log held and did not, so that what was not found can be told from what could not be.</summary>
    private static void Seen(Html page, Briefing briefing)
    {
        page.Add($"<section class=\"seen\"><h3>What could be seen</h3><p>{briefing.Watch.Coverage.Told()}.</p>");
        string[] lines =
        [
            .. briefing.Lost.Length > 0 ? [$"Not read: {briefing.Lost}."] : Array.Empty<string>(),
            .. briefing.Blind.Select(blind => $"Not seen: {blind}."),
            .. briefing.Notes.Select(note => $"Note: {note}."),
        ];
        if (lines.Length > 0)
        {
            page.Add($"<ul>");
            foreach (var line in lines)
            {
                page.Add($"<li>{line}</li>");
            }

            page.Add($"</ul>");
        }

        page.Add($"</section>");
    }

    private static void Foot(Html page) =>
        page.Add(
            $"""
            <footer>
            <p>Bits of a campaign are −log₂ of a share: 10 bits mean that at most one honest population in a thousand has a group that
            comes as high. Bits of a lead say how rare it is among honest accounts of a like volume. What is marked
            <em>extrapolated</em> goes beyond
            all of them. “Act as one” and “copying”
            are briefing about traffic; who is behind it is for people to find out.</p>
            </footer>
            """
        );

    /// <summary>Reasons as a list, strongest first.</summary>
    public static void Reasons(Html page, IReadOnlyList<Reason> reasons)
    {
        page.Add($"<ol class=\"reasons\">");
        foreach (var reason in reasons)
        {
            page.Add(
                $"<li><b>{reason.Bits:N1}</b> <span>{reason.Text}{(reason.Extrapolated ? " (extrapolated)" : "")} "
                    + $"<i>{reason.Detector}</i></span></li>"
            );
        }

        page.Add($"</ol>");
    }

    /// <summary>A few exchanges, as text.</summary>
    public static void Examples(Html page, IReadOnlyList<Example> examples)
    {
        if (examples.Count == 0)
        {
            return;
        }

        page.Add($"<details><summary>What was asked, {examples.Count} examples</summary>");
        foreach (var example in examples)
        {
            page.Add($"<figure><figcaption>{example.Account}, {example.Time}</figcaption><pre>{example.Prompt}</pre></figure>");
        }

        page.Add($"</details>");
    }

    /// <summary>What was asked, and how much of it was answered where that is not all.</summary>
    public static string Asked(in Take take) =>
        $"{Count.Of(take.Exchanges, "exchange")}"
        + $"{(take.Answered == take.Exchanges ? "" : $" ({take.Answered:N0} answered, the others were refused or failed)")}";

    /// <summary>What was taken, by kind and language.</summary>
    public static void Taken(Html page, in Take take)
    {
        page.Add(
            $"<dl class=\"taken\"><div><dt>answers</dt><dd>{take.Answered:N0}</dd></div><div><dt>tokens "
                + $"out</dt><dd>{take.OutputTokens:N0}</dd></div><div><dt>tokens "
                + $"in</dt><dd>{take.InputTokens:N0}</dd></div><div><dt>follow-ups</dt><dd>{take.FollowUps:N0}</dd>"
                + $"</div><div><dt>with tools</dt><dd>{take.WithTools:N0}</dd></div><div><dt>with log-probabilities</dt>"
                + $"<dd>{take.WithLogProbabilities:N0}</dd></div>"
        );
        for (var kind = 0; kind < Take.Kinds; kind++)
        {
            if (take.OfKind(kind) > 0)
            {
                page.Add($"<div><dt>{Words(((Features.Elicitation)(1 << kind)).ToString())}</dt><dd>{take.OfKind(kind):N0}</dd></div>");
            }
        }

        foreach (var language in Enum.GetValues<Features.Language>())
        {
            if (take.In(language) > 0)
            {
                page.Add(
                    $"<div><dt>{(language == Features.Language.Unknown ? "language not told" : language.ToString())}</dt>"
                        + $"<dd>{take.In(language):N0}</dd></div>"
                );
            }
        }

        page.Add($"</dl>");
    }

    private static string Words(string name) =>
        string.Concat(
            name.Select(
                (c, i) =>
                    i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c)
                    : i == 0 ? char.ToLowerInvariant(c).ToString()
                    : c.ToString()
            )
        );
}
