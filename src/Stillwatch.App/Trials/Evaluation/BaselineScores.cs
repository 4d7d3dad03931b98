using Stillwatch.App.Trials.Evaluation.Baselines;
using Stillwatch.App.Trials.Scoring;
using Stillwatch.Campaigns;
using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>How well a baseline ranks single accounts, in the same harness as the watch.</summary>
/// <param name="Name">What ranked.</param>
/// <param name="Auroc">The chance that a distiller scores over an honest account.</param>
/// <param name="AtFewFalse">The share of distillers over the score that one in a thousand honest accounts reaches.</param>
internal sealed record BaselineScores(string Name, double Auroc, double AtFewFalse)
{
    private const double FewFalse = 0.001;

    /// <summary>The watch's scores and each baseline's, on the stream as it is.</summary>
    public static IReadOnlyList<BaselineScores> Of(LabelledStream stream, Watch watch, List<int> numbers)
    {
        var byAccount = stream
            .Exchanges.GroupBy(exchange => exchange.Account)
            .ToDictionary(
                account => account.Key,
                account => (IReadOnlyList<ExchangeFeatures>)[.. account.Select(exchange => exchange.Features)]
            );
        List<ExchangeFeatures> early =
        [
            .. stream.Exchanges.Take(Math.Max(1, stream.Exchanges.Count / 3)).Select(exchange => exchange.Features),
        ];
        List<BaselineScores> all =
        [
            Rank(
                "the watch",
                [.. watch.Accounts.Select(account => (watch.Score(account), stream.CampaignOf(numbers[account.Number]) != null))]
            ),
        ];
        foreach (var baseline in Baseline.All(early))
        {
            all.Add(
                Rank(
                    baseline.Name,
                    [.. byAccount.Select(account => (baseline.Score(account.Value), stream.CampaignOf(account.Key) != null))]
                )
            );
        }

        return all;
    }

    private static BaselineScores Rank(string name, (double Score, bool Positive)[] scored) =>
        new(name, Ranking.Auroc(scored), Ranking.TprAtFpr(scored, FewFalse));
}
