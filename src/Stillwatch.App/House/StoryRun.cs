using Stillwatch.App.Demos;
using Stillwatch.App.Deployment;
using Stillwatch.App.Ranges;
using Stillwatch.App.Scan;
using Stillwatch.App.Verbs;
using Stillwatch.Exchanges;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Training;
using Stillwatch.Range.Scenarios;

namespace Stillwatch.App.House;

/// <summary>
/// <c>range run story</c>: a lab pulls answers from the house model through a gateway, among honest customers; the watch finds its accounts, and whoever is found is stopped; a student is
/// trained on what leaked, and another one on all that it would have had.
/// </summary>
internal static class StoryRun
{
    /// <summary>What it is called where scenarios are.</summary>
    public const string Name = "story";

    /// <summary>What it is, in a line.</summary>
    public const string Title = "a lab pulls from the live house model, is found and stopped, and trains a student on what leaked";

    private const string Scenario = "demo";
    private const double Scale = 0.5;
    private const int Together = 24;
    private const int MostAhead = 60;       // requests: time waits for the watch, which in two real weeks would have hours for what it does here in a second
    private const int LookEvery = 20;       // requests
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>The flow: 1. the model, 2. the traffic, 3. who is found is stopped, 4. what it would have had, 5. two students, 6. the report.</summary>
    public static async Task<int> RunAsync(RangeArguments arguments, CancellationToken cancel)
    {
        if (arguments.Mode != "features" || arguments.Seeds != 1 || arguments.Calibration != null || arguments.Beside != null || arguments.Zipped)
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
        var (teacher, makingTook) = await TeacherAsync(arguments, cancel);                                                                          // 1
        var began = clock.GetTimestamp();
        var scale = arguments.Scale ?? Scale;
        var traffic = StoryTraffic.Of(Stage.Set(ScenarioFile.Read(Scenario), arguments.Seed, scale), arguments.Seed);
        if (!traffic.Requests.Any(request => request.Prompt != null))
        {
            throw new UnusableInputException($"--scale {scale}: the lab asks nothing at this scale; a larger one is wanted");
        }

        Terminal.WriteLine($"{traffic.Requests.Count:N0} requests, {traffic.Requests.Count(request => request.Prompt != null):N0} of them of the {traffic.Lab.Count} accounts of one lab");
        var data = new DataFolder(Path.Combine(folder, "data"));
        StoryOutcome outcome;
        string leaked = Path.Combine(folder, "leaked.jsonl"), all = Path.Combine(folder, "all.jsonl");
        await using (var house = await HouseDeployment.StartAsync(teacher, data, Exposure.Full, trustReplay: true, cancel))
        {
            using (var progress = new ProgressBar("two weeks of traffic", arguments.Quiet, clock))
            {
                outcome = await PullAsync(house, data.Token(), traffic, Stage.Set(ScenarioFile.Read(Scenario), arguments.Seed, scale), leaked, progress, cancel);   // 2, 3
            }

            await house.ReportAsync(Path.Combine(folder, "campaigns.html"), cancel);
        }

        Tell(outcome);
        await using (var house = await HouseDeployment.StartAsync(teacher, new DataFolder(Path.Combine(folder, "data-not-stopped")), Exposure.Full, trustReplay: false, cancel))       // 4
        {
            using var progress = new ProgressBar("what it would have had", arguments.Quiet, clock);
            string[] keys = [house.Running.Accounts.CreateKey("not-stopped", null, null, "range", null)];
            await Collection.RunAsync(house, [.. traffic.Requests.Select(request => request.Prompt).OfType<string>()], keys, Arm.All[0], all, progress, cancel);
        }

        var file = await StudentsAsync(folder, teacher, leaked, outcome.Leaked, all, outcome.Asked, cancel);                                                        // 5
        DistilTable.Write(file, Terminal.Out);
        file.Save(Path.Combine(folder, "curve.json"));
        var took = clock.GetElapsedTime(began);
        OutputFile.Write(Path.Combine(folder, "story.html"), stream => StoryReport.Write(outcome, file, stream));                                                   // 6
        Terminal.WriteLine($"{Path.Combine(folder, "story.html")} tells it, campaigns.html has what was believed of whom; it took {took.TotalMinutes:0.0} minutes{(makingTook > TimeSpan.FromSeconds(10) ? $", and making the model {makingTook.TotalMinutes:0.0}" : "")}");
        return outcome.Found != null && outcome.HonestStopped == 0 && outcome.Failed == 0 ? ExitCode.Done : ExitCode.DidNotHold;
    }

    private static async Task<(HouseModel Model, TimeSpan Took)> TeacherAsync(RangeArguments arguments, CancellationToken cancel)
    {
        var began = SystemClock.Instance.GetTimestamp();
        using var progress = new ProgressBar("making the house model", arguments.Quiet, SystemClock.Instance);
        var models = new HouseModels(Path.Combine(DataFolder.DefaultPath, HouseModels.FolderName));
        var model = await models.GetAsync(Preset.Find("ready")!, seed: 1, HouseModels.Threads, accelerated: false, (step, steps, _) => progress.Report((double)step / steps), cancel);
        return (model, SystemClock.Instance.GetElapsedTime(began));
    }

