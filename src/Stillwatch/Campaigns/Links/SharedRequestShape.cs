using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>
/// Two accounts' programs write requests in the same way: the same parameters with the same values in the same order, by one program.
/// </summary>
/// <remarks>
/// Page: docs/links/shared-request-shape.md. Needs no address in common. A library's default shape is everybody's: the more hold it, the
/// less it says.
/// </remarks>
public readonly struct SharedRequestShape : ILink<SharedRequestShape.State>
{
    private const int AgainAndAgain = 3; // different requests of the shape

    /// <inheritdoc/>
    public static LinkId Id => new("shared-request-shape", 1, LinkFamily.Network);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Parameters;

    /// <inheritdoc/>
    public static string Says => "send the same parameters in the same order with the same client program";

    /// <inheritdoc/>
    public static bool ByRarity => true;

    /// <summary>A sample of the shapes.</summary>
    public struct State
    {
        internal SampleOfValues Shapes;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features) =>
        state.Shapes.Add(KeyedHash.Fold(features.RequestShape, KeyedHash.Fold(features.UserAgent, features.Tls)), features.Body);

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other) => into.Shapes.Merge(other.Shapes);

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values) => state.Shapes.CopyTo(values, AgainAndAgain);
}
