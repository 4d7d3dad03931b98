using System.CommandLine;
using Stillwatch.App.Configuration;
using Stillwatch.App.Trials.House;
using Stillwatch.App.Trials.Ranges;
using Stillwatch.Range.House.Training;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.Verbs;

/// <summary><c>stillwatch range …</c>: the simulated world.</summary>
internal static class RangeVerb
{
    /// <summary>The command.</summary>
    public static Command Command() =>
        new("range", "Simulate customers and adversaries, and see what the watch makes of them.")
        {
            Run(),
            Compare(),
            List(),
            Train(),
            Distil(),
            Curve(),
            Level(),
        };

    private static Command Level()
    {
        var populations = new Option<int>("--populations") { Description = "How many are drawn", DefaultValueFactory = _ => 999 };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Of the first; each further one has the next",
            DefaultValueFactory = _ => 1,
        };
        var output = new Option<string>("--out")
        {
            Description = "Write what they come to to this file",
            HelpName = "FILE",
            Required = true,
        };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command(
            "level",
            "Draw honest populations, and tell how high any of their groups and classes comes: what a flag is held against."
        )
        {
            populations,
            seed,
            output,
            quiet,
        };
        command.SetAction(
            (parsed, cancel) =>
                Task.FromResult(
                    RangeLevel.Run(
                        parsed.GetValue(populations),
                        parsed.GetValue(seed),
                        parsed.GetValue(output)!,
                        parsed.GetValue(quiet),
                        cancel
                    )
                )
        );
        return command;
    }

    private static Command Run()
    {
        var scenario = new Argument<string>("SCENARIO") { Description = "A preset (./stillwatch range list names them) or a YAML file" };
        var seed = new Option<ulong>("--seed") { Description = "The same seed gives the same bytes", DefaultValueFactory = _ => 1 };
        var scale = new Option<double?>("--scale")
        {
            Description = "The share of all numbers of accounts and exchanges; the scenario's own otherwise",
        };
        var mode = new Option<string>("--mode")
        {
            Description =
                "features: through the watch, no text is kept; log: write a log with accounts and labels; live: through a gateway",
            DefaultValueFactory = _ => "features",
        };
        mode.AcceptOnlyFromAmong("features", "log", "live");
        var output = new Option<string?>("--out")
        {
            Description = "The folder for what it makes; none in features mode, range-SCENARIO in the others",
            HelpName = "DIR",
        };
        var calibration = new Option<string?>("--calibration")
        {
            Description = "A calibration made by ./stillwatch calibrate; the built-in one otherwise",
            HelpName = "FILE",
        };
        var beside = new Option<string?>("--beside")
        {
            Description = "An earlier run's outcome.json: the report puts both side by side",
            HelpName = "FILE",
        };
        var seeds = new Option<int>("--seeds")
        {
            Description = "Run so many seeds, one after the other, and tell medians",
            DefaultValueFactory = _ => 1,
        };
        var gzip = new Option<bool>("--gzip") { Description = "Compress the log" };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command("run", "Run a scenario.")
        {
            scenario,
            seed,
            scale,
            mode,
            output,
            calibration,
            beside,
            seeds,
            gzip,
            quiet,
        };
        command.SetAction(
            (parsed, cancel) =>
            {
                var arguments = new RangeArguments(
                    parsed.GetValue(scenario)!,
                    parsed.GetValue(seed),
                    parsed.GetValue(scale),
                    parsed.GetValue(mode)!,
                    parsed.GetValue(output),
                    parsed.GetValue(calibration),
                    parsed.GetValue(beside),
                    parsed.GetValue(seeds),
                    parsed.GetValue(gzip),
                    parsed.GetValue(quiet)
                );
                return arguments.Scenario == StoryRun.Name && !File.Exists(arguments.Scenario)
                    ? StoryRun.RunAsync(arguments, cancel)
                    : RangeRun.RunAsync(arguments, cancel);
            }
        );
        return command;
    }

    private static Command Train()
    {
        var preset = new Option<string>("--preset")
        {
            Description = "Its size and length: " + string.Join("; ", Preset.All.Select(one => $"{one.Name}, {one.Says}")),
            DefaultValueFactory = _ => "ready",
        };
        var seed = new Option<ulong>("--seed") { Description = "The same seed gives the same model", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--out")
        {
            Description = "The folder of house models",
            HelpName = "DIR",
            DefaultValueFactory = _ => Path.Combine(DataFolder.DefaultPath, DataFolder.HouseFolder),
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads; another number gives another model",
            DefaultValueFactory = _ => HouseModels.Threads,
        };
        var accelerated = new Option<bool>("--gpu") { Description = "Use a graphics processor where there is one" };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command("train", "Train a house model from nothing, and examine it; goes on where it was broken off.")
        {
            preset,
            seed,
            output,
            threads,
            accelerated,
            quiet,
        };
        command.SetAction(
            (parsed, cancel) =>
                TrainRun.RunAsync(
                    parsed.GetValue(preset)!,
                    parsed.GetValue(seed),
                    parsed.GetValue(output)!,
                    parsed.GetValue(threads),
                    parsed.GetValue(accelerated),
                    parsed.GetValue(quiet),
                    cancel
                )
        );
        return command;
    }

    private static Command Distil()
    {
        var teacher = new Option<string>("--teacher")
        {
            Description = "The teacher's preset; made where it is not there",
            DefaultValueFactory = _ => "ready",
        };
        var models = new Option<string>("--models")
        {
            Description = "The folder of house models",
            HelpName = "DIR",
            DefaultValueFactory = _ => Path.Combine(DataFolder.DefaultPath, DataFolder.HouseFolder),
        };
        var exchanges = new Option<int>("--exchanges") { Description = "Prompts of the seed set", DefaultValueFactory = _ => 10_000 };
        var shares = new Option<double[]>("--shares")
        {
            Description = "The shares of the seed set that students have",
            DefaultValueFactory = _ => [1, 0.1, 0.01],
            AllowMultipleArgumentsPerToken = true,
        };
        var arms = new Option<string[]>("--arms")
        {
            Description = "What is handed out: " + string.Join(", ", Arm.All.Select(arm => arm.Name)),
            DefaultValueFactory = _ => ["full", "withheld"],
            AllowMultipleArgumentsPerToken = true,
        };
        var seeds = new Option<int>("--seeds") { Description = "Students of each", DefaultValueFactory = _ => 3 };
        var steps = new Option<int>("--steps")
        {
            Description = "Steps of a student's training",
            DefaultValueFactory = _ => Preset.Find("student")!.Steps,
        };
        var output = new Option<string>("--out")
        {
            Description = "The folder for what it makes; what is there already is not made again",
            HelpName = "DIR",
            DefaultValueFactory = _ => "range-distil",
        };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command(
            "distil",
            "Pull a house model's answers through a gateway, train students on them, and tell what they can then."
        )
        {
            teacher,
            models,
            exchanges,
            shares,
            arms,
            seeds,
            steps,
            output,
            quiet,
        };
        command.SetAction(
            (parsed, cancel) =>
                DistilRun.RunAsync(
                    new DistilArguments(
                        parsed.GetValue(teacher)!,
                        parsed.GetValue(models)!,
                        parsed.GetValue(exchanges),
                        parsed.GetValue(shares)!,
                        parsed.GetValue(arms)!,
                        parsed.GetValue(seeds),
                        parsed.GetValue(steps),
                        parsed.GetValue(output)!,
                        parsed.GetValue(quiet)
                    ),
                    cancel
                )
        );
        return command;
    }

    private static Command Curve()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "A curve.json of range distil; the one that was measured with the ready model otherwise",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var report = new Option<string?>("--report") { Description = "Write a page with plots to this file", HelpName = "FILE" };
        var command = new Command("curve", "Tell what exchanges buy a rival, as it was measured.") { file, report };
        command.SetAction(parsed =>
        {
            var curve = DistilFile.Load(parsed.GetValue(file));
            DistilTable.Write(curve, Terminal.Out);
            if (parsed.GetValue(report) is { } path)
            {
                OutputFile.Write(path, stream => DistilReport.Write(curve, stream));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Compare()
    {
        var logs = new Argument<string[]>("LOG")
        {
            Description = "Exchange logs of real traffic; or published traces (.csv.gz) and corpora of prompts",
            Arity = ArgumentArity.OneOrMore,
        };
        var labels = new Option<string?>("--labels")
        {
            Description = "Labels: only honest accounts are compared, role by role",
            HelpName = "FILE",
        };
        var scenario = new Option<string>("--scenario")
        {
            Description = "Whose honest customers are held beside it",
            DefaultValueFactory = _ => "ordinary-month",
        };
        var seed = new Option<ulong>("--seed") { Description = "The seed", DefaultValueFactory = _ => 1 };
        var scale = new Option<double?>("--scale") { Description = "The share of all numbers; the scenario's own otherwise" };
        var output = new Option<string?>("--report", "--out") { Description = "Write a page with plots to this file", HelpName = "FILE" };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command("compare", "Hold the range's honest customers beside a real log.")
        {
            logs,
            labels,
            scenario,
            seed,
            scale,
            output,
            quiet,
        };
        command.SetAction(parsed =>
            RangeCompare.Run(
                parsed.GetValue(logs)!,
                parsed.GetValue(labels),
                parsed.GetValue(scenario)!,
                parsed.GetValue(seed),
                parsed.GetValue(scale),
                parsed.GetValue(output),
                parsed.GetValue(quiet)
            )
        );
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Name the presets, the roles and the adversaries.");
        command.SetAction(_ =>
        {
            foreach (var name in ScenarioFile.Presets)
            {
                Terminal.WriteLine($"{name, -26}{ScenarioFile.Read(name).Title}");
            }

            Terminal.WriteLine($"{StoryRun.Name, -26}{StoryRun.Title}");
            Terminal.WriteLine(
                $"\nroles: {string.Join(", ", Stillwatch.Range.Customers.Roles.All.Keys.Order(StringComparer.Ordinal))}\n\nadversaries:"
            );
            foreach (var name in Stillwatch.Range.Adversaries.AllAdversaries.Names)
            {
                Terminal.WriteLine($"  {name, -24}{Stillwatch.Range.Adversaries.AllAdversaries.Create(name)!.Goal}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