    /// <summary>Sends everything in order of time; whoever comes before an analyst is suspended.</summary>
    private static async Task<StoryOutcome> PullAsync(HouseDeployment house, string token, StoryTraffic traffic, Stage stage, string leakedFile, ProgressBar progress, CancellationToken cancel)
    {
        house.Running.Accounts.Import(stage.World.Accounts.Select(DemoRequest.Row));
        var keys = house.Running.Accounts.CreateKeys(traffic.Requests.Select(request => request.Demo.Account).Distinct(StringComparer.Ordinal), "range", null);
        var answers = new CollectedExchange?[traffic.Requests.Count];
        var statuses = new int[traffic.Requests.Count];
        var stopped = new HashSet<string>(StringComparer.Ordinal);
        EventTime? found = null;
        using var slots = new SemaphoreSlim(Together);
        var underWay = new List<Task>();
        for (var i = 0; i < traffic.Requests.Count; i++)
        {
            if (i % LookEvery == 0)
            {
                progress.Report((double)i / traffic.Requests.Count);
                foreach (var ended in underWay.Where(task => task.IsCompleted).ToList())
                {
                    await ended;
                    underWay.Remove(ended);
                }

                var waited = SystemClock.Instance.GetTimestamp();
                long seen = 0;
                do
                {
                    if (SystemClock.Instance.GetElapsedTime(waited) > Patience)
                    {
                        throw new UnusableInputException($"the watch has seen {seen:N0} of {i:N0} exchanges and sees no more");
                    }

                    (seen, var flagged) = await house.Running.AskAsync(findings => (findings.Log.Exchanges, findings.Watch.Accounts.Where(account => account.FlaggedAt != null).Select(findings.Name).ToList()));
                    foreach (var account in flagged.Where(stopped.Add))
                    {
                        house.Running.Accounts.Suspend(account, suspended: true);
                        found ??= traffic.Lab.Contains(account) ? traffic.Requests[i].Demo.At : null;
                    }

                    if (IsBehind(seen))
                    {
                        await Task.Delay(Look, SystemClock.Instance, cancel);
                    }
                }
                while (IsBehind(seen));

                // What was refused may not be on record, and then the watch never sees it.
                bool IsBehind(long seen) => seen < i - MostAhead - statuses.Count(status => status is not 0 and not (>= 200 and < 300));
            }

            await slots.WaitAsync(cancel);
            var at = i;
            underWay.Add(Task.Run(async () =>
            {
                try
                {
                    var request = traffic.Requests[at];
                    (answers[at], statuses[at]) = await StoryTraffic.SendAsync(house.Client, request, keys[request.Demo.Account], token, cancel);
                }
                finally
                {
                    slots.Release();
                }
            }, cancel));
        }

        await Task.WhenAll(underWay);
        Collection.Write(leakedFile, answers.OfType<CollectedExchange>());
        return Outcome(traffic, answers, statuses, stopped, found);
    }

    private static StoryOutcome Outcome(StoryTraffic traffic, CollectedExchange?[] answers, int[] statuses, HashSet<string> stopped, EventTime? found)
    {
        var lab = traffic.Requests.Select((request, i) => (request, Leaked: answers[i] != null)).Where(one => one.request.Prompt != null).ToList();
        var honest = traffic.Requests.Where(request => request.Prompt == null).ToList();
        var refused = traffic.Requests.Where((request, i) => request.Prompt == null && IsStopped(statuses[i])).Count();
        var failed = statuses.Count(status => status is not (>= 200 and < 300) && !IsStopped(status));
        var began = lab[0].request.Demo.At;
        var (curve, answered) = (new List<(double, double)> { (0, 0) }, 0);
        foreach (var (request, isLeaked) in lab)
        {
            answered += isLeaked ? 1 : 0;
            curve.Add(((request.Demo.At.Micros - began.Micros) / (double)EventTime.Hour, answered));
        }

        return new(honest.Select(request => request.Demo.Account).Distinct(StringComparer.Ordinal).Count(), honest.Count, stopped.Count(account => !traffic.Lab.Contains(account)), refused,
            traffic.Lab.Count, stopped.Count(traffic.Lab.Contains), lab.Count, answered, failed, began, found, curve);
    }

    private static bool IsStopped(int status) => status is 401 or 403;

    private static void Tell(StoryOutcome outcome) => Terminal.WriteLine(
        $"the lab's {outcome.Lab} accounts asked {outcome.Asked:N0} times and had {outcome.Leaked:N0} answers ({(double)outcome.Leaked / outcome.Asked:P1}) before they were stopped; {outcome.LabStopped} of them were found"
        + (outcome.Found is { } found ? $", the first {(found.Micros - outcome.Began.Micros) / (double)EventTime.Hour:N0} hours after it began" : "")
        + $"; of {outcome.Honest} honest accounts {outcome.HonestStopped} were stopped, {outcome.HonestRefused} of {outcome.HonestExchanges:N0} requests refused; {outcome.Failed:N0} requests failed otherwise");

    private static async Task<DistilFile> StudentsAsync(string folder, HouseModel teacher, string leaked, int leakedCount, string all, int allCount, CancellationToken cancel)
    {
        var preset = Preset.Find("student")!;
        var students = new Students(Path.Combine(folder, "students"), preset.Steps);
        var from = await students.BaseAsync(1, cancel);
        var without = await students.SiblingAsync(1, cancel);
        var told = new DistilFile.Model("ready", 1, teacher.Shape.Parameters, await Students.ExamineAsync(teacher, cancel));
        var sibling = new DistilFile.Model("sibling", 1, HouseModel.Load(without).Shape.Parameters, await Students.ExamineAsync(without, cancel));
        var made = await Task.WhenAll(new[] { ("contained", leaked, leakedCount), ("not stopped", all, allCount) }.Where(one => one.Item3 > 0).Select(async one =>
        {
            var (name, file, count) = one;
            var (place, taught) = await students.StudentAsync(name.Replace(' ', '-'), 1, file, count, from, cancel);
            return new DistilFile.Student(name, (double)count / allCount, taught, 1, await Students.ExamineAsync(place, cancel));
        }));
        return new DistilFile(1, told, [sibling], made, Students.Tasks, allCount, preset.Steps, typeof(StoryRun).Assembly.GetName().Version!.ToString(3));
    }
}
