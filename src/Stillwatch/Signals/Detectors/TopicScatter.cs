using System.Runtime.CompilerServices;
using Stillwatch.Features;

namespace Stillwatch.Signals.Detectors;

/// <summary>One customer's prompts have next to nothing in common: as if drawn from everybody's.</summary>
/// <remarks>Page: docs/detectors/topic-scatter.md. The statistic is the mean cosine between two different prompts (an unbiased
/// estimate of the squared norm of the mean embedding), against the least that ordinary customers show.</remarks>
public readonly struct TopicScatter : IDetector<TopicScatter.State>
{
    private const double OrdinaryCosine = 0.15;
    private const long Fewest = 5;

    /// <inheritdoc/>
    public static DetectorId Id => new("topic-scatter", 1);

    /// <summary>Exchanges with a topic, the sum of their embeddings and of their squared norms.</summary>
    public struct State
    {
        internal long Exchanges, Squares;
        internal Sums Total;
    }

    [InlineArray(ExchangeFeatures.TopicDimensions)]
    internal struct Sums { private long _first; }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        var squares = 0;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            squares += features.Topic[i] * features.Topic[i];
        }

        if (squares == 0)
        {
            return;
        }

        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            state.Total[i] += features.Topic[i];
        }

        state.Exchanges++;
        state.Squares += squares;
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        into.Squares += other.Squares;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            into.Total[i] += other.Total[i];
        }
    }

    /// <inheritdoc/>
    public static Reading Read(in State state) =>
        state.Exchanges < Fewest
            ? new Reading(0, state.Exchanges, "too-few")
            : new Reading(Math.Sqrt(state.Exchanges) * (OrdinaryCosine - Cosine(state)), state.Exchanges, "nothing-in-common");

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"two of its {state.Exchanges:N0} prompts have a cosine of {Cosine(state):N2} on average: they share no subject";

    private static double Cosine(in State state)
    {
        if (state.Exchanges < 2)
        {
            return 1;
        }

        var norm = 0.0;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            norm += (double)state.Total[i] * state.Total[i];
        }

        var pairs = norm - state.Squares;
        return pairs / ((state.Exchanges - 1) * (double)state.Squares);
    }
}
