using System.Runtime.CompilerServices;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>
/// Two accounts turned to the same model within the same hours, having used another before: how a campaign reacts to a release.
/// </summary>
/// <remarks>Page: docs/links/joint-pivot.md. On the day of a release many turn to it: the more do, the less it says.</remarks>
public readonly struct JointPivot : ILink<JointPivot.State>
{
    private const int MostModels = 6;
    private const long WindowLength = 3 * EventTime.Hour;
    private const long Settled = 8; // windows, a day, for which an account was there before it turned

    /// <inheritdoc/>
    public static LinkId Id => new("joint-pivot", 1, LinkFamily.Time);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Model;

    /// <inheritdoc/>
    public static string Says => "turned to the same model within the same hours";

    /// <inheritdoc/>
    public static bool ByRarity => true;

    /// <summary>
    /// The window of the first exchange, and of the first with each of the six models whose fingerprints are lowest; one more than it is,
    /// so that 0 is "none".
    /// </summary>
    public struct State
    {
        internal long First;
        internal Slots Models,
            Windows;
    }

    [InlineArray(MostModels)]
    internal struct Slots
    {
        private ulong _first;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        var window = features.At.Window(WindowLength) + 1;
        state.First = state.First == 0 ? window : Math.Min(state.First, window);
        if (features.Model != 0)
        {
            Take(ref state, features.Model, (ulong)window);
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        if (other.First == 0)
        {
            return;
        }

        into.First = into.First == 0 ? other.First : Math.Min(into.First, other.First);
        for (var i = 0; i < MostModels && other.Models[i] != 0; i++)
        {
            Take(ref into, other.Models[i], other.Windows[i]);
        }
    }

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values)
    {
        var count = 0;
        for (var i = 0; i < MostModels && state.Models[i] != 0; i++)
        {
            if ((long)state.Windows[i] - state.First >= Settled)
            {
                values[count++] = KeyedHash.Fold(state.Models[i], state.Windows[i]);
            }
        }

        return count;
    }

    /// <summary>Keeps the lowest fingerprints, ascending, each with its earliest window: the same whatever the order.</summary>
    private static void Take(ref State state, ulong model, ulong window)
    {
        var at = 0;
        while (at < MostModels && state.Models[at] != 0 && state.Models[at] < model)
        {
            at++;
        }

        if (at == MostModels)
        {
            return;
        }

        if (state.Models[at] == model)
        {
            state.Windows[at] = Math.Min(state.Windows[at], window);
            return;
        }

        for (var i = MostModels - 1; i > at; i--)
        {
            (state.Models[i], state.Windows[i]) = (state.Models[i - 1], state.Windows[i - 1]);
        }

        (state.Models[at], state.Windows[at]) = (model, window);
    }
}
