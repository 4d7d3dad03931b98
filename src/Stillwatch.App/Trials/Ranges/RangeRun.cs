using Stillwatch.Campaigns;
using Stillwatch.Range.Adversaries;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;
using Stillwatch.Reports;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Screen;
using Stillwatch.Signals;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>Runs a scenario in the mode that is asked for.</summary>
internal static class RangeRun
{
    /// <summary>Runs it.</summary>
    public static Task<int> RunAsync(RangeArguments arguments, CancellationToken cancel)
    {
        var scenario = ScenarioFile.Read(arguments.Scenario);
        var scale = arguments.Scale ?? scenario.Scale;
        if (scale is not (> 0 and <= 100))
        {
            throw new UnusableInputException($"--scale {scale}: a share above 0 and at most 100 is wanted");
        }

        if (arguments.Seeds is < 1 or > 10_000)
        {
            throw new UnusableInputException($"--seeds {arguments.Seeds}: 1 to 10000 are taken");
        }

        return arguments.Mode switch
        {
            "log" => Task.FromResult(Log(arguments, scenario, scale, cancel)),
            "live" => LiveRun.RunAsync(arguments, scenario, scale, Folder(arguments, scenario), cancel),
            _ => Task.FromResult(Features(arguments, scenario, scale, cancel)),
        };
    }

    private static int Log(RangeArguments arguments, Scenario scenario, double scale, CancellationToken cancel)
    {
        var folder = Folder(arguments, scenario);
        var clock = SystemClock.Instance;
        var began = clock.GetTimestamp();
        var stage = Stage.Set(scenario, arguments.Seed, scale);
        long written;
        using (var progress = new ProgressBar("writing", arguments.Quiet, clock))
        {
            written = LogRun.Write(stage, folder, arguments.Zipped, progress, cancel);
        }

        LogRun.WriteAccounts(stage, folder);
        var seconds = clock.GetElapsedTime(began).TotalSeconds;
        Terminal.Error.WriteLine(
            $"{folder}: {written:N0} exchanges of {stage.World.Accounts.Count:N0} accounts "
                + $"in {seconds:N1} s, {written / seconds:N0} a second"
        );
        return ExitCode.Done;
    }

    /// <summary>
    /// The flow of features mode: for each seed 1. set the stage, 2. run it through the watch, 3. take what is kept of it; then 4. tell.
    /// </summary>
    private static int Features(RangeArguments arguments, Scenario scenario, double scale, CancellationToken cancel)
    {
        var folder = arguments.Out == null ? null : Folder(arguments, scenario);
        var beside = arguments.Beside == null ? null : RangeFile.Read(arguments.Beside);
        var calibration = CalibrationFile.Load(arguments.Calibration);
        List<RangeFile.Run> runs = [];
        for (var i = 0; i < arguments.Seeds; i++)
        {
            var seed = arguments.Seed + (ulong)i;
            var began = SystemClock.Instance.GetTimestamp();
            var stage = Stage.Set(scenario, seed, scale, (adversary, plan) =>
                Rehearse(adversary, plan, scenario, calibration, seed, arguments.Quiet)
            ); // 1
            Outcome outcome;
            using (
                var progress = new ProgressBar(
                    arguments.Seeds > 1 ? $"watching seed {seed}" : "watching",
                    arguments.Quiet,
                    SystemClock.Instance
                )
            )
            {
                outcome = FeaturesRun.Run(scenario, stage, new Watch(calibration, scenario.Rules), progress, cancel); // 2
            }

            runs.Add(OutcomeToFile.Take(seed, outcome, scenario.Rules)); // 3
            if (!arguments.Quiet)
            {
                var seconds = SystemClock.Instance.GetElapsedTime(began).TotalSeconds;
                Terminal.Error.WriteLine(
                    $"seed {seed}: {outcome.Exchanges:N0} exchanges of {outcome.Watch.Accounts.Count:N0} accounts in {seconds:N1} s, "
                        + $"{outcome.Exchanges / seconds:N0} a second"
                );
            }
        }

        var file = new RangeFile(
            1,
            scenario.Name,
            scenario.Title,
            scale,
            scenario.Days,
            scenario.Contain,
            scenario.DelayHours,
            $"{calibration.Provenance}; single accounts are leads at 1/{1 / scenario.Rules.AccountAlpha:0.#}, campaigns flagged at "
                + $"{scenario.Rules.CampaignAlpha:0.####}",
            ProgramVersion.Text,
            runs
        );
        if (folder != null)
        {
            file.Write(Path.Combine(folder, "outcome.json"));
            OutputFile.Write(Path.Combine(folder, "report.html"), stream =>
                RangeReport.Write(beside == null ? [("this", file)] : [(Called(arguments.Beside!), beside), (Called(folder), file)], stream)
            );
        }

        RangeSummary.Write(file, Terminal.Out); // 4
        return ExitCode.Done;
    }

    private static string Called(string path) =>
        Path.GetFileName(
            Path.TrimEndingDirectorySeparator(File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : Path.GetFullPath(path))
        );

    private static void Rehearse(Adversary adversary, CampaignPlan plan, Scenario scenario, Calibration calibration, ulong seed, bool quiet)
    {
        const int generations = 6;
        const double customersAtHome = 0.01;
        if (adversary is Adaptive adaptive && plan.Informed)
        {
            using var progress = new ProgressBar("rehearsing", quiet, SystemClock.Instance);
            var home = scenario with
            {
                Customers = [.. scenario.Customers.Select(customer => (customer.Role, customer.Accounts * customersAtHome))],
            };
            adaptive.Rehearse(new Rehearsal(home, calibration, scenario.Rules, seed * 1_000_003).CostOf, seed, generations, progress);
        }
    }

    private static string Folder(RangeArguments arguments, Scenario scenario)
    {
        var folder = arguments.Out ?? $"range-{scenario.Name}";
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException($"--out {folder}: cannot be made ({fault.Message})");
        }

        return folder;
    }
}
