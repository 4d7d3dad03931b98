using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Links;

/// <summary>Two accounts send the same system prompt.</summary>
/// <remarks>
/// Page: docs/links/shared-system-prompt.md. Customers of one framework share its default prompt honestly: the more hold it, the less it
/// says.
/// </remarks>
public readonly struct SharedSystemPrompt : ILink<SharedSystemPrompt.State>
{
    private const int AgainAndAgain = 3; // different requests with it; the same one again is no template

    /// <inheritdoc/>
    public static LinkId Id => new("shared-system-prompt", 1, LinkFamily.Content);

    /// <inheritdoc/>
    public static Needs Needs => Needs.SystemPrompt;

    /// <inheritdoc/>
    public static string Says => "send the same system prompt";

    /// <summary>A sample of the system prompts.</summary>
    public struct State
    {
        internal SampleOfValues Systems;
    }

    /// <inheritdoc/>
    public static void Observe(ref State state, in ExchangeFeatures features)
    {
        if (features.System != 0)
        {
            state.Systems.Add(features.System, features.Body);
        }
    }

    /// <inheritdoc/>
    public static void Merge(ref State into, in State other) => into.Systems.Merge(other.Systems);

    /// <inheritdoc/>
    public static int Values(in State state, in AccountFacts facts, Span<ulong> values) => state.Systems.CopyTo(values, AgainAndAgain);
}
