using Stillwatch.App.Trials.Scoring;
using Stillwatch.Signals;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>The grid for a terminal: a line a variant, then the campaigns of the stream as it is.</summary>
internal static class EvaluationTable
{
    /// <summary>Writes it.</summary>
    public static void Write(Evaluated evaluated, TextWriter writer)
    {
        var (stream, cells) = (evaluated.Stream, evaluated.Cells);
        writer.WriteLine($"{stream.Name}: {stream.Exchanges.Count:N0} exchanges of {stream.Accounts.Count:N0} accounts");
        writer.WriteLine(
            $"{"", -36}{"honest flagged", -26}{"distillers flagged", -26}{"tied", -8}{"leaked", -8}{"median", -8}"
                + $"{"found", -8}{"B³ prec", -8}{"B³ rec", -8}"
        );
        foreach (var cell in cells)
        {
            var score = cell.Score;
            writer.WriteLine(
                $"{Shown.Text(cell.Variant.Name), -36}{score.FalsePositiveRate, -26}{score.DetectionRate, -26}"
                    + $"{cell.Tied.Value, -8:0.000}{score.Leaked.Value, -8:0.000}{score.LeakedMedian.Value, -8:0.000}"
                    + $"{Found(score), -8}{score.BCubedPrecision.Value, -8:0.000}{score.BCubedRecall.Value, -8:0.000}"
            );
        }

        if (cells.FirstOrDefault(cell => cell.Variant.Group == "as it is") is { } plain)
        {
            writer.WriteLine();
            foreach (var role in plain.Score.Roles)
            {
                writer.WriteLine($"  {Shown.Text(role.Role), -34}{role.Flagged, 8:N0} of {role.Accounts, 8:N0} flagged   {role.Rate}");
            }

            foreach (var campaign in plain.Score.Campaigns)
            {
                writer.WriteLine(
                    $"  {Shown.Text(campaign.Campaign), -34}{campaign.Flagged, 8:N0} of {campaign.Accounts, 8:N0} flagged   leaked "
                        + $"{campaign.Leaked}{(campaign.Found ? "   found" : "")}"
                );
            }
        }

        if (evaluated.Baselines.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine($"  {"accounts ranked by", -34}{"AUROC", -10}distillers over one honest in 1,000");
            foreach (var baseline in evaluated.Baselines)
            {
                writer.WriteLine($"  {baseline.Name, -34}{baseline.Auroc, -10:0.000}{baseline.AtFewFalse:P1}");
            }

            writer.WriteLine();
            var verdicts = Enum.GetValues<Verdict>();
            writer.WriteLine($"  {"taken for", -34}{string.Concat(verdicts.Select(one => $"{Reports.Scan.DossierToJson.Say(one), 12}"))}");
            foreach (var row in evaluated.Verdicts)
            {
                var counts = verdicts.Select(one => $"{row.Counts.GetValueOrDefault(one), 12:N0}");
                writer.WriteLine($"  {Shown.Text(row.True), -34}{string.Concat(counts)}");
            }
        }

        writer.WriteLine();
    }

    private static string Found(Score score) => $"{score.Campaigns.Count(campaign => campaign.Found)}/{score.Campaigns.Count}";
}
