using System.Text.Json;
using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.Scoring;

/// <summary>Writes a score for people and for programs.</summary>
internal static class ScoreWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static void WriteTable(Score score, TextWriter into)
    {
        void Row(string name, object figure) => into.WriteLine($"{name, -28}{figure}");
        into.WriteLine($"{"figure", -28}value [95 % interval]");
        Row("false_positive_rate", score.FalsePositiveRate);
        foreach (var role in score.Roles)
        {
            Row($"  {role.Role}", $"{role.Rate}  {role.Flagged} of {role.Accounts}");
        }

        Row("detection_rate", score.DetectionRate);
        Row("leaked", score.Leaked);
        Row("leaked, median", score.LeakedMedian);
        Row("auroc", score.Auroc);
        Row("average_precision", score.AveragePrecision);
        Row("tpr_at_fpr_0.001", score.TprAtFpr001);
        Row("bcubed_precision", score.BCubedPrecision);
        Row("bcubed_recall", score.BCubedRecall);
        Row("bcubed_f1", score.BCubedF1);
        Row("campaigns found", $"{score.Campaigns.Count(campaign => campaign.Found)} of {score.Campaigns.Count}");
        foreach (var campaign in score.Campaigns)
        {
            Row(
                $"  {campaign.Campaign}",
                $"{(campaign.Found ? "found " : "missed")}  {campaign.Flagged} of {campaign.Accounts} accounts, {campaign.Rate}; "
                    + $"leaked {campaign.Leaked} of {campaign.Exchanges:N0}"
            );
        }
    }

    public static void WriteJson(Score score, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Indented);
        json.WriteStartObject();
        Figure(json, "false_positive_rate", score.FalsePositiveRate);
        json.WriteStartArray("roles");
        foreach (var role in score.Roles)
        {
            json.WriteStartObject();
            json.WriteString("role", role.Role);
            json.WriteNumber("accounts", role.Accounts);
            json.WriteNumber("flagged", role.Flagged);
            Figure(json, "false_positive_rate", role.Rate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Figure(json, "detection_rate", score.DetectionRate);
        json.WriteStartArray("campaigns");
        foreach (var campaign in score.Campaigns)
        {
            json.WriteStartObject();
            json.WriteString("campaign", campaign.Campaign);
            json.WriteNumber("accounts", campaign.Accounts);
            json.WriteNumber("flagged", campaign.Flagged);
            json.WriteBoolean("found", campaign.Found);
            Figure(json, "detection_rate", campaign.Rate);
            Figure(json, "leaked", campaign.Leaked);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Figure(json, "leaked", score.Leaked);
        Figure(json, "leaked_median", score.LeakedMedian);
        Figure(json, "auroc", score.Auroc);
        Figure(json, "average_precision", score.AveragePrecision);
        Figure(json, "tpr_at_fpr_0.001", score.TprAtFpr001);
        Figure(json, "bcubed_precision", score.BCubedPrecision);
        Figure(json, "bcubed_recall", score.BCubedRecall);
        Figure(json, "bcubed_f1", score.BCubedF1);
        json.WriteEndObject();
    }

    private static void Figure(Utf8JsonWriter json, string name, Interval interval)
    {
        json.WriteStartObject(name);
        Number(json, "value", interval.Value);
        Number(json, "low", interval.Low);
        Number(json, "high", interval.High);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, Math.Round(value, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
