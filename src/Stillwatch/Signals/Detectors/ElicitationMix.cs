using System.Runtime.CompilerServices;
using Stillwatch.Features;

namespace Stillwatch.Signals.Detectors;

/// <summary>One kind of elicitation makes up more of the traffic than it does for readers.</summary>
/// <remarks>Page: docs/detectors/elicitation-mix.md. An honest evaluation asks for reasoning just as a harvest does.</remarks>
public readonly struct ElicitationMix : IDetector<ElicitationMix.State>
{
    private const int Kinds = 8;
    private const double OrdinaryShare = 0.03;

    private static readonly string[] Names =
    [
        "reasoning",
        "post-hoc-reasoning",
        "rubric",
        "preference",
        "self-instruct",
        "refusal-rewrite",
        "tool-trajectory",
        "trace-coercion",
    ];

    /// <inheritdoc/>
    public static DetectorId Id => new("elicitation-mix", 2);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <summary>Exchanges with text, and how many showed each kind.</summary>
    public struct State
    {
        internal long Exchanges;
        internal Counts Seen;
    }

    [InlineArray(Kinds)]
    internal struct Counts
    {
        private long _first;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (!features.HasText)
        {
            return;
        }

        state.Exchanges++;
        for (var kind = 0; kind < Kinds; kind++)
        {
            state.Seen[kind] += (int)features.Elicitation >> kind & 1;
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        for (var kind = 0; kind < Kinds; kind++)
        {
            into.Seen[kind] += other.Seen[kind];
        }
    }

    /// <inheritdoc/>
    public static Reading Read(in State state)
    {
        var most = Most(state);
        var expected = OrdinaryShare * state.Exchanges;
        return new Reading(
            Support.Saturate(state.Exchanges) * (state.Seen[most] - expected) / Math.Sqrt(expected + 1),
            state.Exchanges,
            Names[most]
        );
    }

    /// <inheritdoc/>
    public static string Explain(in State state)
    {
        var most = Most(state);
        return $"{state.Seen[most]:N0} of {state.Exchanges:N0} prompts elicited {Names[most].Replace('-', ' ')}";
    }

    private static int Most(in State state)
    {
        var most = 0;
        for (var kind = 1; kind < Kinds; kind++)
        {
            most = state.Seen[kind] > state.Seen[most] ? kind : most;
        }

        return most;
    }
}
