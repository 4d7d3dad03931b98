using System.Text.Json;
using Stillwatch.Reports.Scan;
using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>The grid as JSON, for other programs.</summary>
internal static class EvaluatedToJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Writes it.</summary>
    public static void Write(IReadOnlyList<Evaluated> all, string calibration, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Indented);
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("calibration", calibration);
        json.WriteStartArray("streams");
        foreach (var one in all)
        {
            json.WriteStartObject();
            json.WriteString("stream", one.Stream.Name);
            json.WriteStartArray("cells");
            foreach (var cell in one.Cells)
            {
                json.WriteStartObject();
                json.WriteString("variant", cell.Variant.Name);
                json.WriteString("group", cell.Variant.Group);
                Figure(json, "honest_flagged", cell.Score.FalsePositiveRate);
                Figure(json, "distillers_flagged", cell.Score.DetectionRate);
                Figure(json, "tied", cell.Tied);
                Figure(json, "leaked", cell.Score.Leaked);
                Figure(json, "leaked_median", cell.Score.LeakedMedian);
                Figure(json, "bcubed_precision", cell.Score.BCubedPrecision);
                Figure(json, "bcubed_recall", cell.Score.BCubedRecall);
                json.WriteNumber("found", cell.Score.Campaigns.Count(campaign => campaign.Found));
                json.WriteNumber("campaigns", cell.Score.Campaigns.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("ranked");
            foreach (var baseline in one.Baselines)
            {
                json.WriteStartObject();
                json.WriteString("by", baseline.Name);
                Number(json, "auroc", baseline.Auroc);
                Number(json, "tpr_at_fpr_0.001", baseline.AtFewFalse);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("verdicts");
            foreach (var row in one.Verdicts)
            {
                json.WriteStartObject();
                json.WriteString("is", row.True);
                foreach (var (verdict, count) in row.Counts.OrderBy(count => count.Key))
                {
                    json.WriteNumber(DossierToJson.Say(verdict), count);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Figure(Utf8JsonWriter json, string name, Interval figure)
    {
        json.WriteStartArray(name);
        foreach (var number in new[] { figure.Value, figure.Low, figure.High })
        {
            if (double.IsFinite(number))
            {
                json.WriteNumberValue(Math.Round(number, 5));
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double number)
    {
        if (double.IsFinite(number))
        {
            json.WriteNumber(name, Math.Round(number, 5));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
