using Stillwatch.App.Scan;
using Stillwatch.Campaigns;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.App.Calibrations;

/// <summary>Whether a calibration fits the log and the detectors that it is used with.</summary>
internal static class CalibrationFit
{
    /// <summary>What speaks against it, a line each for standard error; none where nothing does.</summary>
    public static IEnumerable<string> Doubts(Calibration calibration, LogSummary log)
    {
        var unknown = Detector.All.Where(detector => !calibration.ByAccount.ContainsKey(detector.Id)).Select(detector => detector.Id.ToString())
            .Concat(Link.All.Where(link => !(link.Graded ? calibration.LinkGrades.ContainsKey(link.Id.ToString()) : calibration.LinkBits.ContainsKey(link.Id.ToString()))).Select(link => link.Id.ToString())).ToList();
        if (unknown.Count > 0)
        {
            yield return $"note: the calibration does not know {string.Join(", ", unknown)}: these weigh nothing; make a new one with ./stillwatch calibrate";
        }

        var days = (log.Last.Micros - log.First.Micros) / (double)EventTime.Day;
        var period = Math.Min(days, WatchRules.PeriodDays);
        if (calibration.Days > 0 && period > calibration.Days * 1.25)
        {
            yield return $"note: the log covers {days:N1} days and the calibration's accounts were seen for {calibration.Days:N1}: over a longer time honest accounts come higher too, so that scores are somewhat too high; calibrate on a log of a like length";
        }
    }
}
