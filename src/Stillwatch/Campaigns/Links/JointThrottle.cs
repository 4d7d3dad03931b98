using System.Runtime.CompilerServices;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Campaigns.Links;

/// <summary>
/// Two accounts were told to wait (429) within the same minutes: what feeds them evenly runs all of them into their limits at once.
/// </summary>
/// <remarks>
/// Page: docs/links/joint-throttle.md. Where the model server is short, everybody is told to wait: the more are, the less it says.
/// </remarks>
public readonly struct JointThrottle : ILink<JointThrottle.State>
{
    private const int MostMinutes = 4;
    private const long WindowLength = EventTime.Hour / 60;

    /// <inheritdoc/>
    public static LinkId Id => new("joint-throttle", 1, LinkFamily.Time);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Throttling;

    /// <inheritdoc/>
    public static string Says => "were told to wait within the same minutes";

    /// <inheritdoc/>
    public static bool ByRarity => true;

    /// <summary>The earliest minutes in which it was told to wait, ascending; one more than they are, so that 0 is "none".</summary>
    public struct State
    {
        internal Slots Minutes;
    }

    [InlineArray(MostMinutes)]
    internal struct Slots
    {
        private ulong _first;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (features.Has(ExchangeTraits.Throttled))
        {
            Take(ref state, (ulong)(features.At.Window(WindowLength) + 1));
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        for (var i = 0; i < MostMinutes && other.Minutes[i] != 0; i++)
        {
            Take(ref into, other.Minutes[i]);
        }
    }

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values)
    {
        var count = 0;
        for (; count < MostMinutes && state.Minutes[count] != 0; count++)
        {
            values[count] = state.Minutes[count];
        }

        return count;
    }

    /// <summary>
    /// Keeps the earliest: the same whatever the order, and who is told to wait all day long offers no more than anybody.
    /// </summary>
    private static void Take(ref State state, ulong minute)
    {
        for (var i = 0; i < MostMinutes && minute != state.Minutes[i]; i++)
        {
            if (state.Minutes[i] == 0 || minute < state.Minutes[i])
            {
                (state.Minutes[i], minute) = (minute, state.Minutes[i]);
                if (minute == 0)
                {
                    return;
                }
            }
        }
    }
}
