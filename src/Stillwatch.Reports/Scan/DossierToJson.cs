using System.Text.Json;
using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Scan;

/// <summary>
/// Writes what a second pass worked out into a scan result: the verdict, what was taken, end users, contrasts. Extensions of version 1.
/// </summary>
internal static class DossierToJson
{
    private const int MostEndUsers = 20;

    /// <summary>Writes all of it, where there is a dossier.</summary>
    public static void Write(Utf8JsonWriter json, Briefing briefing, Dossier? dossier, IReadOnlyList<int> accounts, double[] bits)
    {
        if (briefing.Dossiers == null || dossier == null)
        {
            return;
        }

        if (briefing.IsLive)
        {
            json.WriteStartObject("worked_out"); // traffic goes on, and so does who belongs together
            json.WriteString("until", briefing.Dossiers.Until?.ToString());
            json.WriteNumber("accounts", dossier.Accounts.Count());
            json.WriteNumber("exchanges", dossier.Exchanges);
            json.WriteEndObject();
        }

        Verdict(json, briefing.Dossiers.Assess(dossier));
        Taken(json, dossier.Taken, briefing.Dossiers.Behaviour);
        Unlike(json, dossier, briefing.Dossiers);
        EndUsers(json, dossier, briefing.Calibration, briefing.Dossiers);
        json.WriteStartArray("contrasts");
        foreach (var contrast in Contrast.Of(briefing.Watch, accounts, bits))
        {
            json.WriteStartObject();
            json.WriteString("account", briefing.Log.Names[contrast.Account]);
            Bits(json, "likeness", contrast.Likeness);
            json.WriteString("told_apart", contrast.ToldApart);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the verdict with its evidence.</summary>
    public static void Verdict(Utf8JsonWriter json, Assessment assessment)
    {
        json.WriteStartObject("verdict");
        json.WriteString("taken_for", Say(assessment.Verdict));
        Bits(json, "leads_by", assessment.Lead);
        json.WriteStartArray("evidence");
        foreach (var argument in assessment.Arguments)
        {
            json.WriteStartObject();
            json.WriteString("verdict", Say(argument.For));
            Bits(json, "bits", argument.Bits);
            json.WriteString("text", argument.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("would_change");
        foreach (var text in assessment.WouldChange)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A verdict in the words of a file.</summary>
    public static string Say(Verdict verdict) =>
        verdict == Signals.Verdict.HonestBulk ? "honest-bulk" : verdict.ToString().ToLowerInvariant();

    private static void Taken(Utf8JsonWriter json, Taken taken, Behaviour behaviour)
    {
        json.WriteStartObject("taken");
        json.WriteStartObject("by_capability");
        for (var i = 0; i < ShownCapabilities.Names.Count; i++)
        {
            var (exchanges, tokens) = taken.ByCapability[i];
            if (exchanges > 0)
            {
                json.WriteStartObject(ShownCapabilities.Names[i]);
                json.WriteNumber("exchanges", exchanges);
                json.WriteNumber("output_tokens", tokens);
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("days");
        foreach (var (day, exchanges, tokens, byCapability, covered) in taken.Days(behaviour))
        {
            json.WriteStartObject();
            json.WriteString("day", new EventTime(day * EventTime.Day).ToString()[..10]);
            json.WriteNumber("exchanges", exchanges);
            json.WriteNumber("output_tokens", tokens);
            json.WriteStartObject("by_capability");
            for (var i = 0; i < byCapability.Count; i++)
            {
                if (byCapability[i] > 0)
                {
                    json.WriteNumber(ShownCapabilities.Names[i], byCapability[i]);
                }
            }

            json.WriteEndObject();
            json.WriteNumber("behaviour_covered", Math.Round(covered, 4));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Unlike(Utf8JsonWriter json, Dossier dossier, Dossiers dossiers)
    {
        json.WriteStartObject("unlike_everybody");
        if (dossiers.UnlikeEverybody(dossier).Kernel is { Compared: > 0 } kernel)
        {
            json.WriteNumber("mmd2", Math.Round(kernel.Distance, 4));
            json.WriteNumber("honest_as_far", kernel.AsFar);
            json.WriteNumber("honest_compared", kernel.Compared);
        }

        json.WriteNumber("novel", Math.Round(dossier.Novel, 4));
        json.WriteNumber("novel_of_everybody", Math.Round(dossiers.Unlikeness.NovelOfAll, 4));
        json.WriteEndObject();
    }

    private static void EndUsers(Utf8JsonWriter json, Dossier dossier, Calibration calibration, Dossiers dossiers)
    {
        if (dossier.EndUsers.Count == 0)
        {
            return;
        }

        var harvesters = dossier.Harvesters(calibration);
        json.WriteStartObject("end_users");
        json.WriteNumber("named", dossier.EndUsers.Count);
        json.WriteNumber("conversing", dossier.EndUsers.Values.Count(one => one.FollowUps > 0));
        json.WriteNumber("harvesting", harvesters.Count);
        json.WriteNumber("harvested_exchanges", harvesters.Sum(one => one.Conduct.Exchanges));
        json.WriteNumber("unlike_everybody", dossiers.UnlikeEverybody(dossier).EndUsers);
        json.WriteStartArray("strongest");
        foreach (var (endUser, conduct, weight) in harvesters.Take(MostEndUsers))
        {
            json.WriteStartObject();
            json.WriteString("fingerprint", endUser.ToString("x16"));
            json.WriteNumber("exchanges", conduct.Exchanges);
            Bits(json, "bits", weight.Bits);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Bits(Utf8JsonWriter json, string name, double bits) => json.WriteNumber(name, Math.Round(bits, 3));
}
