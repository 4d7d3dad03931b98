using System.CommandLine;
using Stillwatch.App.Trials.Scoring;
using Stillwatch.Logs;
using Stillwatch.Reports.Screen;
using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Verbs;

/// <summary><c>stillwatch score RESULT --labels FILE LOG…</c>: a scan measured against what was true.</summary>
internal static class ScoreVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var result = new Argument<string>("RESULT") { Description = "A scan result, version 1" };
        var logs = new Argument<string[]>("LOG") { Description = "The logs that were scanned", Arity = ArgumentArity.OneOrMore };
        var labels = new Option<string>("--labels")
        {
            Description = "What was true: a labels file",
            HelpName = "FILE",
            Required = true,
        };
        var output = new Option<string?>("--out") { Description = "Write the figures as JSON to this file", HelpName = "FILE" };
        var quiet = new Option<bool>("--quiet") { Description = "No table" };
        var command = new Command("score", "Measure a scan result against labels.") { result, logs, labels, output, quiet };
        command.SetAction(parsed =>
            Run(parsed.GetValue(result)!, parsed.GetValue(logs)!, parsed.GetValue(labels)!, parsed.GetValue(output), parsed.GetValue(quiet))
        );
        return command;
    }

    private static int Run(string resultFile, string[] logs, string labelsFile, string? output, bool quiet)
    {
        var result = ScoredResult.Load(resultFile);
        var labels = Labels.Load(labelsFile);
        using var reader = new LogReader(logs, KeyedHash.ForScan);
        reader.Read();
        var names = reader.Accounts;
        var exchanges = reader
            .Exchanges()
            .Select(exchange => (names[exchange.Account], exchange.Features.At, exchange.Features.IsAnswered));
        var score = Score.Of(result, labels, exchanges);
        if (output != null)
        {
            OutputFile.Write(output, stream => ScoreWriter.WriteJson(score, stream));
        }

        if (!quiet)
        {
            ScoreWriter.WriteTable(score, Terminal.Out);
        }

        return ExitCode.Done;
    }
}
