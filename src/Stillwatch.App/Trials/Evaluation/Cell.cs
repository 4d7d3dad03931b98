using Stillwatch.App.Trials.Scoring;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>What detection made of a stream's variant.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Score">Measured as <c>score</c> measures.</param>
/// <param name="Tied">The share of distillers that some link ties to another account of their campaign.</param>
internal sealed record Cell(Variant Variant, Score Score, Interval Tied)
{
    /// <summary>Runs the watch over a variant.</summary>
    public static Cell Of(LabelledStream stream, Variant variant, Calibration calibration, WatchRules rules)
    {
        var (watch, numbers, exchanges) = Watch(stream, variant, calibration, rules);
        var names = numbers.ConvertAll(number => stream.Accounts[number]);
        var result = new ScoredResult(
            watch.Accounts.ToDictionary(
                account => names[account.Number],
                account => new ScoredResult.Account(watch.Score(account), account.FlaggedAt),
                StringComparer.Ordinal
            ),
            [
                .. watch.Flagged.Select(campaign => (IReadOnlyList<string>)[.. campaign.Accounts.Select(number => names[number])]),
                .. watch
                    .Accounts.Where(account => account.FlaggedAt != null && account.Campaign is not { DetectedAt: not null })
                    .Select(account => (IReadOnlyList<string>)[names[account.Number]]),
            ]
        );
        var score = Score.Of(
            result,
            stream.Labels,
            exchanges.Select(exchange => (stream.Accounts[exchange.Account], exchange.Features.At, exchange.Features.IsAnswered))
        );
        return new Cell(variant, score, TiedShare(stream, watch, numbers));
    }

    /// <summary>The watch over a variant, its accounts' numbers in the stream, and what it saw.</summary>
    public static (Watch Watch, List<int> Numbers, IReadOnlyList<AccountExchange> Exchanges) Watch(
        LabelledStream stream,
        Variant variant,
        Calibration calibration,
        WatchRules rules
    )
    {
        var hidden = Link
            .All.Where(link => variant.Hidden.Contains(link.Id.Family))
            .Select(link => link.Id.ToString())
            .ToHashSet(StringComparer.Ordinal);
        var seeing = calibration with
        {
            LinkBits = calibration.LinkBits.Where(link => !hidden.Contains(link.Key)).ToDictionary(StringComparer.Ordinal),
            LinkGrades = calibration.LinkGrades.Where(link => !hidden.Contains(link.Key)).ToDictionary(StringComparer.Ordinal),
        };
        var watch = new Watch(seeing, rules);
        var exchanges = VariantToStream.Make(stream, variant);
        var numberOf = new int[stream.Accounts.Count];
        Array.Fill(numberOf, -1);
        List<int> numbers = [];
        foreach (var exchange in exchanges)
        {
            watch.Reach(exchange.Features.At);
            ref var number = ref numberOf[exchange.Account];
            if (number < 0)
            {
                number = numbers.Count;
                numbers.Add(exchange.Account);
                watch.Add(stream.Facts[exchange.Account]);
            }

            watch.Observe(number, exchange.Features);
        }

        watch.CloseTick();
        return (watch, numbers, exchanges);
    }

    private static Interval TiedShare(LabelledStream stream, Watch watch, List<int> numbers)
    {
        var tied = new HashSet<int>();
        foreach (var (first, second, _) in watch.Ties)
        {
            if (stream.CampaignOf(numbers[first]) is { } campaign && campaign == stream.CampaignOf(numbers[second]))
            {
                tied.Add(first);
                tied.Add(second);
            }
        }

        return Interval.Share(tied.Count, numbers.Count(number => stream.CampaignOf(number) != null));
    }
}
