using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Range.House.Training;
using Stillwatch.Reports;

namespace Stillwatch.App.Trials.House;

/// <summary>House models by preset and seed, made where they are not there yet.</summary>
/// <param name="folder">The folder of all of them.</param>
internal sealed class HouseModels(string folder)
{
    /// <summary>Threads of the trainer: a model is the same only for the same number.</summary>
    public const int Threads = 2;

    private const ulong TokenizerSeed = 1;
    private const int TokenizerTexts = 8_000;
    private static readonly Lazy<HouseTokenizer> Tokenizer = new(() =>
        HouseTokenizer.Train(Curriculum.Texts(TokenizerSeed, TokenizerTexts), Preset.Vocabulary)
    );
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>The folder of a model.</summary>
    public string FolderOf(Preset preset, ulong seed) => Path.Combine(folder, seed == 1 ? preset.Name : $"{preset.Name}-{seed}");

    /// <summary>
    /// The model of <paramref name="preset"/> and <paramref name="seed"/>; trained, or trained to the end, where it is not there.
    /// </summary>
    /// <param name="preset">Its sizes.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="threads">Threads of the trainer.</param>
    /// <param name="accelerated">Whether a graphics processor is used where there is one.</param>
    /// <param name="report">Told each step out of how many, and its loss.</param>
    /// <param name="cancel">Stops it; it goes on from there the next time.</param>
    /// <remarks>One process at a time makes it; others wait and load it.</remarks>
    /// <exception cref="UnusableInputException">It cannot be made, or what is there is none.</exception>
    public async Task<HouseModel> GetAsync(
        Preset preset,
        ulong seed,
        int threads,
        bool accelerated,
        Action<int, int, double> report,
        CancellationToken cancel
    )
    {
        var place = FolderOf(preset, seed);
        try
        {
            TrainingPlan Plan() =>
                new()
                {
                    Folder = place,
                    Shape = preset.Shape with { Vocabulary = WithTokenizer(place).Size },
                    Seed = seed,
                    Steps = preset.Steps,
                    Rows = preset.Rows,
                    Material = Material.House,
                    Lessons = Curriculum.Digest,
                    Threads = threads,
                    Accelerated = accelerated,
                };
            if (!HouseModel.IsIn(place))
            {
                Directory.CreateDirectory(place);
                using var alone = await AloneAsync(Path.Combine(place, "lock"), cancel);
                await TrainerProcess.RunAsync(Plan(), (step, loss) => report(step, preset.Steps, loss), cancel);
            }
            else if (
                TrainingPlan.Of(place) is { } before
                && !before.IsAs(Plan() with { Threads = before.Threads, Accelerated = before.Accelerated })
            )
            {
                Terminal.Error.WriteLine(
                    $"stillwatch: {place}: this model is of an earlier version, with other sizes, steps or lessons; it is used as it "
                        + $"is. Remove its folder, and it is made anew."
                );
            }

            return HouseModel.Load(place);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException(fault.Message);
        }
    }

    private static async Task<FileStream> AloneAsync(string path, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(Look, SystemClock.Instance, cancel); // another process makes it
            }
        }
    }

    /// <summary>Puts the house's tokenizer into <paramref name="place"/>: one for all models, as a provider's is public.</summary>
    public static HouseTokenizer WithTokenizer(string place)
    {
        Directory.CreateDirectory(place);
        var path = Path.Combine(place, "tokenizer.json");
        if (!File.Exists(path))
        {
            Tokenizer.Value.Save(path);
        }

        return HouseTokenizer.Load(path);
    }
}
