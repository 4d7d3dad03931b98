using Stillwatch.Range.House.Serving;

namespace Stillwatch.App.House;

/// <summary>What a rival is handed out, and so what a student can be taught.</summary>
/// <param name="Name">In kebab case.</param>
/// <param name="Exposure">What is handed out of the reasoning.</param>
/// <param name="LogProbabilities">How many likely tokens are told beside each of the answer's; 0 for none.</param>
internal sealed record Arm(string Name, Exposure Exposure, int LogProbabilities)
{
    private const int Likely = 20;   // the most that the API tells

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Arm> All { get; } =
    [
        new("full", Exposure.Full, 0), new("withheld", Exposure.Withheld, 0), new("summarised", Exposure.Summarised, 0),
        new("full-logprobs", Exposure.Full, Likely), new("withheld-logprobs", Exposure.Withheld, Likely),
    ];
}
