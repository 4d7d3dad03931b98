using Stillwatch.App.Calibrations;
using Stillwatch.App.Scoring;
using Stillwatch.App.Verbs;
using Stillwatch.Campaigns;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;

namespace Stillwatch.App.Ranges;

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

        return arguments.Mode switch
        {
            "log" => Task.FromResult(Log(arguments, scenario, scale)),
            _ => Task.FromResult(Features(arguments, scenario, scale)),
        };
    }

    private static int Log(RangeArguments arguments, Scenario scenario, double scale)
    {
        var folder = Folder(arguments, scenario);
        var clock = SystemClock.Instance;
        var began = clock.GetTimestamp();
        var stage = Stage.Set(scenario, arguments.Seed, scale);
        long written;
        using (var progress = new ProgressBar("writing", arguments.Quiet, clock))
        {
            written = LogRun.Write(stage, folder, arguments.Zipped, progress);
        }

        LogRun.WriteAccounts(stage, folder);
        var seconds = clock.GetElapsedTime(began).TotalSeconds;
        Terminal.Error.WriteLine($"{folder}: {written:N0} exchanges of {stage.World.Accounts.Count:N0} accounts in {seconds:N1} s, {written / seconds:N0} a second");
        return ExitCode.Done;
    }

    private static int Features(RangeArguments arguments, Scenario scenario, double scale)
    {
        var calibration = CalibrationFile.Load(arguments.Calibration);
        var clock = SystemClock.Instance;
        for (var i = 0; i < arguments.Seeds; i++)
        {
            var began = clock.GetTimestamp();
            var stage = Stage.Set(scenario, arguments.Seed + (ulong)i, scale);
            Outcome outcome;
            using (var progress = new ProgressBar("watching", arguments.Quiet, clock))
            {
                outcome = FeaturesRun.Run(scenario, stage, calibration, WatchRules.Default, progress);
            }

            Tell(outcome, clock.GetElapsedTime(began).TotalSeconds);
        }

        return ExitCode.Done;
    }

    private static void Tell(Outcome outcome, double seconds)
    {
        Terminal.Error.WriteLine($"{outcome.Exchanges:N0} exchanges of {outcome.Watch.Accounts.Count:N0} accounts in {seconds:N1} s, {outcome.Exchanges / seconds:N0} a second, {GC.GetTotalMemory(false) / 1e9:N2} GB");
        var honest = outcome.Watch.Accounts.Select(account => (Watched: account, Known: outcome.Account(account.Number))).Where(one => one.Known.Campaign == null).GroupBy(one => one.Known.Role.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal);
        foreach (var role in honest)
        {
            var (all, flagged, exchanges) = (role.Count(), role.Count(one => one.Watched.FlaggedAt != null), role.Sum(one => one.Watched.Take.Exchanges));
            Terminal.WriteLine($"{role.Key,-26}{all,10:N0} accounts {exchanges,12:N0} exchanges  flagged {flagged,6:N0}  {Interval.Share(flagged, all)}");
        }

        foreach (var campaign in outcome.Campaigns)
        {
            var made = outcome.Stage.World.Accounts.Where(account => account.Campaign == campaign.Adversary.Campaign).ToList();
            Terminal.WriteLine($"{campaign.Adversary.Campaign,-26}{made.Count,10:N0} accounts {campaign.Exchanges,12:N0} exchanges  flagged {made.Count(account => outcome.FlaggedAt(account.Number) != null),6:N0}  leaked {campaign.Leaked / (double)Math.Max(1, campaign.Exchanges):P1}, an hour late {campaign.LeakedLate / (double)Math.Max(1, campaign.Exchanges):P1}; ${campaign.Adversary.Bill.Total:N0}");
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
