using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Signals.Detectors;

/// <summary>Requests ask for more than a reader can use: log-probabilities, or several answers to one question.</summary>
/// <remarks>Page: docs/detectors/sampling-habits.md. Evaluations and search apps ask for them too.</remarks>
public readonly struct SamplingHabits : IDetector<SamplingHabits.State>
{
    private const double OrdinaryShare = 0.02;

    /// <inheritdoc/>
    public static DetectorId Id => new("sampling-habits", 1);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Parameters;

    /// <summary>Exchanges, and how many asked for log-probabilities or for several answers.</summary>
    public struct State
    {
        internal long Exchanges,
            LogProbabilities,
            SeveralAnswers,
            Either;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        state.Exchanges++;
        state.LogProbabilities += features.Has(ExchangeTraits.LogProbabilities) ? 1 : 0;
        state.SeveralAnswers += features.Has(ExchangeTraits.SeveralAnswers) ? 1 : 0;
        state.Either += features.Has(ExchangeTraits.LogProbabilities | ExchangeTraits.SeveralAnswers) ? 1 : 0;
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        into.LogProbabilities += other.LogProbabilities;
        into.SeveralAnswers += other.SeveralAnswers;
        into.Either += other.Either;
    }

    /// <inheritdoc/>
    public static Reading Read(in State state)
    {
        var expected = OrdinaryShare * state.Exchanges;
        return new Reading(
            Support.Saturate(state.Exchanges) * (state.Either - expected) / Math.Sqrt(expected + 1),
            state.Exchanges,
            "more-than-a-reader-uses"
        );
    }

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"{state.LogProbabilities:N0} of {state.Exchanges:N0} requests asked for log-probabilities, {state.SeveralAnswers:N0} for "
        + $"several answers";
}
