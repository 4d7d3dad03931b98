using System.Text.Json;
using System.Text.Json.Serialization;
using Stillwatch.Range.House.Files;
using Stillwatch.Range.House.Models;

namespace Stillwatch.Range.House.Training;

/// <summary>What is trained from what, for how long: all that a run depends on. Read by the trainer, kept beside the model.</summary>
internal sealed record TrainingPlan
{
    /// <summary>The file of a run that is not at its end.</summary>
    public const string Checkpoint = "training.safetensors";

    /// <summary>Its file in a model's folder.</summary>
    public const string Name = "plan.json";

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The model's folder: checkpoints, loss curve and, at the end, the model.</summary>
    public required string Folder { get; init; }

    /// <summary>The sizes; the folder's tokenizer has the vocabulary.</summary>
    public required ModelShape Shape { get; init; }

    /// <summary>What everything is drawn from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Rows of a step, and tokens of a row.</summary>
    public int Rows { get; init; } = 32;

    /// <inheritdoc cref="Rows"/>
    public int Length { get; init; } = Preset.Length;

    /// <summary>The highest learning rate, come to over <see cref="WarmUp"/> steps; it falls to a twentieth along a cosine.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <inheritdoc cref="LearningRate"/>
    public int WarmUp { get; init; } = 100;

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>What is taught: the house's lessons, what anybody may teach, or the exchanges of a file.</summary>
    public required Material Material { get; init; }

    /// <summary>What the lessons are, <see cref="Curriculum.Digest"/>: another build may teach others.</summary>
    public string Lessons { get; init; } = "";

    /// <summary>The file of exchanges, where those are taught.</summary>
    public string? Exchanges { get; init; }

    /// <summary>The folder of the model to go on from; null to begin with chance.</summary>
    public string? From { get; init; }

    /// <summary>Whether a graphics processor is used where there is one.</summary>
    public bool Accelerated { get; init; }

    /// <summary>Threads; two give the same numbers as two, and not as one.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>The one that a model's folder was made by; null where none can be read.</summary>
    public static TrainingPlan? Of(string folder)
    {
        try
        {
            return Load(Path.Combine(folder, Name));
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return null;
        }
    }

    /// <summary>Whether <paramref name="other"/> makes the same model, wherever both lie.</summary>
    public bool IsAs(TrainingPlan other) => Placeless(this) == Placeless(other);

    /// <summary>Writes it.</summary>
    public void Save(string path) => WholeFile.Write(path, JsonSerializer.Serialize(this, Form));

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static TrainingPlan Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingPlan>(File.ReadAllBytes(path), Form)
                ?? throw new InvalidDataException($"{path}: it is empty");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: this is no plan of a training ({fault.Message})", fault);
        }
    }

    private static TrainingPlan Placeless(TrainingPlan plan) =>
        plan with
        {
            Folder = "",
            From = Path.GetFileName(plan.From),
            Exchanges = Path.GetFileName(plan.Exchanges),
        };
}
