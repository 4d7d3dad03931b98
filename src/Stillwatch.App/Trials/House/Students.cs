using Stillwatch.Range;
using Stillwatch.Range.House.Exams;
using Stillwatch.Range.House.Lessons;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Training;

namespace Stillwatch.App.Trials.House;

/// <summary>
/// Trains and examines the rival's models: bases that were taught what anybody may teach, and students that go on from one with what was
/// collected.
/// </summary>
/// <param name="folder">Where they lie.</param>
/// <param name="steps">Steps of a student's training.</param>
internal sealed class Students(string folder, int steps)
{
    /// <summary>Tasks of each lesson's exam.</summary>
    public const int Tasks = 200;

    private const ulong ExamSeed = 7;
    private const int Threads = 1; // two at a time
    private const double LearningRate = 3e-3;

    /// <summary>The lessons of the exams: what the house teaches.</summary>
    public static IReadOnlyList<Lesson> Examined { get; } = [.. Lesson.All.Where(lesson => lesson.Share > 0 && lesson.Skill != "itself")];

    /// <summary>A model that never asked the teacher.</summary>
    public async Task<string> BaseAsync(ulong seed, CancellationToken cancel)
    {
        var place = Path.Combine(folder, $"base-{seed}");
        await TrainAsync(place, seed, Material.Public, exchanges: null, from: null, Preset.Find("student")!.Steps, cancel);
        return place;
    }

    /// <summary>A model that goes on from its base as a student does, and never asked the teacher: what more training alone buys.</summary>
    public async Task<string> SiblingAsync(ulong seed, CancellationToken cancel)
    {
        var place = Path.Combine(folder, $"sibling-{seed}");
        await TrainAsync(place, seed + 1_000, Material.Public, exchanges: null, await BaseAsync(seed, cancel), steps, cancel);
        return place;
    }

    /// <summary>
    /// A student of <paramref name="count"/> exchanges of <paramref name="collected"/>, drawn by its seed, that goes on from
    /// <paramref name="from"/>.
    /// </summary>
    /// <returns>Its folder, and how many exchanges it had.</returns>
    public async Task<(string Place, int Taught)> StudentAsync(
        string name,
        ulong seed,
        string collected,
        int count,
        string from,
        CancellationToken cancel
    )
    {
        var place = Path.Combine(folder, $"{name}-{count}-{seed}");
        Directory.CreateDirectory(place);
        var part = Path.Combine(place, "exchanges.jsonl");
        var lines = await File.ReadAllLinesAsync(collected, cancel);
        new Chance().Begin(Chance.Seed(seed, 0x7a6e)).Shuffle(lines);
        lines = lines[..Math.Min(count, lines.Length)];
        await File.WriteAllLinesAsync(part, lines, cancel);
        await TrainAsync(place, seed, Material.Exchanges, part, from, steps, cancel);
        return (place, lines.Length);
    }

    /// <summary>By lesson, how many answers are right.</summary>
    public static Task<IReadOnlyDictionary<string, int>> ExamineAsync(string place, CancellationToken cancel) =>
        ExamineAsync(HouseModel.Load(place), cancel);

    /// <inheritdoc cref="ExamineAsync(string, CancellationToken)"/>
    public static Task<IReadOnlyDictionary<string, int>> ExamineAsync(HouseModel model, CancellationToken cancel) =>
        Exam.TakeAsync(model, Examined, Tasks, ExamSeed, Threads, cancel);

    private static Task TrainAsync(
        string place,
        ulong seed,
        Material material,
        string? exchanges,
        string? from,
        int steps,
        CancellationToken cancel
    )
    {
        var preset = Preset.Find("student")!;
        var tokenizer = HouseModels.WithTokenizer(place);
        return TrainerProcess.RunAsync(
            new TrainingPlan
            {
                Folder = place,
                Shape = preset.Shape with { Vocabulary = tokenizer.Size },
                Seed = seed,
                Steps = steps,
                Rows = preset.Rows,
                LearningRate = LearningRate,
                Material = material,
                Lessons = Curriculum.Digest,
                Exchanges = exchanges,
                From = from,
                Threads = Threads,
            },
            (_, _) => { },
            cancel
        );
    }
}
