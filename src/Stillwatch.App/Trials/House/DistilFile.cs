using System.Text.Encodings.Web;
using System.Text.Json;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.House;

/// <summary>
/// What exchanges buy a rival, as it is kept (<c>curve.json</c>) and read by reports and releases: answers right to the letter, out of how
/// many.
/// </summary>
/// <param name="Version">1.</param>
/// <param name="Teacher">The teacher: what its students are held against.</param>
/// <param name="Siblings">Models of the student's size that were taught what anybody may teach, and never asked the teacher.</param>
/// <param name="Students">The students.</param>
/// <param name="Tasks">Tasks of each lesson's exam.</param>
/// <param name="SeedSet">Prompts of the whole seed set.</param>
/// <param name="Steps">Steps of a student's training.</param>
/// <param name="Program">The program's version.</param>
internal sealed record DistilFile(
    int Version,
    DistilFile.Model Teacher,
    IReadOnlyList<DistilFile.Model> Siblings,
    IReadOnlyList<DistilFile.Student> Students,
    int Tasks,
    int SeedSet,
    int Steps,
    string Program
)
{
    private const string BuiltInName = "stillwatch.built-in-curve.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A model.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Seed">Its seed.</param>
    /// <param name="Parameters">How many numbers it has.</param>
    /// <param name="Right">By lesson, how many answers of its exam were right.</param>
    internal sealed record Model(string Name, ulong Seed, long Parameters, IReadOnlyDictionary<string, int> Right);

    /// <summary>A student.</summary>
    /// <param name="Arm">What was handed out.</param>
    /// <param name="Share">The share of the seed set that it had.</param>
    /// <param name="Exchanges">How many exchanges that is.</param>
    /// <param name="Seed">Its seed.</param>
    /// <param name="Right">By lesson, how many answers of its exam were right.</param>
    internal sealed record Student(string Arm, double Share, int Exchanges, ulong Seed, IReadOnlyDictionary<string, int> Right);

    /// <summary>
    /// This, and what only <paramref name="earlier"/> has: another run of the same distillation, with other arms, shares or seeds; in
    /// order.
    /// </summary>
    public DistilFile With(DistilFile? earlier) =>
        this with
        {
            Siblings = [.. Siblings.Concat(earlier?.Siblings ?? []).DistinctBy(one => one.Seed).OrderBy(one => one.Seed)],
            Students =
            [
                .. Students
                    .Concat(earlier?.Students ?? [])
                    .DistinctBy(one => (one.Arm, one.Exchanges, one.Seed))
                    .OrderBy(one => Arm.Place(one.Arm))
                    .ThenBy(one => one.Arm, StringComparer.Ordinal)
                    .ThenByDescending(one => one.Exchanges)
                    .ThenBy(one => one.Seed),
            ],
        };

    /// <summary>Writes it.</summary>
    public void Save(string path) => OutputFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Options));

    /// <summary>Reads it; the one that was measured with this program's ready model where <paramref name="path"/> is null.</summary>
    /// <exception cref="UnusableInputException">It is none.</exception>
    public static DistilFile Load(string? path)
    {
        try
        {
            using var stream = path == null ? typeof(DistilFile).Assembly.GetManifestResourceStream(BuiltInName)! : File.OpenRead(path);
            return
                JsonSerializer.Deserialize<DistilFile>(stream, Options)
                    is { Version: 1, Teacher.Right: not null, Siblings: not null, Students: not null, Tasks: > 0 } file
                && file.Siblings.All(one => one.Right != null)
                && file.Students.All(one => one is { Arm: not null, Right: not null, Exchanges: > 0 })
                ? file
                : throw new UnusableInputException($"{path}: this is no curve of version 1");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Readable.Unusable(path ?? "the built-in curve", fault, "a curve of ./stillwatch range distil");
        }
    }
}
