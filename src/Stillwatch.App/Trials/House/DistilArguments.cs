namespace Stillwatch.App.Trials.House;

/// <summary>How <c>range distil</c> is run.</summary>
/// <param name="Preset">The teacher's preset.</param>
/// <param name="Models">The folder of house models.</param>
/// <param name="Exchanges">Prompts of the seed set.</param>
/// <param name="Shares">The shares of it that students have.</param>
/// <param name="Arms">What is handed out.</param>
/// <param name="Seeds">How many students of each.</param>
/// <param name="Steps">Steps of a student's training.</param>
/// <param name="Folder">Where all of it lies.</param>
/// <param name="Quiet">No progress.</param>
internal sealed record DistilArguments(
    string Preset,
    string Models,
    int Exchanges,
    IReadOnlyList<double> Shares,
    IReadOnlyList<string> Arms,
    int Seeds,
    int Steps,
    string Folder,
    bool Quiet
);
