using System.Numerics;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Signals.Detectors;

/// <summary>
/// One fresh, self-contained task after the other, round the clock: no follow-up, no repeat, no template. People go on with what they
/// began; programs repeat their template; an evaluation is over within hours; somebody who walks a seed set does none of that.
/// </summary>
/// <remarks>Page: docs/detectors/seed-set-walk.md. Blind to seed sets sent inside one constant wrapper (see template-sweep).</remarks>
public readonly struct SeedSetWalk : IDetector<SeedSetWalk.State>
{
    // an ordinary exchange takes back three fresh ones: below three quarters fresh there is no walk
    private const double PriceOfOrdinary = 3;
    private const int HoursOfDay = 24;
    private const double Steadier = 10; // exchanges added to the support, so that a handful says little

    /// <inheritdoc/>
    public static DetectorId Id => new("seed-set-walk", 1);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <summary>Two thirds of the mean: it alone says what copying is; the others say how.</summary>
    public static double Part => 14;

    /// <summary>
    /// Exchanges with text, those that stand alone, the hours of the day they came in, and how many different ones the latter were.
    /// </summary>
    public struct State
    {
        internal long Exchanges,
            Alone,
            Hours;
        internal DistinctBits Bodies,
            Skeletons,
            Openings;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (!features.HasText)
        {
            return; // what was not seen is neither fresh nor a repeat
        }

        state.Exchanges++;
        state.Hours |= 1L << (int)(features.At.Window(EventTime.Hour) % HoursOfDay);
        if (features.Has(ExchangeTraits.FollowUp | ExchangeTraits.ToolResult))
        {
            return;
        }

        state.Alone++;
        state.Bodies.Add(features.Body);
        state.Skeletons.Add(features.Skeleton);
        state.Openings.Add(features.Opening);
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        into.Alone += other.Alone;
        into.Hours |= other.Hours;
        into.Bodies.Merge(other.Bodies);
        into.Skeletons.Merge(other.Skeletons);
        into.Openings.Merge(other.Openings);
    }

    /// <inheritdoc/>
    public static Reading Read(in State state)
    {
        var fresh = Fresh(state);
        var walk = fresh - PriceOfOrdinary * (state.Exchanges - fresh);
        var roundTheClock = Math.Sqrt(BitOperations.PopCount((ulong)state.Hours) / (double)HoursOfDay);
        return new Reading(walk * roundTheClock / Math.Sqrt(state.Exchanges + Steadier), state.Exchanges, "fresh-tasks");
    }

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"about {Fresh(state):N0} of {state.Exchanges:N0} requests were fresh, self-contained tasks: no follow-up, no repeat, no "
        + $"shared template, in {BitOperations.PopCount((ulong)state.Hours)} hours of the day";

    /// <summary>How many different prompts that stand alone there were.</summary>
    internal static double Distinct(in State state) => state.Bodies.Estimate();

    private static double Fresh(in State state) =>
        Math.Min(state.Alone, Math.Min(state.Bodies.Estimate(), Math.Min(state.Skeletons.Estimate(), state.Openings.Estimate())));
}
