using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>
/// The rules of <see cref="Glasswally"/> that read times and sizes. Each gives a score and a confidence, both from 0 to 1.
/// </summary>
internal static class GlasswallyTimes
{
    private const int FewestOfHour = 5;
    private const int FewestGaps = 3;
    private const int NightEnds = 6; // o'clock, UTC
    private const int FewestOfDay = 8;
    private const int FewestSessions = 4;
    private const int ManySessions = 20;
    private const int SessionBreak = 120; // seconds

    /// <summary>Many requests an hour, at even gaps, with even tokens, at night.</summary>
    public static (double Score, double Confidence) Velocity(ReadOnlySpan<ExchangeFeatures> hour, ReadOnlySpan<ExchangeFeatures> day)
    {
        if (hour.Length < FewestOfHour)
        {
            return (0, 0.1);
        }

        List<double> gaps = [],
            tokens = [hour[0].InputTokens];
        for (var i = 1; i < hour.Length; i++)
        {
            tokens.Add(hour[i].InputTokens);
            if (hour[i].At > hour[i - 1].At)
            {
                gaps.Add(hour[i].At.Micros - hour[i - 1].At.Micros);
            }
        }

        var rate = hour.Length * 3600.0 / Math.Max(1, (hour[^1].At.Micros - hour[0].At.Micros) / EventTime.Second);
        var even = gaps.Count < FewestGaps ? 0 : 1 - Variation(gaps, 0);
        var score =
            Glasswally.Either(rate > 200, 0.45, rate > 60, 0.25)
            + Glasswally.Either(even > 0.70, 0.30, even > 0.50, 0.15)
            + (Variation(tokens, 0) < 0.15 ? 0.15 : 0)
            + (Night(day) > 0.5 ? 0.10 : 0);
        var confidence = Math.Min(1, hour.Length / 50.0);
        return (score * (0.5 + 0.5 * confidence), confidence);
    }

    /// <summary>Sessions at even distances, of even size, and many of them.</summary>
    public static (double Score, double Confidence) Sessions(ReadOnlySpan<ExchangeFeatures> day)
    {
        if (day.Length < FewestOfDay)
        {
            return (0, 0);
        }

        List<double> distances = [],
            sizes = [1];
        for (var i = 1; i < day.Length; i++)
        {
            var gap = day[i].At.Tick - day[i - 1].At.Tick;
            if (gap < SessionBreak)
            {
                sizes[^1]++;
                continue;
            }

            distances.Add(gap);
            sizes.Add(1);
        }

        if (sizes.Count < FewestSessions)
        {
            return (0, 0);
        }

        var uneven = Variation(distances, 0);
        var score =
            (uneven < 0.05 ? 0.55 : Glasswally.Either(uneven < 0.08, 0.40, uneven < 0.15, 0.20))
            + (uneven < 0.15 && Variation(sizes, 0) < 0.10 ? 0.25 : 0)
            + (sizes.Count > ManySessions ? 0.10 : 0);
        var confidence = uneven < 0.05 ? 0.88 : Glasswally.Either(uneven < 0.08, 0.75, true, 0.55);
        return (score < 0.15 ? 0 : score, confidence);
    }

    /// <summary>The standard deviation over the mean; <paramref name="ofNothing"/> where the mean is 0.</summary>
    public static double Variation(List<double> values, double ofNothing)
    {
        var mean = values.Average();
        return mean <= 0 ? ofNothing : Math.Sqrt(values.Average(value => (value - mean) * (value - mean))) / mean;
    }

    private static double Night(ReadOnlySpan<ExchangeFeatures> day)
    {
        var night = 0;
        foreach (ref readonly var one in day)
        {
            night += (one.At.Window(EventTime.Hour) % 24 + 24) % 24 < NightEnds ? 1 : 0;
        }

        return night / (double)day.Length;
    }
}
