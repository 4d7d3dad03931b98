using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Calibrations;

/// <summary>Whether a calibration fits the log and the detectors that it is used with.</summary>
internal static class CalibrationFit
{
    private const double LongerIsNoted = 1.25;

    /// <summary>What speaks against a calibration by itself, a line each; none where nothing does.</summary>
    public static IReadOnlyList<string> Doubts(Calibration calibration)
    {
        List<string> doubts = [];
        var unknown = Detector
            .All.Where(detector => !calibration.ByAccount.ContainsKey(detector.Id))
            .Select(detector => detector.Id.ToString())
            .Concat(
                Link.All.Where(link =>
                        !(
                            link.Graded
                                ? calibration.LinkGrades.ContainsKey(link.Id.ToString())
                                : calibration.LinkBits.ContainsKey(link.Id.ToString())
                        )
                    )
                    .Select(link => link.Id.ToString())
            )
            .ToList();
        if (unknown.Count > 0)
        {
            doubts.Add(
                $"the calibration does not know {string.Join(", ", unknown)}: these weigh "
                    + $"nothing; make a new one with ./stillwatch calibrate"
            );
        }

        if (calibration.Accounts > 0 && calibration.Leads.Count == 0)
        {
            doubts.Add(
                "the calibration is of version 1: its leads are not ranked, and no group is held against its own accounts; make a new one "
                    + "with ./stillwatch calibrate"
            );
        }

        var unread = Detector
            .All.Where(detector => !calibration.Levels.Ordinary.ContainsKey(detector.Id))
            .Select(detector => detector.Id.ToString());
        if (string.Join(", ", unread) is { Length: > 0 } names)
        {
            doubts.Add($"the honest populations do not know {names}: no group is read by it; ./stillwatch range level makes new ones");
        }

        if (!calibration.HonestList)
        {
            doubts.Add(
                $"the calibration was learned from {Count.Of(calibration.Accounts, "account")} that nobody vouched for "
                    + $"({calibration.Provenance}): campaigns that are still among them count as honest, and the like of them "
                    + $"is not found; "
                    + $"give ./stillwatch calibrate a list with "
                    + $"--honest FILE"
            );
        }

        return doubts;
    }

    /// <summary>The same, and what speaks against using it for <paramref name="log"/>.</summary>
    public static IReadOnlyList<string> Doubts(Calibration calibration, LogSummary log)
    {
        List<string> doubts = [.. Doubts(calibration)];
        var days = (log.Last.Micros - log.First.Micros) / (double)EventTime.Day;
        var period = Math.Min(days, WatchRules.PeriodDays);
        if (calibration.Days > 0 && period > calibration.Days * LongerIsNoted)
        {
            doubts.Add(
                $"the log covers {days:N1} days and the calibration's accounts were seen for {calibration.Days:N1}: over a longer "
                    + $"time honest accounts come higher too, so that the scores of leads are somewhat too high; calibrate on a log of a "
                    + "like length. Campaigns are held against populations that were seen for 30 days"
            );
        }

        return doubts;
    }
}
