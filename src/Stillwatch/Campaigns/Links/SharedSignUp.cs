using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts were made within the same hour, or the neighbouring one, under one e-mail domain.</summary>
/// <remarks>Page: docs/links/shared-sign-up.md.</remarks>
public readonly struct SharedSignUp : ILink<SharedSignUp.State>
{
    /// <inheritdoc/>
    public static LinkId Id => new("shared-sign-up", 1, LinkFamily.Identity);

    /// <inheritdoc/>
    public static Needs Needs => Needs.EmailDomain;

    /// <inheritdoc/>
    public static string Says => "were made within an hour of each other under one e-mail domain";

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
        if (facts.Created is not { } created || facts.EmailDomain == 0)
        {
            return 0;
        }

        // Two overlapping windows of two hours, so that no pair within the hour is cut apart by where an hour begins.
        values[0] = KeyedHash.Fold(facts.EmailDomain, (ulong)created.Window(2 * EventTime.Hour) * 2);
        values[1] = KeyedHash.Fold(
            facts.EmailDomain,
            (ulong)new EventTime(created.Micros + EventTime.Hour).Window(2 * EventTime.Hour) * 2 + 1
        );
        return 2;
    }
}
