using System.CommandLine;
using Stillwatch.App.Configuration;
using Stillwatch.Corpora;
using Stillwatch.Exchanges.Formats;
using Stillwatch.Logs;
using Stillwatch.Logs.Corpora;
using Stillwatch.Reports;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Pages;
using Stillwatch.Reports.Scan;
using Stillwatch.Reports.Screen;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch scan LOG…</c>: a log in, named campaigns out.</summary>
internal static class ScanVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var logs = new Argument<string[]>("LOG") { Description = LogChoices.Described, Arity = ArgumentArity.OneOrMore };
        var choices = new LogChoices();
        var accounts = new Option<string?>("--accounts")
        {
            Description = "What is known of the accounts: a file of one JSON object a line",
            HelpName = "FILE",
        };
        var calibration = new Option<string?>("--calibration")
        {
            Description = "A calibration made by ./stillwatch calibrate; the built-in one otherwise",
            HelpName = "FILE",
        };
        var output = new Option<string?>("--out") { Description = "Write the scan result (version 1) to this file", HelpName = "FILE" };
        var report = new Option<string?>("--report") { Description = "Write one self-contained HTML page to this file", HelpName = "FILE" };
        var signals = new Option<string?>("--signals")
        {
            Description = "Write what happened and when, one JSON object a line, to this file",
            HelpName = "FILE",
        };
        var embedder = new Option<string?>("--embedder")
        {
            Description = "An ONNX model that embeds prompts, in place of the built-in hashing",
            HelpName = "FILE",
        };
        var corpora = new Option<string?>("--corpora")
        {
            Description =
                $"A folder of known benchmarks and sets of instructions; {DataFolder.CorporaOf(null)} otherwise, where it is there",
            HelpName = "DIR",
        };
        var strict = new Option<bool>("--strict") { Description = "A line that cannot be read is an error" };
        var cores = new Option<int?>("--cores")
        {
            Description = $"How many threads parse, 1 to {MostCores}; all cores otherwise. The result does not depend on it",
        };
        var quiet = new Option<bool>("--quiet") { Description = "Neither progress nor summary" };
        var command = new Command("scan", "Find campaigns in a log, offline.")
        {
            logs,
            accounts,
            calibration,
            output,
            report,
            signals,
            embedder,
            corpora,
            strict,
            cores,
            quiet,
        };
        choices.AddTo(command);
        command.SetAction(parsed =>
            Run(
                new ScanArguments(
                    parsed.GetValue(logs)!,
                    parsed.GetValue(accounts),
                    parsed.GetValue(calibration),
                    parsed.GetValue(output),
                    parsed.GetValue(report),
                    parsed.GetValue(signals),
                    parsed.GetValue(embedder),
                    parsed.GetValue(corpora),
                    parsed.GetValue(strict),
                    parsed.GetValue(cores),
                    parsed.GetValue(quiet),
                    choices.Of(parsed)
                )
            )
        );
        return command;
    }

    private sealed record ScanArguments(
        string[] Logs,
        string? Accounts,
        string? Calibration,
        string? Out,
        string? Report,
        string? Signals,
        string? Embedder,
        string? Corpora,
        bool Strict,
        int? Cores,
        bool Quiet,
        LogOptions Choices
    )
    {
        /// <summary>No two outputs go to one file.</summary>
        public void CheckOutputs()
        {
            (string Option, string? File)[] outputs = [("--out", Out), ("--report", Report), ("--signals", Signals)];
            var twice = outputs
                .Where(output => output.File != null && !output.File.StartsWith("/dev/", StringComparison.Ordinal))
                .GroupBy(output => Path.GetFullPath(output.File!), StringComparer.Ordinal)
                .FirstOrDefault(same => same.Count() > 1);
            if (twice != null)
            {
                throw new UnusableInputException(
                    $"{string.Join(" and ", twice.Select(output => output.Option))} both name {twice.First().File}; name two files"
                );
            }
        }
    }

    private static void WriteSignals(Briefing briefing, IEnumerable<Signal> signals, Stream stream)
    {
        foreach (var signal in signals)
        {
            stream.Write(SignalLine.Write(signal, account => briefing.Log.Names[account.Value]));
            stream.WriteByte((byte)'\n');
        }
    }

    private const int MostCores = 256;

    private static CorpusIndex Known(string? folder) =>
        folder != null && !Directory.Exists(folder)
            ? throw new UnusableInputException($"--corpora {folder}: there is no such folder; ./stillwatch corpora add makes one")
            : CorpusFolder.Index(folder ?? DataFolder.CorporaOf(null));

    /// <summary>
    /// The flow: 1. load what weighs, 2. read the log, 3. watch it, 4. complain, 5. look again at what was found, 6. tell.
    /// </summary>
    private static int Run(ScanArguments arguments)
    {
        var key = KeyedHash.ForScan;
        if (arguments.Cores is < 1 or > MostCores)
        {
            throw new UnusableInputException($"--cores {arguments.Cores}: give 1 to {MostCores}, or leave it out for all cores");
        }

        arguments.CheckOutputs();

        var calibration = CalibrationFile.Load(arguments.Calibration); // 1
        var corpora = Known(arguments.Corpora);
        using var embedder = arguments.Embedder == null ? null : new Embedding.OnnxEmbedder(arguments.Embedder);
        var accountComplaints = Rejections.OfFile(arguments.Accounts);
        var facts = AccountsFile.Read(arguments.Accounts, key, accountComplaints);
        using var reader = new LogReader(arguments.Logs, key, embedder, arguments.Cores ?? 0, options: arguments.Choices, corpora: corpora);
        ReadingProgress.Read(reader, arguments.Quiet); // 2
        var examples = new ExamplePlaces(arguments.Report != null);
        List<Signal> signals = [];
        Briefing briefing;
        using (var progress = new ProgressBar("watching", arguments.Quiet, SystemClock.Instance))
        {
            briefing = LogScan.Watch(reader, facts, calibration, examples.Place, progress, signals, corpora); // 3
        }

        foreach (
            var line in accountComplaints.Told().Concat(reader.Rejections.Told()).Concat(briefing.Notes.Select(note => "note: " + note))
        ) // 4
        {
            Terminal.Error.WriteLine(line);
        }

        if (briefing.Log.Exchanges == 0)
        {
            throw new UnusableInputException(
                $"no exchange could be read from {string.Join(", ", arguments.Logs)}; see docs/formats/exchange-log.md for what a "
                    + $"line looks like"
            );
        }

        LogScan.LookAgain(briefing, reader, arguments.Accounts); // 5
        if (arguments.Out != null) // 6
        {
            OutputFile.Write(arguments.Out, stream => ScanResultWriter.Write(briefing, stream));
        }

        if (arguments.Signals != null)
        {
            OutputFile.Write(arguments.Signals, stream =>
                WriteSignals(briefing, signals.Concat(briefing.Dossiers!.NewVerdicts(briefing.Found)), stream)
            );
        }

        if (arguments.Report != null)
        {
            OutputFile.Write(arguments.Report, stream =>
                HtmlReport.Write(briefing, examples.Read(reader, briefing), SystemClock.Instance.GetUtcNow(), stream)
            );
        }

        if (!arguments.Quiet)
        {
            TerminalSummary.Write(briefing, Terminal.Out);
        }

        return arguments.Strict && (reader.Rejections.Any || accountComplaints.Any) ? ExitCode.Unusable : ExitCode.Done;
    }
}
