using System.CommandLine;
using Stillwatch.App.Trials.Evaluation;
using Stillwatch.App.Trials.Evaluation.Dilution;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Reports;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Scan;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.Verbs;

/// <summary><c>stillwatch evaluate STREAM_DIR…</c>: detection over labelled streams, as they are and made harder.</summary>
internal static class EvaluateVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var folders = new Argument<string[]>("STREAM_DIR")
        {
            Description = "Folders with exchanges.jsonl (.gz, .zst), accounts.jsonl and labels.json",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var sources = new Option<string[]>("--sources")
        {
            Description =
                "Folders of corpora (*.jsonl.gz: kind, messages), or of a simulated log: how small a foreign share of a window of 500 "
                + "prompts can be told",
            HelpName = "DIR",
        };
        var calibration = new Option<string?>("--calibration")
        {
            Description = "A calibration made by ./stillwatch calibrate; the built-in one otherwise",
            HelpName = "FILE",
        };
        var output = new Option<string?>("--report", "--out")
        {
            Description = "Write one self-contained HTML page to this file",
            HelpName = "FILE",
        };
        var json = new Option<string?>("--json") { Description = "Write the grid as JSON to this file", HelpName = "FILE" };
        var only = new Option<string[]>("--only")
        {
            Description =
                "Only these parts of the grid: "
                + string.Join(", ", Variant.Grid(1).Select(variant => $"'{variant.Group}'").Distinct(StringComparer.Ordinal)),
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var draws = new Option<int>("--draws") { Description = "How often honest accounts are drawn anew", DefaultValueFactory = _ => 3 };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command("evaluate", "Measure detection on labelled streams, as they are and made harder.")
        {
            folders,
            sources,
            calibration,
            output,
            json,
            only,
            draws,
            quiet,
        };
        command.SetAction(parsed =>
            Run(
                new(
                    parsed.GetValue(folders) ?? [],
                    parsed.GetValue(sources) ?? [],
                    parsed.GetValue(calibration),
                    parsed.GetValue(output),
                    parsed.GetValue(json),
                    parsed.GetValue(only) ?? [],
                    parsed.GetValue(draws),
                    parsed.GetValue(quiet)
                )
            )
        );
        return command;
    }

    private sealed record EvaluateArguments(
        string[] Folders,
        string[] Sources,
        string? Calibration,
        string? Output,
        string? Json,
        string[] Only,
        int Draws,
        bool Quiet
    );

    private static int Run(EvaluateArguments arguments)
    {
        var (folders, sources, calibrationFile, output, json, only, draws, quiet) = arguments;
        if (folders.Length == 0 && sources.Length == 0)
        {
            throw new UnusableInputException(
                "nothing to evaluate: give a folder with exchanges.jsonl, accounts.jsonl and labels.json, or --sources DIR"
            );
        }

        foreach (var folder in sources)
        {
            using var progress = new ProgressBar("diluting", quiet, SystemClock.Instance);
            DilutionRun.Write([.. DilutionRun.All(Source.Read(folder), progress)], Terminal.Out);
        }

        var calibration = CalibrationFile.Load(calibrationFile);
        var grid = Variant.Grid(draws);
        if (only.FirstOrDefault(part => grid.All(variant => variant.Group != part)) is { } unknown)
        {
            throw new UnusableInputException(
                $"--only '{unknown}': no part of the grid is called so; there are "
                    + $"{string.Join(", ", grid.Select(variant => $"'{variant.Group}'").Distinct(StringComparer.Ordinal))}"
            );
        }

        var taken = grid.Where(variant => only.Length == 0 || only.Contains(variant.Group)).ToList();
        List<Evaluated> evaluated = [];
        foreach (var folder in folders)
        {
            var stream = LabelledStream.Read(folder, reader => ReadingProgress.Read(reader, quiet));
            List<Cell> cells = [];
            using (var progress = new ProgressBar($"evaluating {stream.Name}", quiet, SystemClock.Instance))
            {
                foreach (var variant in taken)
                {
                    cells.Add(Cell.Of(stream, variant, calibration, WatchRules.Default));
                    progress.Report(cells.Count / (double)taken.Count);
                }
            }

            var one = new Evaluated(stream, cells, [], []);
            if (taken.FirstOrDefault(variant => variant.Group == "as it is") is { } plain)
            {
                var (watch, numbers, _) = Cell.Watch(stream, plain, calibration, WatchRules.Default);
                one = one with
                {
                    Baselines = BaselineScores.Of(stream, watch, numbers),
                    Verdicts = VerdictTable.Of(stream, watch, numbers, calibration),
                };
            }

            evaluated.Add(one);
            EvaluationTable.Write(one, Terminal.Out);
        }

        if (output != null)
        {
            OutputFile.Write(output, page => EvaluationReport.Write(evaluated, calibration.Provenance, page));
        }

        if (json != null)
        {
            OutputFile.Write(json, file => EvaluatedToJson.Write(evaluated, calibration.Provenance, file));
        }

        return ExitCode.Done;
    }
}
