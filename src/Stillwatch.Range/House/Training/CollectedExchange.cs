using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stillwatch.Range.House.Training;

/// <summary>An exchange as a rival collects it: no more than the API handed out.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Reasoning">The reasoning, where it was handed out.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Likely">The answer's tokens with what was likely in their places, where that was handed out.</param>
internal sealed record CollectedExchange(string Prompt, string? Reasoning, string Answer, IReadOnlyList<CollectedToken>? Likely = null)
{
    /// <summary>How it is written, one a line.</summary>
    public static JsonSerializerOptions Form { get; } =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
