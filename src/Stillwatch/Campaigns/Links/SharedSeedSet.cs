using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts sent the same request word for word, or the same rare prompt.</summary>
/// <remarks>
/// Page: docs/links/shared-seed-set.md. Classes and evaluations ask the same questions honestly; accounts that split one seed set between
/// them overlap little, and then this link is silent.
/// </remarks>
public readonly struct SharedSeedSet : ILink<SharedSeedSet.State>
{
    private const int LeastWords = 8; // "hello" is nobody's own

    /// <inheritdoc/>
    public static LinkId Id => new("shared-seed-set", 1, LinkFamily.Content);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <inheritdoc/>
    public static string Says => "sent the same prompts word for word";

    /// <summary>A sample of the requests.</summary>
    public struct State
    {
        internal SampleOfValues Bodies;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (features.Words >= LeastWords && !features.Has(ExchangeTraits.FollowUp))
        {
            state.Bodies.Add(features.Body, features.Body);
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other) => into.Bodies.Merge(other.Bodies);

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values) => state.Bodies.CopyTo(values, atLeast: 1);
}
