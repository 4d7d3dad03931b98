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
    private const long Most = 1 << 24; // exchanges whose sums of signed bytes fit into 32 bits

    /// <inheritdoc/>
    public static DetectorId Id => new("topic-scatter", 1);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <inheritdoc/>
    public static string? Kin => "topics";

    /// <summary>
    /// Exchanges with a topic, the sum of their embeddings and of their squared norms; from <see cref="Most"/> exchanges on all are halved,
    /// which leaves cosines as they are.
    /// </summary>
    public struct State
    {
        internal long Exchanges,
            Squares;
        internal Sums Total;
    }

    [InlineArray(ExchangeFeatures.TopicDimensions)]
    internal struct Sums
    {
        private int _first;
    }

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

        if (state.Exchanges == Most)
        {
            Halve(ref state);
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
        var added = other;
        if (into.Exchanges + added.Exchanges > Most)
        {
            Halve(ref into);
            Halve(ref added);
        }

        into.Exchanges += added.Exchanges;
        into.Squares += added.Squares;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            into.Total[i] += added.Total[i];
        }
    }

    private static void Halve(ref State state)
    {
        state.Exchanges /= 2;
        state.Squares /= 2;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            state.Total[i] /= 2;
        }
    }

    /// <inheritdoc/>
    public static Reading Read(in State state) =>
        state.Exchanges < Fewest
            ? new Reading(0, state.Exchanges, "too-few")
            : new Reading(
                Support.Saturate(state.Exchanges) * Math.Sqrt(state.Exchanges) * (OrdinaryCosine - Cosine(state)),
                state.Exchanges,
                "nothing-in-common"
            );

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"two of its {state.Exchanges:N0} prompts have a cosine of {Cosine(state):N2} on average: they share no subject";

    /// <summary>
    /// The cosine between what two subjects ask on average, with the noise of few prompts taken out of the norms, and its standard error
    /// (of unit vectors in d dimensions a mean of n has about 1/√(d·n) of noise in any direction); both NaN where either has too few
    /// prompts to tell.
    /// </summary>
    internal static (double Cosine, double Error) Likeness(in State a, in State b)
    {
        const long fewest = 20;
        const double leastWithin = 0.02; // prompts of the most mixed sources still share this much: function words
        var (inA, inB) = (Math.Max(leastWithin, Cosine(a)), Math.Max(leastWithin, Cosine(b)));
        if (a.Exchanges < fewest || b.Exchanges < fewest)
        {
            return (double.NaN, double.NaN);
        }

        var product = 0.0;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            product += (double)a.Total[i] * b.Total[i];
        }

        // Norms of the means are estimated from pairs of different prompts, so that a subject's own noise does not count as its subject.
        var (squareA, squareB) = ((double)a.Squares / a.Exchanges, (double)b.Squares / b.Exchanges);
        var cosine = product / ((double)a.Exchanges * b.Exchanges) / Math.Sqrt(inA * squareA * inB * squareB);
        return (cosine, Math.Sqrt((1 / (a.Exchanges * inA) + 1 / (b.Exchanges * inB)) / ExchangeFeatures.TopicDimensions));
    }

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
