using Stillwatch.App.Trials.Scoring;
using Stillwatch.Exchanges;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>Two ways to weigh held against the same history: who changes, and why.</summary>
/// <param name="Changes">Accounts that one flags and the other does not, or at another time, by name.</param>
/// <param name="Same">Accounts flagged by both at the same time.</param>
internal sealed record Backtest(IReadOnlyList<Backtest.Change> Changes, int Same)
{
    private const long SameTime = EventTime.Hour;

    /// <summary>An account that changes.</summary>
    /// <param name="Account">Its name.</param>
    /// <param name="What">What changes, in words.</param>
    /// <param name="Before">Its score by the one that is held against, in bits.</param>
    /// <param name="Now">Its score by the one that is asked about, in bits.</param>
    /// <param name="Why">The reading or tie whose weight changed most.</param>
    internal sealed record Change(string Account, string What, double Before, double Now, string Why);

    /// <summary>Holds <paramref name="now"/> against <paramref name="before"/>, two scans of one log.</summary>
    public static Backtest Of(Briefing now, Briefing before) => Of(now, number =>
        {
            var account = before.Watch.Accounts[number];
            return (before.Score(account), account.FlaggedAt, before.ReasonsOf(account));
        });

    /// <summary>Holds <paramref name="now"/> against an earlier scan's result, of another version perhaps.</summary>
    public static Backtest Of(Briefing now, ScoredResult before) =>
        Of(now, number =>
            before.Accounts.TryGetValue(now.Log.Names[number], out var account)
                ? (account.Score, account.FlaggedAt, [])
                : (double.NegativeInfinity, null, [])
        );

    private static Backtest Of(Briefing now, Func<int, (double Score, EventTime? FlaggedAt, IReadOnlyList<Reason> Reasons)> before)
    {
        List<Change> changes = [];
        var same = 0;
        foreach (var account in now.Watch.Accounts)
        {
            var then = before(account.Number);
            var what = (then.FlaggedAt, account.FlaggedAt) switch
            {
                (null, null) => null,
                (null, not null) => $"flagged now, {account.FlaggedAt}",
                (not null, null) => $"no longer flagged, was {then.FlaggedAt}",
                var (was, @is) when Math.Abs(was!.Value.Micros - @is!.Value.Micros) < SameTime => "",
                var (was, @is) => $"flagged {Math.Abs(was!.Value.Micros - @is!.Value.Micros) / (double)EventTime.Day:0.0} days "
                    + $"{(@is.Value < was.Value ? "earlier" : "later")}, {@is}",
            };
            if (what == "")
            {
                same++;
            }
            else if (what != null)
            {
                changes.Add(
                    new(
                        now.Name(account),
                        what,
                        then.Score,
                        now.Score(account),
                        Why(then.Reasons, now.ReasonsOf(account), Briefing.CampaignOf(account))
                    )
                );
            }
        }

        return new(
            [
                .. changes
                    .OrderBy(change => change.What[..4], StringComparer.Ordinal)
                    .ThenByDescending(change => Math.Abs(change.Now - change.Before))
                    .ThenBy(change => change.Account, StringComparer.Ordinal),
            ],
            same
        );
    }

    private static string Why(IReadOnlyList<Reason> before, IReadOnlyList<Reason> now, string? campaign)
    {
        var most = before
            .Select(reason => reason.Detector)
            .Union(now.Select(reason => reason.Detector), StringComparer.Ordinal)
            .Select(detector =>
                (
                    Detector: detector,
                    Was: before.FirstOrDefault(reason => reason.Detector == detector)?.Bits ?? 0,
                    Is: now.FirstOrDefault(reason => reason.Detector == detector)?.Bits ?? 0
                )
            )
            .OrderByDescending(one => Math.Abs(one.Is - one.Was))
            .ThenBy(one => one.Detector, StringComparer.Ordinal)
            .FirstOrDefault();
        var changed =
            most.Detector == null ? "none of its own readings" : $"{most.Detector} weighed {most.Was:0.0} bits and weighs {most.Is:0.0}";
        return campaign == null ? changed : $"{changed}; it is in {campaign}";
    }
}
