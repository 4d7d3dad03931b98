using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts are paid for by one card or bank account.</summary>
/// <remarks>
/// Page: docs/links/shared-payment.md. Offices, families and agencies share cards honestly: the link says "one customer", not "a thief".
/// </remarks>
public readonly struct SharedPayment : ILink<SharedPayment.State>
{
    /// <inheritdoc/>
    public static LinkId Id => new("shared-payment", 1, LinkFamily.Identity);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Payment;

    /// <inheritdoc/>
    public static string Says => "are paid for by the same means of payment";

    /// <inheritdoc/>
    public static bool InOneHand => true;

    /// <summary>A card or a bank account has one owner: more than any search among pairs of accounts asks.</summary>
    public static double LeastBits => 48;

    /// <summary>Nothing: the provider knows it of the account.</summary>
    public struct State
    {
        internal long Nothing;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features) { }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other) { }

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values)
    {
        values[0] = facts.Payment;
        return 1;
    }
}
