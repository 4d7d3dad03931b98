using System.Runtime.CompilerServices;
using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Signals.Detectors;

/// <summary>No hour of the day is quiet.</summary>
/// <remarks>Page: docs/detectors/no-sleep.md. Honest services with customers everywhere do not sleep either.</remarks>
public readonly struct NoSleep : IDetector<NoSleep.State>
{
    private const int Hours = 24;
    private const int Night = 6; // hours in a row that a person sleeps at the least

    /// <inheritdoc/>
    public static DetectorId Id => new("no-sleep", 1);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Nothing;

    /// <summary>Exchanges by hour of the day, UTC.</summary>
    public struct State
    {
        internal long Exchanges;
        internal ByHour Counts;
    }

    [InlineArray(Hours)]
    internal struct ByHour
    {
        private uint _first;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        state.Exchanges++;
        state.Counts[(int)(features.At.Window(EventTime.Hour) % Hours)]++;
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        for (var hour = 0; hour < Hours; hour++)
        {
            into.Counts[hour] += other.Counts[hour];
        }
    }

    /// <inheritdoc/>
    public static Reading Read(in State state)
    {
        var expected = (double)state.Exchanges * Night / Hours;
        return new Reading(
            state.Exchanges == 0 ? 0 : Support.Saturate(state.Exchanges) * QuietestNight(state) / Math.Sqrt(expected + 1),
            state.Exchanges,
            "no-quiet-night"
        );
    }

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"{state.Exchanges:N0} requests, and still {QuietestNight(state):N0} of them in the quietest six hours of the day";

    private static long QuietestNight(in State state)
    {
        var least = long.MaxValue;
        for (var start = 0; start < Hours; start++)
        {
            var night = 0L;
            for (var hour = 0; hour < Night; hour++)
            {
                night += state.Counts[(start + hour) % Hours];
            }

            least = Math.Min(least, night);
        }

        return least;
    }
}
