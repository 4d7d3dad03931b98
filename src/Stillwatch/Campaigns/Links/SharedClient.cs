using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts send from one address with one client program (and one TLS fingerprint, where that is known).</summary>
/// <remarks>
/// Page: docs/links/shared-client.md. Behind a carrier's or a university's address strangers have programs of their own, so that both
/// together say more than the address (shared-address).
/// </remarks>
public readonly struct SharedClient : ILink<SharedClient.State>
{
    /// <inheritdoc/>
    public static LinkId Id => new("shared-client", 1, LinkFamily.Network);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Address;

    /// <inheritdoc/>
    public static string Says => "send from the same address with the same client program";

    /// <inheritdoc/>
    public static bool InOneHand => true;

    /// <summary>Programs that share one address by accident seldom share a second.</summary>
    public static double Further => 0.5;

    /// <summary>A sample of the pairs of address and program.</summary>
    public struct State
    {
        internal SampleOfValues Seen;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (features.Address != 0)
        {
            state.Seen.Add(KeyedHash.Fold(features.Address, KeyedHash.Fold(features.UserAgent, features.Tls)), features.Body);
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other) => into.Seen.Merge(other.Seen);

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values) => state.Seen.CopyTo(values, atLeast: 1);
}
