namespace Stillwatch.App.Trials.Evaluation;

/// <summary>A stream with all that was made of it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Cells">The grid.</param>
/// <param name="Baselines">How the watch and the baselines rank single accounts; empty where the stream as it is was left out.</param>
/// <param name="Verdicts">What is taken for what; empty likewise.</param>
internal sealed record Evaluated(
    LabelledStream Stream,
    IReadOnlyList<Cell> Cells,
    IReadOnlyList<BaselineScores> Baselines,
    IReadOnlyList<VerdictTable> Verdicts
);
