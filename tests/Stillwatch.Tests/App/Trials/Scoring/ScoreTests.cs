using Stillwatch.App.Trials.Scoring;
using Stillwatch.Exchanges;
using Stillwatch.Statistics;
using Xunit;

namespace Stillwatch.Tests.App.Trials.Scoring;

/// <summary>Figures worked out by hand.</summary>
public sealed class ScoreTests
{
    private static readonly EventTime Start = new(1_772_409_600L * EventTime.Second);

    [Fact]
    public void Of_WhenACampaignIsHalfFound_ThenEveryFigureIsTheOneByHand()
    {
        // Campaign x: a, b, c, d (two exchanges each, seconds 0 and 10); campaign y: e. Benign: p, q (individual), r (app).
        // The result: a, b, p in one campaign, flagged at second 5; e alone, never flagged; d scored highest without a flag.
        var labels = new Labels(
            new Dictionary<string, (string, string?)>(StringComparer.Ordinal)
            {
                ["a"] = ("distiller", "x"),
                ["b"] = ("distiller", "x"),
                ["c"] = ("distiller", "x"),
                ["d"] = ("distiller", "x"),
                ["e"] = ("distiller", "y"),
                ["p"] = ("individual", null),
                ["q"] = ("individual", null),
                ["r"] = ("app", null),
                ["unseen"] = ("app", null),
            }
        );
        var result = new ScoredResult(
            new Dictionary<string, ScoredResult.Account>(StringComparer.Ordinal)
            {
                ["a"] = new(5, At(5)),
                ["b"] = new(4, At(5)),
                ["c"] = new(0, null),
                ["d"] = new(9, null),
                ["e"] = new(3, null),
                ["p"] = new(4, At(5)),
                ["q"] = new(-1, null),
                ["r"] = new(-2, null),
            },
            [
                ["a", "b", "p"],
            ]
        );
        var exchanges = labels
            .Accounts.Keys.Where(name => name != "unseen")
            // the third was refused: it leaks nothing
            .SelectMany(name => new[] { (name, At(0), true), (name, At(10), true), (name, At(2), false) });
        var score = Score.Of(result, labels, exchanges);

        Assert.Equal(1.0 / 3, score.FalsePositiveRate.Value, 9);
        Assert.Equal([("app", 0L, 1L), ("individual", 1L, 2L)], score.Roles.Select(role => (role.Role, role.Flagged, role.Accounts)));
        Assert.Equal(2.0 / 5, score.DetectionRate.Value, 9);
        Assert.Equal((4 + 2 + 2) / 10.0, score.Leaked.Value, 9); // a and b leak one each, c and d both, e both
        Assert.Equal((6 / 8.0 + 1) / 2, score.LeakedMedian.Value, 9);
        Assert.Equal([false, false], score.Campaigns.Select(campaign => campaign.Found)); // two of three is under 95 %
        Assert.Equal((2.5 + 3 + 2 + 3 + 2) / 15, score.Auroc.Value, 9); // wins of b (ties with p), a, c, d, e over p, q, r
        Assert.Equal((1 + 1 + 3 / 4.0 + 4 / 5.0 + 5 / 6.0) / 5, score.AveragePrecision.Value, 9);
        Assert.Equal(2.0 / 5, score.TprAtFpr001.Value, 9); // a and d score over every benign account
        Assert.Equal((2 / 3.0 + 2 / 3.0 + 0) / 3, score.BCubedPrecision.Value, 9);
        Assert.Equal((0.5 + 0.5 + 0.25 + 0.25 + 1) / 5, score.BCubedRecall.Value, 9);
    }

    [Theory]
    [InlineData(0, 100, 0, 0.0370)]
    [InlineData(50, 100, 0.4038, 0.5962)]
    [InlineData(100, 100, 0.9630, 1)]
    public void Share_WhenCounted_ThenTheIntervalIsWilsons(int some, int all, double low, double high)
    {
        var share = Interval.Share(some, all);
        Assert.Equal(low, share.Low, 4);
        Assert.Equal(high, share.High, 4);
    }

    [Fact]
    public void Found_WhenHalfOfItIsInAPureCampaign_ThenItIs()
    {
        var labels = new Labels(
            Enumerable.Range(0, 10).ToDictionary(i => $"a{i}", _ => ("distiller", (string?)"x"), StringComparer.Ordinal)
        );
        var accounts = labels.Accounts.Keys.ToDictionary(name => name, _ => new ScoredResult.Account(1, null), StringComparer.Ordinal);
        var exchanges = labels.Accounts.Keys.Select(name => (name, Start, true)).ToList();
        Assert.True(
            Score
                .Of(
                    new(
                        accounts,
                        [
                            [.. labels.Accounts.Keys.Take(5)],
                        ]
                    ),
                    labels,
                    exchanges
                )
                .Campaigns.Single()
                .Found
        );
        Assert.False(
            Score
                .Of(
                    new(
                        accounts,
                        [
                            [.. labels.Accounts.Keys.Take(4)],
                        ]
                    ),
                    labels,
                    exchanges
                )
                .Campaigns.Single()
                .Found
        );
    }

    private static EventTime At(int second) => new(Start.Micros + second * EventTime.Second);
}
