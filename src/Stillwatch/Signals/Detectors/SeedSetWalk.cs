using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Signals.Detectors;

/// <summary>
/// One fresh, self-contained task after the other: no follow-up, no repeat, no template. People go on with what they began; programs
/// repeat their template; somebody who walks a seed set does neither.
/// </summary>
/// <remarks>Page: docs/detectors/seed-set-walk.md. Blind to seed sets sent inside one constant wrapper (see template-sweep).</remarks>
public readonly struct SeedSetWalk : IDetector<SeedSetWalk.State>
{
    private const double PriceOfOrdinary = 2;   // an ordinary exchange takes back two fresh ones: below two thirds fresh the walk is none
    private const double Steadier = 10;         // exchanges added to the support, so that a handful says little

    /// <inheritdoc/>
    public static DetectorId Id => new("seed-set-walk", 1);

    /// <summary>Exchanges, those that stand alone, and samples of what the latter were.</summary>
    public struct State
    {
        internal long Exchanges, Alone;
        internal CountingSample Bodies, Skeletons, Openings;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        state.Exchanges++;
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
        into.Bodies.Merge(other.Bodies);
        into.Skeletons.Merge(other.Skeletons);
        into.Openings.Merge(other.Openings);
    }

    /// <inheritdoc/>
    public static Reading Read(in State state)
    {
        var fresh = Fresh(state);
        var walk = fresh - PriceOfOrdinary * (state.Exchanges - fresh);
        return new Reading(walk / Math.Sqrt(state.Exchanges + Steadier), state.Exchanges, "fresh-tasks");
    }

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"about {Fresh(state):N0} of {state.Exchanges:N0} requests were fresh, self-contained tasks: no follow-up, no repeat, no shared template";

    private static double Fresh(in State state) =>
        Math.Min(state.Bodies.Distinct(state.Alone), Math.Min(state.Skeletons.Distinct(state.Alone), state.Openings.Distinct(state.Alone)));
}
