using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Signals.Detectors;

/// <summary>Nobody follows up, corrects or asks again, however long one looks.</summary>
/// <remarks>Page: docs/detectors/no-conversation.md. Honest programs do not converse either, but they repeat themselves.</remarks>
public readonly struct NoConversation : IDetector<NoConversation.State>
{
    private const double OrdinaryShare = 0.1;   // the least that people's follow-ups and repeats make of their exchanges
    private const double Steadier = 5;

    /// <inheritdoc/>
    public static DetectorId Id => new("no-conversation", 1);

    /// <summary>A quarter of a group's mean: one honest account may never follow up, many of them do.</summary>
    public static double GroupPart => 6;

    /// <summary>Exchanges, follow-ups, and how many different ones there were.</summary>
    public struct State
    {
        internal long Exchanges, FollowUps;
        internal DistinctBits Bodies;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        state.Exchanges++;
        state.FollowUps += features.Has(ExchangeTraits.FollowUp | ExchangeTraits.ToolResult) ? 1 : 0;
        state.Bodies.Add(features.Body);
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Exchanges += other.Exchanges;
        into.FollowUps += other.FollowUps;
        into.Bodies.Merge(other.Bodies);
    }

    /// <inheritdoc/>
    public static Reading Read(in State state)
    {
        var expected = OrdinaryShare * state.Exchanges;
        return new Reading(Support.Saturate(state.Exchanges) * (expected - state.FollowUps - Repeats(state)) / Math.Sqrt(expected + Steadier), state.Exchanges, "no-follow-up-no-repeat");
    }

    /// <inheritdoc/>
    public static string Explain(in State state) =>
        $"{state.Exchanges:N0} requests, {state.FollowUps:N0} of them follow-ups and about {Repeats(state):N0} repeats";

    private static double Repeats(in State state) => Math.Max(0, state.Exchanges - state.Bodies.Estimate());
}
