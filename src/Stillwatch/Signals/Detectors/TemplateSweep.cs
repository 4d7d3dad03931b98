using Stillwatch.Features;

namespace Stillwatch.Signals.Detectors;

/// <summary>Few templates filled with many different bodies: the mark of a script that walks a data set through a template.</summary>
/// <remarks>
/// Page: docs/detectors/template-sweep.md. Honest batch work looks the same; only the calibration tells how much is too much.
/// </remarks>
public readonly struct TemplateSweep : IDetector<SeedSetWalk.State>
{
    private const long Fewest = 20; // below this a ratio of two small counts is noise

    /// <inheritdoc/>
    public static DetectorId Id => new("template-sweep", 1);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <inheritdoc/>
    public static void Observe(ref SeedSetWalk.State state, in ExchangeFeatures features) => SeedSetWalk.Observe(ref state, features);

    /// <inheritdoc/>
    public static void Merge(ref SeedSetWalk.State into, in SeedSetWalk.State other) => SeedSetWalk.Merge(ref into, other);

    /// <inheritdoc/>
    public static Reading Read(in SeedSetWalk.State state)
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
    public static string Explain(in SeedSetWalk.State state) =>
        $"about {state.Bodies.Estimate():N0} different prompts came from about {state.Skeletons.Estimate():N0} templates";
}
