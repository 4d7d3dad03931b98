using Stillwatch.App.Scan;
using Stillwatch.Campaigns;

namespace Stillwatch.App.Reports;

/// <summary>The report of a scan: one page that needs nothing else, no script and no network. Sections in order.</summary>
internal static class HtmlReport
{
    /// <summary>Writes the page. The same findings give the same bytes.</summary>
    public static void Write(Findings findings, IReadOnlyDictionary<string, IReadOnlyList<Example>> examples, Stream stream)
    {
        var page = HtmlPage.Begin($"Stillwatch: {findings.Campaigns.Count} campaigns");
        Head(page, findings);
        foreach (var campaign in findings.Campaigns.OrderByDescending(c => c.Take.OutputTokens).ThenBy(c => c.Number))
        {
            CampaignCard.Write(page, findings, campaign, examples.GetValueOrDefault(findings.Name(campaign), []));
        }

        if (findings.Alone.Count > 0)
        {
            page.Add($"<h2>Accounts on their own</h2>");
            foreach (var account in findings.Alone.OrderByDescending(findings.Score).ThenBy(a => a.Number))
            {
                AccountCard.Write(page, findings, account, examples.GetValueOrDefault(findings.CampaignOf(account)!, []));
            }
        }

        ClearedSection.Write(page, findings);
        Foot(page);
        HtmlPage.Write(page, stream);
    }

    private static void Head(Html page, Findings findings)
    {
        var flagged = findings.Watch.Accounts.Count(account => account.FlaggedAt != null);
        page.Add($"""
            <header>
            <h1>{findings.Campaigns.Count} {(findings.Campaigns.Count == 1 ? "campaign" : "campaigns")}, {findings.Alone.Count} on their own</h1>
            <p>{findings.Log.Exchanges:N0} exchanges of {findings.Log.Names.Count:N0} accounts, {findings.Log.First.ToString()} to {findings.Log.Last.ToString()}. {flagged:N0} accounts are flagged. {findings.Rejections.Count:N0} lines could not be read.</p>
            <p class="quiet">Weighed against {findings.Calibration.Accounts:N0} accounts over {findings.Calibration.Days:N0} days: {findings.Calibration.Provenance}. Accounts are flagged at 1/{1 / findings.Rules.AccountAlpha:N0}, campaigns at a false discovery rate of {findings.Rules.CampaignAlpha:P0}.</p>
            </header>
            """);
    }

    private static void Foot(Html page) => page.Add($"""
        <footer>
        <p>Bits are log₂ of an e-value: 10 bits mean that an honest account would show this much in at most one case of a thousand. What is marked
        <em>extrapolated</em> goes beyond everything that the calibration accounts showed and rests on a fitted tail. “Act as one” and “copying”
        are findings about traffic; who is behind it is for people to find out.</p>
        </footer>
        """);

    /// <summary>Reasons as a list, strongest first.</summary>
    public static void Reasons(Html page, IReadOnlyList<Reason> reasons)
    {
        page.Add($"<ol class=\"reasons\">");
        foreach (var reason in reasons)
        {
            page.Add($"<li><b>{reason.Bits:N1}</b> <span>{reason.Text}{(reason.Extrapolated ? " (extrapolated)" : "")} <i>{reason.Detector}</i></span></li>");
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

    /// <summary>What was taken, by kind and language.</summary>
    public static void Taken(Html page, in Take take)
    {
        page.Add($"<dl class=\"taken\"><div><dt>tokens out</dt><dd>{take.OutputTokens:N0}</dd></div><div><dt>tokens in</dt><dd>{take.InputTokens:N0}</dd></div><div><dt>follow-ups</dt><dd>{take.FollowUps:N0}</dd></div><div><dt>with tools</dt><dd>{take.WithTools:N0}</dd></div><div><dt>with log-probabilities</dt><dd>{take.WithLogProbabilities:N0}</dd></div>");
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
                page.Add($"<div><dt>{(language == Features.Language.Unknown ? "language not told" : language.ToString())}</dt><dd>{take.In(language):N0}</dd></div>");
            }
        }

        page.Add($"</dl>");
    }

    private static string Words(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : i == 0 ? char.ToLowerInvariant(c).ToString() : c.ToString()));
}
