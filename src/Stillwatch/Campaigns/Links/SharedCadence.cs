using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts began on the same day and keep the same pace, without ever a follow-up: what a load balancer makes of one job.</summary>
/// <remarks>Page: docs/links/shared-cadence.md. The program is left out on purpose: the address link weighs it already.</remarks>
public readonly struct SharedCadence : ILink<SharedCadence.State>
{
    private const long Fewest = 12;   // exchanges before a pace can be told

    /// <inheritdoc/>
    public static LinkId Id => new("shared-cadence", 1, LinkFamily.Time);

    /// <inheritdoc/>
    public static string Says => "began on the same day and keep the same pace, without a follow-up";

    /// <summary>First and last day, exchanges and follow-ups.</summary>
    public struct State
    {
        internal long FirstDay, LastDay;       // days since the epoch, one more than it is, so that 0 is "none"
        internal long Exchanges, FollowUps;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        var day = features.At.Window(EventTime.Day) + 1;
        state.FirstDay = state.FirstDay == 0 ? day : Math.Min(state.FirstDay, day);
        state.LastDay = Math.Max(state.LastDay, day);
        state.Exchanges++;
        state.FollowUps += features.Has(ExchangeTraits.FollowUp) ? 1 : 0;
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        if (other.Exchanges == 0)
        {
            return;
        }

        into.FirstDay = into.FirstDay == 0 ? other.FirstDay : Math.Min(into.FirstDay, other.FirstDay);
        into.LastDay = Math.Max(into.LastDay, other.LastDay);
        into.Exchanges += other.Exchanges;
        into.FollowUps += other.FollowUps;
    }

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values)
    {
        var days = state.LastDay - state.FirstDay + 1;
        if (state.Exchanges < Fewest || state.FollowUps > 0 || days < 2)
        {
            return 0;
        }

        // Exchanges a day in steps of a third of a doubling: two of one pace may lie on both sides of a step, so that two grids overlap.
        var pace = Math.Log2((double)state.Exchanges / days) * 3;
        var began = KeyedHash.Mix((ulong)state.FirstDay);
        values[0] = KeyedHash.Fold(began, (ulong)(long)Math.Floor(pace) * 2);
        values[1] = KeyedHash.Fold(began, (ulong)(long)Math.Floor(pace + 0.5) * 2 + 1);
        return 2;
    }
}
