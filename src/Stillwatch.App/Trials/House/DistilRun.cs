using Stillwatch.App.Configuration;
using Stillwatch.Range.House.Distilling;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Training;
using Stillwatch.Reports;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.House;

/// <summary>
/// <c>range distil</c>: collects a teacher's answers through a gateway, trains students on parts of them, and tells what they can then.
/// </summary>
internal static class DistilRun
{
    private const int Together = 2;
    private const int Keys = 8;

    /// <summary>The flow: 1. the teacher, 2. collect, arm by arm, 3. models that never asked, 4. students, 5. what they can.</summary>
    public static async Task<int> RunAsync(DistilArguments arguments, CancellationToken cancel)
    {
        var arms = arguments
            .Arms.Distinct(StringComparer.Ordinal)
            .Select(name =>
                Arm.All.FirstOrDefault(arm => arm.Name == name)
                ?? throw new UnusableInputException(
                    $"--arms {name}: there is no such arm; there are {string.Join(", ", Arm.All.Select(arm => arm.Name))}"
                )
            )
            .ToList();
        var preset = Preset.Find(arguments.Preset)
            ?? throw new UnusableInputException(
                $"--teacher {arguments.Preset}: there is no such preset; there are {string.Join(", ", Preset.All.Select(one => one.Name))}"
            );
        if (
            arguments.Exchanges is < 1 or > 10_000_000
            || arguments.Steps < 1
            || arguments.Seeds is < 1 or > 100
            || arguments.Shares.Any(share => share is not (> 0 and <= 1))
        )
        {
            throw new UnusableInputException("--exchanges, --steps and --seeds begin at 1, and --shares are above 0 and at most 1");
        }

        Directory.CreateDirectory(arguments.Folder);
        var teacher = await TeacherAsync(arguments, preset, cancel); // 1
        SameAsBefore(arguments, preset);
        var told = new DistilFile.Model(preset.Name, 1, teacher.Shape.Parameters, await Students.ExamineAsync(teacher, cancel));
        Say($"the teacher, {told.Parameters:N0} parameters: {Marks(told.Right)}");
        var prompts = SeedSet.Of(seed: 1, arguments.Exchanges);
        foreach (var arm in arms) // 2
        {
            await CollectAsync(arguments, teacher, arm, prompts, cancel);
        }

        var students = new Students(Path.Combine(arguments.Folder, "students"), arguments.Steps);
        var siblings = new List<DistilFile.Model>();
        await Parallel.ForEachAsync(Seeds(arguments), Limit(cancel), async (seed, cancelled) => // 3
        {
            var place = await students.SiblingAsync(seed, cancelled);
            var model = HouseModel.Load(place);
            var one = new DistilFile.Model("sibling", seed, model.Shape.Parameters, await Students.ExamineAsync(model, cancelled));
            lock (siblings)
            {
                siblings.Add(one);
            }

            Say($"a model of {one.Parameters:N0} parameters that never asked the teacher, seed {seed}: {Marks(one.Right)}");
        });
        var done = new List<DistilFile.Student>();
        var all =
            from arm in arms
            from count in Counts(arguments, arm, prompts.Count)
            from seed in Seeds(arguments)
            orderby count descending
            select (arm, count, seed);
        var path = Path.Combine(arguments.Folder, "curve.json");
        var earlier = File.Exists(path) ? DistilFile.Load(path) : null;
        DistilFile Told() =>
            new DistilFile(1, told, siblings, done, Students.Tasks, prompts.Count, arguments.Steps, ProgramVersion.Text).With(earlier);
        await Parallel.ForEachAsync(all, Limit(cancel), async (one, cancelled) => // 4
        {
            var from = Path.Combine(arguments.Folder, "students", $"base-{one.seed}");
            var (place, taught) = await students.StudentAsync(
                one.arm.Name,
                one.seed,
                FileOf(arguments, one.arm),
                one.count,
                from,
                cancelled
            );
            var student = new DistilFile.Student(
                one.arm.Name,
                (double)taught / prompts.Count,
                taught,
                one.seed,
                await Students.ExamineAsync(place, cancelled)
            );
            lock (done)
            {
                done.Add(student);
                Told().Save(path); // whatever comes, what was found stays
            }

            Say($"{one.arm.Name}, {taught:N0} exchanges, seed {one.seed}: {Marks(student.Right)}");
        });
        var file = Told(); // 5
        file.Save(path);
        DistilTable.Write(file, Terminal.Out);
        OutputFile.Write(Path.Combine(arguments.Folder, "curve.html"), stream => DistilReport.Write(file, stream));
        Terminal.WriteLine($"{path} and curve.html have all of it, with what earlier runs into this folder found");
        return ExitCode.Done;

        void Say(string line)
        {
            if (!arguments.Quiet)
            {
                Terminal.Error.WriteLine(line);
            }
        }
    }

