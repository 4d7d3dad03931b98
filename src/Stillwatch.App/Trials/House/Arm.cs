using Stillwatch.Range.House.Serving;

namespace Stillwatch.App.Trials.House;

/// <summary>What a rival is handed out, and so what a student can be taught.</summary>
/// <param name="Name">In kebab case.</param>
/// <param name="Exposure">What is handed out of the reasoning.</param>
/// <param name="LogProbabilities">How many likely tokens are told beside each of the answer's; 0 for none.</param>
/// <param name="IsContained">Whether it pulls as a campaign among customers, under the eyes of the watch, and is contained when it is
/// found: then what leaked is all that there is, and no shares of it.</param>
internal sealed record Arm(string Name, Exposure Exposure, int LogProbabilities = 0, bool IsContained = false)
{
    private const int Likely = 20; // the most that the API tells

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Arm> All { get; } =
    [
        new("full", Exposure.Full),
        new("withheld", Exposure.Withheld),
        new("summarised", Exposure.Summarised),
        new("full-logprobs", Exposure.Full, Likely),
        new("withheld-logprobs", Exposure.Withheld, Likely),
        new("contained", Exposure.Full, IsContained: true),
    ];

    /// <summary>Its place among them; behind them all where it is none.</summary>
    public static int Place(string name) => All.TakeWhile(arm => arm.Name != name).Count();
}
