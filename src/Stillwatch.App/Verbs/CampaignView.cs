using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Stillwatch.App.Verbs;

/// <summary>
/// One campaign as a terminal shows it: what it is taken for and why, what ties it, what it took, who looks alike and is not of it.
/// </summary>
internal static class CampaignView
{
    private const int MostEvidence = 12;
    private const int MostAccounts = 60; // a screen of them

    /// <summary>The view of <paramref name="campaign"/>, an entry of a scan result.</summary>
    public static IRenderable Of(JsonElement campaign)
    {
        var isLead = campaign.TryGetProperty("lead", out _);
        List<IRenderable> parts =
        [
            new Markup($"[bold]{Plain(campaign, isLead ? "lead" : "campaign")}[/]  {Plain(campaign, "brief")}\n"),
            new Markup(
                $"{Count.Of(campaign.GetProperty("accounts").GetArrayLength(), "account")}, {Number(campaign, "exchanges")} exchanges "
                    + $"({Number(campaign, "answered")} answered), {Number(campaign, "output_tokens")} tokens out; "
                    + $"{campaign.GetProperty("score").GetDouble():F1} bits ({Plain(campaign, "confidence")}). "
                    + $"{(isLead ? "Not flagged; a lead since" : "Found")} {Plain(campaign, isLead ? "since" : "detected_at")}, because "
                    + $"{Plain(campaign.GetProperty(isLead ? "lead_for" : "flagged_for"), "text")}.\n"
            ),
        ];
        Verdict(parts, campaign);
        List(parts, "why", campaign, "reasons", reason =>
            $"{reason.GetProperty("score").GetDouble(), 6:F1}  "
            + $"{Plain(reason, "text")}{(reason.TryGetProperty("extrapolated", out _) ? " (extrapolated)" : "")}"
        );
        List(parts, "what ties it", campaign, "links", link => $"{link.GetProperty("most_bits").GetDouble(), 6:F1}  {Plain(link, "text")}");
        Taken(parts, campaign);
        Accounts(parts, campaign.GetProperty("accounts"));
        List(parts, "who asks most like it and was not flagged", campaign, "contrasts", contrast =>
            $"  {Plain(contrast, "account")}: {Plain(contrast, "told_apart")}"
        );
        return new Rows(parts);
    }

    private static void Verdict(List<IRenderable> parts, JsonElement campaign)
    {
        if (!campaign.TryGetProperty("verdict", out var verdict))
        {
            parts.Add(new Text("What it is taken for, and what it took, is being worked out.\n"));
            return;
        }

        var lead = verdict.GetProperty("leads_by").GetDouble();
        parts.Add(
            new Markup(
                $"Taken for "
                    + $"[bold]{Plain(verdict, "taken_for")}[/]"
                    + $"{(lead > 0 ? $", {lead:F0} bits before the next" : ": nothing leads by three bits")}"
                    + $"{WorkedOut(campaign)}"
            )
        );
        var table = new Table().Border(TableBorder.Simple).AddColumns("verdict", "bits", "what was seen");
        foreach (
            var evidence in verdict
                .GetProperty("evidence")
                .EnumerateArray()
                .OrderByDescending(one => Math.Abs(one.GetProperty("bits").GetDouble()))
                .Take(MostEvidence)
        )
        {
            table.AddRow(Plain(evidence, "verdict"), $"{evidence.GetProperty("bits").GetDouble():+0;-0}", Plain(evidence, "text"));
        }

        parts.Add(table);
        if (verdict.GetProperty("would_change").GetArrayLength() > 0)
        {
            parts.Add(
                new Markup(
                    $"It would be taken for something else "
                        + $"{string.Join("; ", verdict.GetProperty("would_change").EnumerateArray().Select(WatchVerb.Plain))}.\n"
                )
            );
        }
    }

    private static string WorkedOut(JsonElement campaign) =>
        campaign.TryGetProperty("worked_out", out var when)
            ? $" [dim](of {Number(when, "exchanges")} exchanges of {Number(when, "accounts")} accounts, up to {Plain(when, "until")})[/]"
            : "";

    private static void Taken(List<IRenderable> parts, JsonElement campaign)
    {
        if (!campaign.TryGetProperty("taken", out var taken))
        {
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("it took", "exchanges", "tokens out");
        foreach (var capability in taken.GetProperty("by_capability").EnumerateObject())
        {
            table.AddRow(capability.Name, Number(capability.Value, "exchanges"), Number(capability.Value, "output_tokens"));
        }

        parts.Add(table);
        if (taken.GetProperty("days").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last)
        {
            parts.Add(
                new Markup(
                    $"Since its first day it reached the topics and kinds that {last.GetProperty("behaviour_covered").GetDouble():P0} "
                        + $"of all customers' requests lie in.\n"
                )
            );
        }
    }

    private static void List(List<IRenderable> parts, string title, JsonElement campaign, string name, Func<JsonElement, string> line)
    {
        if (campaign.TryGetProperty(name, out var entries) && entries.GetArrayLength() > 0)
        {
            parts.Add(
                new Markup($"[bold]{title}[/]\n" + string.Concat(entries.EnumerateArray().Take(5).Select(entry => line(entry) + "\n")))
            );
        }
    }

    /// <summary>Its accounts, by their names; all of them where a program reads.</summary>
    private static void Accounts(List<IRenderable> parts, JsonElement accounts)
    {
        var most = Terminal.IsOutputRedirected ? int.MaxValue : MostAccounts;
        var more = accounts.GetArrayLength() - most;
        parts.Add(
            new Markup(
                $"[bold]its "
                    + $"{(accounts.GetArrayLength() == 1 ? "account" : "accounts")}[/]\n"
                    + $"{string.Join(", ", accounts.EnumerateArray().Take(most).Select(WatchVerb.Plain))}"
                    + $"{(more > 0 ? $" and {more:N0} more (in a pipe, all of them)" : "")}\n"
            )
        );
    }

    private static string Number(JsonElement element, string name) => element.GetProperty(name).GetInt64().ToString("N0");

    private static string Plain(JsonElement element, string name) => WatchVerb.Plain(element.GetProperty(name));
}