    /// <summary>How many exchanges students of <paramref name="arm"/> have.</summary>
    private static IEnumerable<int> Counts(DistilArguments arguments, Arm arm, int all) =>
        arm.IsContained
            ? new[] { File.ReadLines(FileOf(arguments, arm)).Count() }.Where(leaked => leaked > 0)
            : arguments.Shares.Select(share => Math.Max(1, (int)Math.Round(share * all))).Distinct();

    /// <summary>What lies in the folder already is taken as it is: it must be of the same teacher, seed set and steps.</summary>
    private static void SameAsBefore(DistilArguments arguments, Preset preset)
    {
        var weights = HouseModel.DigestOf(new HouseModels(arguments.Models).FolderOf(preset, seed: 1));
        var (path, now) = (
            Path.Combine(arguments.Folder, "distil.txt"),
            $"teacher {arguments.Preset} {weights}, seed set of {arguments.Exchanges}, {arguments.Steps} steps\n"
        );
        if (File.Exists(path) && File.ReadAllText(path) is var before && before != now)
        {
            throw new UnusableInputException(
                $"--out {arguments.Folder}: there is another distillation in it ({before.Trim()}); name another folder"
            );
        }

        File.WriteAllText(path, now);
    }

    private static async Task<HouseModel> TeacherAsync(DistilArguments arguments, Preset preset, CancellationToken cancel)
    {
        using var progress = new ProgressBar("making the teacher", arguments.Quiet, SystemClock.Instance);
        return await new HouseModels(arguments.Models).GetAsync(
            preset,
            seed: 1,
            HouseModels.Threads,
            accelerated: false,
            (step, steps, _) => progress.Report((double)step / steps),
            cancel
        );
    }

    private static async Task CollectAsync(
        DistilArguments arguments,
        HouseModel teacher,
        Arm arm,
        IReadOnlyList<string> prompts,
        CancellationToken cancel
    )
    {
        var file = FileOf(arguments, arm);
        if (File.Exists(file))
        {
            return;
        }

        var data = Path.Combine(arguments.Folder, "data", arm.Name);
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true); // of a collection that was broken off
        }

        if (arm.IsContained)
        {
            var (outcome, _) = await ContainedCampaign.RunAsync(
                teacher,
                seed: 1,
                ContainedCampaign.DefaultScale,
                arm.Exposure,
                data,
                arguments.Quiet,
                cancel
            );
            Terminal.WriteLine($"{arm.Name}: {outcome.Told()}{(outcome.Leaked == 0 ? "; there is nothing to train a student on" : "")}");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.Move(Path.Combine(data, ContainedCampaign.LeakedName), file);
            return;
        }

        await using var house = await HouseDeployment.StartAsync(teacher, DataFolder.Make(data), arm.Exposure, trustReplay: false, cancel);
        string[] keys =
        [
            .. Enumerable.Range(1, Keys).Select(i => house.Running.Accounts.CreateKey($"rival-{i}", null, null, "range", null)),
        ];
        using var progress = new ProgressBar($"collecting, {arm.Name}", arguments.Quiet, SystemClock.Instance);
        var harvester = new Harvester(house.Client, HouseServer.ModelName, arm.LogProbabilities);
        var (came, refused) = await Collection.RunAsync(
            prompts.Count,
            async (i, cancelled) => (await harvester.AskAsync(prompts[i], keys[i % keys.Length], cancelled)).Exchange,
            file,
            progress,
            cancel
        );
        Terminal.WriteLine($"{arm.Name}: {came:N0} answers were collected through the gateway, {refused:N0} requests refused");
    }

    private static IEnumerable<ulong> Seeds(DistilArguments arguments) => Enumerable.Range(1, arguments.Seeds).Select(seed => (ulong)seed);

    private static string FileOf(DistilArguments arguments, Arm arm) => Path.Combine(arguments.Folder, "collected", arm.Name + ".jsonl");

    private static ParallelOptions Limit(CancellationToken cancel) =>
        new() { MaxDegreeOfParallelism = Together, CancellationToken = cancel };

    private static string Marks(IReadOnlyDictionary<string, int> right) =>
        string.Join(", ", right.Select(one => $"{one.Key} {(double)one.Value / Students.Tasks:P0}"));
}
