using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts send from one address.</summary>
/// <remarks>
/// Page: docs/links/shared-address.md. Carriers, offices and universities put strangers behind one address: the more hold it, the less it
/// says.
/// </remarks>
public readonly struct SharedAddress : ILink<SharedAddress.State>
{
    /// <inheritdoc/>
    public static LinkId Id => new("shared-address", 1, LinkFamily.Network);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Address;

    /// <inheritdoc/>
    public static string Says => "send from the same address";

    /// <inheritdoc/>
    public static bool InOneHand => true;

    /// <summary>A carrier deals out its addresses from one pool: a second one says less than the first.</summary>
    public static double Further => 0.25;

    /// <summary>A sample of the addresses.</summary>
    public struct State
    {
        internal SampleOfValues Seen;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (features.Address != 0)
        {
            state.Seen.Add(features.Address, features.Body);
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other) => into.Seen.Merge(other.Seen);

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values) => state.Seen.CopyTo(values, atLeast: 1);
}
