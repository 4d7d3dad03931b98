namespace Stillwatch.App.Trials.Ranges;

/// <summary>How a scenario is run.</summary>
/// <param name="Scenario">A preset's name or a file.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Scale">The share of all numbers; null for the scenario's own.</param>
/// <param name="Mode">features, log or live.</param>
/// <param name="Out">The folder; null for none.</param>
/// <param name="Calibration">What weighs; null for the built-in one.</param>
/// <param name="Beside">An earlier outcome that the report puts beside this one; null for none.</param>
/// <param name="Seeds">How many seeds are run, one after the other.</param>
/// <param name="Zipped">Whether a log is compressed.</param>
/// <param name="Quiet">Whether progress is not shown.</param>
internal sealed record RangeArguments(
    string Scenario,
    ulong Seed,
    double? Scale,
    string Mode,
    string? Out,
    string? Calibration,
    string? Beside,
    int Seeds,
    bool Zipped,
    bool Quiet
);
