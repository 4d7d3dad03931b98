using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts use the same template again and again: one opening sentence or one closing instruction.</summary>
/// <remarks>
/// Page: docs/links/shared-template.md. A prompt that half the world shares ties nobody: the more hold a value, the less it weighs.
/// </remarks>
public readonly struct SharedTemplate : ILink<SharedTemplate.State>
{
    private const int AgainAndAgain = 3; // different requests with it; the same one again is no template
    private const int LeastWords = 6; // shorter prompts ("continue") are everybody's

    /// <inheritdoc/>
    public static LinkId Id => new("shared-template", 1, LinkFamily.Content);

    /// <inheritdoc/>
    public static Needs Needs => Needs.Text;

    /// <inheritdoc/>
    public static string Says => "use the same prompt template again and again";

    /// <summary>Samples of openings and closings.</summary>
    public struct State
    {
        internal SampleOfValues Openings,
            Closings;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (features.Words >= LeastWords)
        {
            state.Openings.Add(features.Opening, features.Body);
            state.Closings.Add(features.Closing, features.Body);
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other)
    {
        into.Openings.Merge(other.Openings);
        into.Closings.Merge(other.Closings);
    }

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values)
    {
        var count = state.Openings.CopyTo(values[..(ILink<State>.MostValues / 2)], AgainAndAgain);
        return count + state.Closings.CopyTo(values[count..], AgainAndAgain);
    }
}
