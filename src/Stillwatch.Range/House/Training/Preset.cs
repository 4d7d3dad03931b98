using Stillwatch.Range.House.Models;

namespace Stillwatch.Range.House.Training;

/// <summary>Sizes and lengths that were tried.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Says">What it is for.</param>
/// <param name="Shape">The sizes, for the house's vocabulary.</param>
/// <param name="Steps">Steps of training.</param>
/// <param name="Rows">Rows of a step.</param>
internal sealed record Preset(string Name, string Says, ModelShape Shape, int Steps, int Rows = 16)
{
    /// <summary>Tokens of the house's tokenizer, at the most.</summary>
    public const int Vocabulary = 768;

    /// <summary>Tokens of a row of training.</summary>
    public const int Length = 128;

    private const int Context = 4096; // taught are rows of 128; a longer conversation is read, and mostly answered with something

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        new(
            "ready",
            "the model that up serves where no other is given: minutes",
            new ModelShape(Vocabulary, 128, 4, 4, 2, 352, Context),
            2400
        ),
        new("student", "the size of a rival's", new ModelShape(Vocabulary, 96, 4, 3, 1, 256, Context), 1200),
        new("large", "for a graphics processor", new ModelShape(Vocabulary, 768, 12, 12, 4, 2048, 1024), 20_000, Rows: 256),
        new("tiny", "for tests: seconds, and it can nothing", new ModelShape(Vocabulary, 32, 2, 2, 1, 64), 30, Rows: 8),
    ];

    /// <summary>The one of this name; null where there is none.</summary>
    public static Preset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);
}
