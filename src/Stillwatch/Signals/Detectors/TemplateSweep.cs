using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Signals.Detectors;

/// <summary>Few templates filled with many different bodies: the mark of a script that walks a data set through a template.</summary>
/// <remarks>Page: docs/detectors/template-sweep.md. Honest batch work looks the same; only the calibration tells how much is too much.</remarks>
public readonly struct TemplateSweep : IDetector<TemplateSweep.State>
{
    private const long Fewest = 20;   // below this a ratio of two small counts is noise

    /// <inheritdoc/>
    public static DetectorId Id => new("template-sweep", 1);

    /// <summary>Exchanges that stand alone, and how many different templates and bodies they had.</summary>
    public struct State
    {
        internal long Alone;
        internal DistinctBits Bodies, Skeletons;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (features.Has(ExchangeTraits.FollowUp | ExchangeTraits.ToolResult))
        {
            return;
        }

        state.Alone++;
        state.Bodies.Add(features.Body);
        state.Skeletons.Add(features.Skeleton);
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Alone += other.Alone;
        into.Bodies.Merge(other.Bodies);
        into.Skeletons.Merge(other.Skeletons);
    }

    /// <inheritdoc/>
    public static Reading Read(in State state)
    {
        if (state.Alone < Fewest)
        {
            return new Reading(0, state.Alone, "too-few");
        }

        var bodies = state.Bodies.Estimate();
        var skeletons = Math.Max(1, state.Skeletons.Estimate());
        return new Reading(Math.Max(0, Math.Log2(bodies / skeletons)), state.Alone, "bodies-per-template");
    }

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"about {state.Bodies.Estimate():N0} different prompts came from about {state.Skeletons.Estimate():N0} templates";
}
