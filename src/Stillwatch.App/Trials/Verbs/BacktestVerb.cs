using System.CommandLine;
using Stillwatch.App.Trials.Evaluation;
using Stillwatch.App.Trials.Scoring;
using Stillwatch.App.Verbs;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Exchanges.Formats;
using Stillwatch.Logs;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Verbs;

/// <summary>
/// <c>stillwatch backtest LOG… --against FILE</c>: two calibrations, or this version and an earlier one's result, against the same history.
/// </summary>
internal static class BacktestVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var logs = new Argument<string[]>("LOG") { Description = LogChoices.Described, Arity = ArgumentArity.OneOrMore };
        var choices = new LogChoices();
        var accounts = new Option<string?>("--accounts") { Description = "What is known of the accounts", HelpName = "FILE" };
        var calibration = new Option<string?>("--calibration")
        {
            Description = "The calibration that is asked about; the built-in one otherwise",
            HelpName = "FILE",
        };
        var against = new Option<string>("--against")
        {
            Description = "Another calibration, or a scan result of the same log (of an earlier version, say)",
            HelpName = "FILE",
            Required = true,
        };
        var most = new Option<int>("--most") { Description = "How many changes are told", DefaultValueFactory = _ => 40 };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command("backtest", "Hold two ways to weigh against the same history: who changes, and why.")
        {
            logs,
            accounts,
            calibration,
            against,
            most,
            quiet,
        };
        choices.AddTo(command);
        command.SetAction(parsed =>
            Run(
                parsed.GetValue(logs)!,
                choices.Of(parsed),
                parsed.GetValue(accounts),
                parsed.GetValue(calibration),
                parsed.GetValue(against)!,
                parsed.GetValue(most),
                parsed.GetValue(quiet)
            )
        );
        return command;
    }

    private static int Run(
        string[] logs,
        LogOptions choices,
        string? accountsFile,
        string? calibrationFile,
        string against,
        int most,
        bool quiet
    )
    {
        var calibration = CalibrationFile.Load(calibrationFile);
        var complaints = Rejections.OfFile(accountsFile);
        var facts = AccountsFile.Read(accountsFile, KeyedHash.ForScan, complaints);
        using var reader = new LogReader(logs, KeyedHash.ForScan, options: choices);
        ReadingProgress.Read(reader, quiet);
        foreach (var line in complaints.Told().Concat(reader.Rejections.Told()).Concat(reader.Notes.Select(note => "note: " + note)))
        {
            Terminal.Error.WriteLine(line);
        }

        Briefing Scan(Calibration by)
        {
            var watch = new Watch(by, WatchRules.Default);
            var found = new Findings();
            return new Briefing(
                found,
                watch,
                WatchedLog.Run(reader, facts, watch, signals: found.Take),
                reader.Rejections,
                by,
                WatchRules.Default
            );
        }

        var now = Scan(calibration);
        var backtest = IsScanResult(against)
            ? Backtest.Of(now, ScoredResult.Load(against))
            : Backtest.Of(now, Scan(CalibrationFile.Load(against)));
        Terminal.WriteLine($"{backtest.Same:N0} accounts are flagged by both at the same time, {backtest.Changes.Count:N0} change");
        foreach (var change in backtest.Changes.Take(most))
        {
            Terminal.WriteLine(
                $"{Shown.Text(change.Account), -28} {change.What}; {change.Before:0.0} → {change.Now:0.0} bits; {Shown.Text(change.Why)}"
            );
        }

        if (backtest.Changes.Count > most)
        {
            Terminal.WriteLine($"… and {backtest.Changes.Count - most:N0} more: --most {backtest.Changes.Count} tells all");
        }

        return ExitCode.Done;
    }

    /// <summary>
    /// A calibration has "by_account", a scan result "accounts_seen"; only the beginning is looked at, a bad file is told by whoever reads
    /// it.
    /// </summary>
    private static bool IsScanResult(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var head = new char[2_000];
            return new string(head, 0, reader.ReadBlock(head)).Contains("\"accounts_seen\"", StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException($"{path}: {Readable.Why(path, fault)}");
        }
    }
}
