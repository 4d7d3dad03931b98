using System.Text.Json.Nodes;
using Stillwatch.Capabilities;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Console.Desk;

/// <summary>
/// Completes a decision that somebody typed: ids that it makes anew, times from now on, how many people the policy wants, and the accounts
/// that a campaign stands for.
/// </summary>
internal static class Drafting
{
    private const int DefaultDays = 7;

    /// <summary>Completes a decision in place.</summary>
    /// <exception cref="FormatException">It names a campaign that there is not, or has fields that cannot be completed.</exception>
    public static async Task CompleteAsync(JsonObject decision, IDesk desk)
    {
        switch (Text(decision, "kind"))
        {
            case "case_opened":
                decision["case"] ??= CaseId.Of(desk.Chance()).ToString();
                decision["subjects"] ??= new JsonArray();
                decision["campaign"] ??= null;
                break;
            case "case_split":
                decision["part"] ??= CaseId.Of(desk.Chance()).ToString();
                break;
            case "hypothesis_weighed":
                decision["for"] ??= new JsonArray();
                decision["against"] ??= new JsonArray();
                break;
            case "customer_noticed":
                decision["deadline"] ??= null;
                break;
            case "text_read":
                decision["case"] ??= null;
                break;
            case "measure_proposed":
                await MeasureAsync(decision, desk);
                break;
            case "release_proposed":
                await ReleaseAsync(decision, desk);
                break;
        }
    }

    private static async Task MeasureAsync(JsonObject decision, IDesk desk)
    {
        var measure = decision["measure"] as JsonObject ?? throw new FormatException("measure: an object is wanted");
        measure["id"] ??= MeasureId.Of(desk.Chance()).ToString();
        measure["terms"] ??= new JsonObject();
        measure["reason_code"] ??= ReasonCodes.DistillationSuspected;
        if (RungWords.Parse(Text(measure, "rung")) is not { } rung)
        {
            throw new FormatException($"measure.rung: one of {string.Join(", ", RungWords.Words)} is wanted");
        }

        var isShadow = measure["is_shadow"]?.GetValue<bool>() ?? false;
        measure["needs"] = isShadow ? 0 : desk.Standing.Policy.Needs(rung);
        measure["from"] ??= desk.Now().ToString();
        var days = DefaultDays;
        if (measure["days"] is { } wanted)
        {
            days = wanted.GetValue<int>();
            measure.Remove("days");
        }

        if (measure["until"] == null)
        {
            var from = Text(measure, "from") ?? "";
            measure["until"] = Rfc3339.TryParse(System.Text.Encoding.UTF8.GetBytes(from), out var at)
                ? new EventTime(at.Micros + days * EventTime.Day).ToString()
                : throw new FormatException($"measure.from: a time such as 2026-11-28T12:00:00Z is wanted");
        }

        // whom a campaign stands for is what the watch believes now, and nobody's list
        var accounts = new JsonArray();
        foreach (var subject in measure["subjects"] as JsonArray ?? throw new FormatException("measure.subjects: a list is wanted"))
        {
            if (!Subject.TryParse(subject?.ToString(), out var named) || named.Kind != SubjectKind.Campaign)
            {
                continue;
            }

            var known = (CampaignId.TryParse(named.Name, out var id) ? await desk.AccountsOfAsync(id) : null)
                ?? throw new FormatException($"measure.subjects: there is no flagged campaign {named.Name}");
            foreach (var account in known)
            {
                accounts.Add(account);
            }
        }

        decision["accounts"] = accounts;
    }

    private static async Task ReleaseAsync(JsonObject decision, IDesk desk)
    {
        var release = decision["release"] as JsonObject ?? throw new FormatException("release: an object is wanted");
        release["id"] ??= ReleaseId.Of(desk.Chance()).ToString();
        var tiers = (release["stages"] as JsonArray ?? throw new FormatException("release.stages: a list is wanted"))
            .OfType<JsonObject>()
            .SelectMany(stage => stage["tiers"] as JsonArray ?? [])
            .Select(tier => tier?.ToString() ?? "")
            .Distinct(StringComparer.Ordinal)
            .ToList();

        // what whoever approves has to know is measured here, and nobody's claim
        release["exposure"] = System.Text.Json.JsonSerializer.SerializeToNode(await desk.ExposureAsync(tiers), DecisionJson.Options);
    }

    private static string? Text(JsonObject node, string name) =>
        node[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
