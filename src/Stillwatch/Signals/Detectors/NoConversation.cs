using Stillwatch.Features;

namespace Stillwatch.Signals.Detectors;

/// <summary>Nobody follows up, corrects or asks again, however long one looks.</summary>
/// <remarks>Page: docs/detectors/no-conversation.md. Honest programs do not converse either, but they repeat themselves.</remarks>
public readonly struct NoConversation : IDetector<SeedSetWalk.State>
{
    private const double OrdinaryShare = 0.1; // the least that people's follow-ups and repeats make of their exchanges
    private const double Steadier = 5;

    /// <inheritdoc/>
    public static DetectorId Id => new("no-conversation", 2);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <inheritdoc/>
    public static void Observe(ref SeedSetWalk.State state, in ExchangeFeatures features) => SeedSetWalk.Observe(ref state, features);

    /// <inheritdoc/>
    public static void Merge(ref SeedSetWalk.State into, in SeedSetWalk.State other) => SeedSetWalk.Merge(ref into, other);

    /// <inheritdoc/>
    public static Reading Read(in SeedSetWalk.State state)
    {
        var expected = OrdinaryShare * state.Exchanges;
        return new Reading(
            Support.Saturate(state.Exchanges) * (expected - FollowUps(state) - Repeats(state)) / Math.Sqrt(expected + Steadier),
            state.Exchanges,
            "no-follow-up-no-repeat"
        );
    }

    /// <inheritdoc/>
    public static string Explain(in SeedSetWalk.State state) =>
        $"{state.Exchanges:N0} requests, {FollowUps(state):N0} of them follow-ups and about {Repeats(state):N0} repeats";

    private static long FollowUps(in SeedSetWalk.State state) => state.Exchanges - state.Alone;

    private static double Repeats(in SeedSetWalk.State state) => Math.Max(0, state.Alone - SeedSetWalk.Distinct(state));
}
