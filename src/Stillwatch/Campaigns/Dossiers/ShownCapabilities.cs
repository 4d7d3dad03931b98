using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>What a model can hand out, as far as a request shows it. An exchange may show several.</summary>
public static class ShownCapabilities
{
    /// <summary>The names, in the order of their numbers. Numbers never change meaning.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "reasoning",
        "code",
        "tool use",
        "languages other than English",
        "judgement",
        "instructions and tasks",
        "log-probabilities",
        "general",
        "unknown",
    ];

    /// <summary>
    /// Those that an exchange shows, as bits by number; "general" where it shows no other, "unknown" where there is no text that could show
    /// one.
    /// </summary>
    public static int Of(in ExchangeFeatures features)
    {
        var shown =
            ((features.Elicitation & (Elicitation.Reasoning | Elicitation.PostHocReasoning | Elicitation.TraceCoercion)) != 0 ? 1 : 0)
            | (features.Has(ExchangeTraits.Code) ? 2 : 0)
            | (
                features.Has(ExchangeTraits.HasTools | ExchangeTraits.ToolResult)
                || (features.Elicitation & Elicitation.ToolTrajectory) != 0
                    ? 4
                    : 0
            )
            | (features.Language is not (Language.English or Language.Unknown) ? 8 : 0)
            | ((features.Elicitation & (Elicitation.Rubric | Elicitation.Preference)) != 0 ? 16 : 0)
            | ((features.Elicitation & Elicitation.SelfInstruct) != 0 ? 32 : 0)
            | (features.Has(ExchangeTraits.LogProbabilities) ? 64 : 0);
        return shown != 0 ? shown
            : features.HasText ? 128
            : 256;
    }
}
