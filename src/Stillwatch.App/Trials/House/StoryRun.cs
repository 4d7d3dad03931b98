using Stillwatch.App.Configuration;
using Stillwatch.App.Trials.Ranges;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Training;
using Stillwatch.Reports;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.House;

/// <summary>
/// <c>range run story</c>: a lab pulls answers from the house model through a gateway, among honest customers; the watch finds its
/// accounts, and whoever is found is stopped; a student is trained on what leaked, and another one on all that it would have had.
/// </summary>
internal static class StoryRun
{
    /// <summary>What it is called where scenarios are.</summary>
    public const string Name = "story";

    /// <summary>What it is, in a line.</summary>
    public const string Title = "a lab pulls from the live house model, is found and stopped, and trains a student on what leaked";

    /// <summary>
    /// The flow: 1. the model, 2. the traffic, 3. who is found is stopped, 4. what it would have had, 5. two students, 6. the report.
    /// </summary>
    public static async Task<int> RunAsync(RangeArguments arguments, CancellationToken cancel)
    {
        if (
            arguments.Mode != "features"
            || arguments.Seeds != 1
            || arguments.Calibration != null
            || arguments.Beside != null
            || arguments.Zipped
        )
        {
            throw new UnusableInputException($"range run {Name} knows --seed, --scale, --out and --quiet; it is live, with one seed");
        }

        var folder = arguments.Out ?? $"range-{Name}";
        if (Directory.Exists(Path.Combine(folder, "data")))
        {
            throw new UnusableInputException($"--out {folder}: there is an earlier story in it; name another folder");
        }

        Directory.CreateDirectory(folder);
        var clock = SystemClock.Instance;
        var (teacher, makingTook) = await TeacherAsync(arguments, cancel); // 1
        var began = clock.GetTimestamp();
        var (outcome, asked) = await ContainedCampaign.RunAsync(
            teacher,
            arguments.Seed,
            arguments.Scale ?? ContainedCampaign.DefaultScale,
            Exposure.Full,
            folder,
            arguments.Quiet,
            cancel
        ); // 2, 3
        Terminal.WriteLine(outcome.Told());
        string leaked = Path.Combine(folder, ContainedCampaign.LeakedName),
            all = Path.Combine(folder, "all.jsonl");
        await using (
            var house = await HouseDeployment.StartAsync(
                teacher,
                DataFolder.Make(Path.Combine(folder, "data-not-stopped")),
                Exposure.Full,
                trustReplay: false,
                cancel
            )
        ) // 4
        {
            using var progress = new ProgressBar("what it would have had", arguments.Quiet, clock);
            var key = house.Running.Accounts.CreateKey("not-stopped", null, null, "range", null);
            var (came, refused) = await Collection.RunAsync(
                asked.Count,
                async (i, cancelled) =>
                    (
                        await CampaignTraffic.SendAsync(house.Client, house.Running.GatewayAddress, asked[i], key, token: "", cancelled)
                    ).Exchange,
                all,
                progress,
                cancel
            );
            Terminal.WriteLine($"not stopped it would have had {came:N0} answers{(refused == 0 ? "" : $"; {refused:N0} were refused")}");
        }

        var file = await StudentsAsync(folder, teacher, leaked, outcome.Leaked, all, outcome.Asked, cancel); // 5
        DistilTable.Write(file, Terminal.Out);
        file.Save(Path.Combine(folder, "curve.json"));
        var took = clock.GetElapsedTime(began);
        OutputFile.Write(Path.Combine(folder, "story.html"), stream => StoryReport.Write(outcome, file, stream)); // 6
        Terminal.WriteLine(
            $"{Path.Combine(folder, "story.html")} tells it, campaigns.html has what was believed of whom; it took "
                + $"{took.TotalMinutes:0.0} "
                + $"minutes{(makingTook > TimeSpan.FromSeconds(10) ? $", and making the model {makingTook.TotalMinutes:0.0}" : "")}"
        );
        return outcome.Found != null && outcome.HonestStopped == 0 && outcome.Failed == 0 ? ExitCode.Done : ExitCode.DidNotHold;
    }

    private static async Task<(HouseModel Model, TimeSpan Took)> TeacherAsync(RangeArguments arguments, CancellationToken cancel)
    {
        var began = SystemClock.Instance.GetTimestamp();
        using var progress = new ProgressBar("making the house model", arguments.Quiet, SystemClock.Instance);
        var models = new HouseModels(Path.Combine(DataFolder.DefaultPath, DataFolder.HouseFolder));
        var model = await models.GetAsync(
            Preset.Find("ready")!,
            seed: 1,
            HouseModels.Threads,
            accelerated: false,
            (step, steps, _) => progress.Report((double)step / steps),
            cancel
        );
        return (model, SystemClock.Instance.GetElapsedTime(began));
    }

    private static async Task<DistilFile> StudentsAsync(
        string folder,
        HouseModel teacher,
        string leaked,
        int leakedCount,
        string all,
        int allCount,
        CancellationToken cancel
    )
    {
        var preset = Preset.Find("student")!;
        var students = new Students(Path.Combine(folder, "students"), preset.Steps);
        var from = await students.BaseAsync(1, cancel);
        var without = await students.SiblingAsync(1, cancel);
        var told = new DistilFile.Model("ready", 1, teacher.Shape.Parameters, await Students.ExamineAsync(teacher, cancel));
        var sibling = new DistilFile.Model(
            "sibling",
            1,
            HouseModel.Load(without).Shape.Parameters,
            await Students.ExamineAsync(without, cancel)
        );
        var made = await Task.WhenAll(
            new[] { ("contained", leaked, leakedCount), ("not-stopped", all, allCount) }
                .Where(one => one.Item3 > 0)
                .Select(async one =>
                {
                    var (name, file, count) = one;
                    var (place, taught) = await students.StudentAsync(name, 1, file, count, from, cancel);
                    return new DistilFile.Student(name, (double)taught / allCount, taught, 1, await Students.ExamineAsync(place, cancel));
                })
        );
        return new DistilFile(1, told, [sibling], made, Students.Tasks, allCount, preset.Steps, ProgramVersion.Text);
    }
}
