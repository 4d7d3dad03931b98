using System.CommandLine;
using System.Text;
using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.App.Trials.Evaluation;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;
using Stillwatch.Logs;
using Stillwatch.Logs.Corpora;
using Stillwatch.Reports;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Scan;
using Stillwatch.Reports.Screen;
using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch calibrate LOG… --out FILE</c>: an operator's own idea of what honest customers do.</summary>
internal static class CalibrateVerb
{
    private const ulong Seed = 20260302; // of the random groups; in the provenance

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var logs = new Argument<string[]>("LOG")
        {
            Description = LogChoices.Described + "; at best of 30 days",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var choices = new LogChoices();
        var from = new Option<string?>("--from")
        {
            Description = "The data folder of a deployment: its record, what it knows of its accounts, and its corpora",
            HelpName = "DATA",
        };
        var accounts = new Option<string?>("--accounts") { Description = "What is known of the accounts", HelpName = "FILE" };
        var honest = new Option<string?>("--honest")
        {
            Description = "The accounts known to be honest: one name a line, or a labels file",
            HelpName = "FILE",
        };
        var beside = new Option<string[]>("--beside")
        {
            Description =
                "Another honest population, not to be mixed with the first: a folder as of ./stillwatch range run --mode log; "
                + "accounts that its labels put into a campaign are left out. May be given again",
            HelpName = "DIR",
        };
        var output = new Option<string>("--out")
        {
            Description = "Write the calibration to this file",
            HelpName = "FILE",
            Required = true,
        };
        var provenance = new Option<string?>("--provenance")
        {
            Description = "One line saying what the log is; kept in the file",
            HelpName = "TEXT",
        };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command("calibrate", "Learn from a log what honest accounts do.")
        {
            logs,
            from,
            accounts,
            honest,
            beside,
            output,
            provenance,
            quiet,
        };
        choices.AddTo(command);
        command.SetAction(parsed =>
            Run(
                new(
                    parsed.GetValue(logs) ?? [],
                    parsed.GetValue(from),
                    choices.Of(parsed),
                    parsed.GetValue(accounts),
                    parsed.GetValue(honest),
                    parsed.GetValue(beside) ?? [],
                    parsed.GetValue(output)!,
                    parsed.GetValue(provenance),
                    parsed.GetValue(quiet)
                )
            )
        );
        return command;
    }

    private sealed record CalibrateArguments(
        string[] Logs,
        string? From,
        LogOptions Choices,
        string? Accounts,
        string? Honest,
        string[] Beside,
        string Output,
        string? Provenance,
        bool Quiet
    );

    private static int Run(CalibrateArguments arguments)
    {
        var (_, from, _, _, _, beside, output, _, quiet) = arguments;
        if (arguments.Logs.Length == 0 && from == null)
        {
            throw new UnusableInputException("nothing to calibrate on: give logs, or --from and the data folder of a deployment");
        }

        var corpora = CorpusFolder.Index(DataFolder.CorporaOf(from));
        var own = Read(arguments, corpora);
        TrimmedPopulation? trimmed = null;
        if (!own.HonestList)
        {
            trimmed = TrimmedPopulation.Of(own, corpora);
            own = trimmed.Population;
        }

        List<HonestPopulation> populations = [own];
        foreach (var folder in beside)
        {
            var stream = LabelledStream.Read(folder, reader => ReadingProgress.Read(reader, quiet));
            populations.Add(stream.Honest());
        }

        foreach (var population in populations)
        {
            if (population.Facts.Count < 20)
            {
                throw new UnusableInputException(
                    $"{population.Provenance}: only {population.Facts.Count} accounts to calibrate on, at least 20 are needed; give a "
                        + $"longer log{(arguments.Honest == null ? "" : " or a longer list of honest accounts")}"
                );
            }
        }

        using var progress = new ProgressBar("calibrating", quiet, SystemClock.Instance);
        var calibration = new Calibrator(HonestLevelsFile.BuiltIn, Seed).Calibrate(populations, progress);
        calibration = calibration with { Provenance = $"{calibration.Provenance}; accounts drawn with seed {Seed}" };
        OutputFile.Write(output, stream => CalibrationFile.Save(calibration, stream));
        Tell(calibration, trimmed, quiet);
        return ExitCode.Done;
    }

    private static HonestPopulation Read(CalibrateArguments arguments, CorpusIndex corpora)
    {
        var (given, from, choices, accountsFile, honestFile, _, _, provenance, quiet) = arguments;
        string[] logs = from == null ? given : [.. given, DataFolder.Existing(from).Path];
        var key = KeyedHash.ForScan;
        var complaints = Rejections.OfFile(accountsFile);
        var facts = AccountsFile.Read(accountsFile, key, complaints);
        if (from != null)
        {
            using var store = KeysVerb.Open(DataFolder.Existing(from));
            foreach (var row in store.Accounts())
            {
                facts.TryAdd(key.WideOf(Encoding.UTF8.GetBytes(row.Name)), StoredFacts.Of(row, key)); // a file that is given says more
            }
        }

        var honest =
            honestFile == null ? null : HonestList.Read(honestFile).Select(name => key.WideOf(Encoding.UTF8.GetBytes(name))).ToHashSet();
        using var reader = new LogReader(logs, key, options: choices, corpora: corpora);
        ReadingProgress.Read(reader, quiet);

        var numbers = new Dictionary<UInt128, int>();
        List<AccountFacts> known = [];
        List<AccountExchange> exchanges = [];
        foreach (var exchange in reader.Exchanges())
        {
            if (honest != null && !honest.Contains(exchange.Account))
            {
                continue;
            }

            if (!numbers.TryGetValue(exchange.Account, out var number))
            {
                number = numbers[exchange.Account] = known.Count;
                known.Add(facts.GetValueOrDefault(exchange.Account));
            }

            exchanges.Add(new(number, exchange.Features));
        }

        foreach (var line in complaints.Told().Concat(reader.Rejections.Told()).Concat(reader.Notes.Select(note => "note: " + note)))
        {
            Terminal.Error.WriteLine(line);
        }

        return new HonestPopulation(provenance ?? string.Join(", ", logs.Select(Path.GetFileName)), known, exchanges, honest != null);
    }

    private static string LeftOut(TrimmedPopulation? trimmed) =>
        trimmed is { LeftOut: > 0 }
            ? $"{trimmed.LeftOut:N0} accounts in {Count.Of(trimmed.Campaigns, "campaign")} that the built-in calibration flags are left out"
            : "the built-in calibration flags no campaign among them";

    private static string Bar(double bar) => double.IsFinite(bar) ? $"{bar:N2}" : "anything";

    private static void Tell(Calibration calibration, TrimmedPopulation? trimmed, bool quiet)
    {
        if (quiet)
        {
            return;
        }

        var classes = calibration.Leads.SelectMany(ranks => ranks.Classes).Select(one => one.Weights.Subjects).ToList();
        Terminal.WriteLine(
            $"{calibration.Accounts:N0} accounts over {calibration.Days:N1} days; leads are ranked among {classes.Min():N0} to "
                + $"{classes.Max():N0} of a like volume, which is {Math.Log2(classes.Max() + 1):N1} bits at the most"
        );
        Terminal.WriteLine(
            "what a campaign must come over: "
                + $"{Bar(calibration.Bars.Groups)} for a group, {Bar(calibration.Bars.FewGroups)} for one of few accounts, and "
                + $"for accounts of one source under {Bar(-calibration.Bars.Sources)}"
        );
        if (calibration.Days < WatchRules.PeriodDays)
        {
            Terminal.WriteLine(
                $"the log covers {calibration.Days:N1} of a period's {WatchRules.PeriodDays} days: highest values of a longer look "
                    + $"are higher, so scan logs of about this length with it"
            );
        }

        if (!calibration.HonestList)
        {
            Terminal.WriteLine(
                $"no list of honest accounts: {LeftOut(trimmed)}. All others count as honest. A campaign among them makes the calibration "
                    + "blunter, never wrong: nothing that comes no higher than it does is flagged. Give --honest FILE where one may be "
                    + "left in it"
            );
        }

        Terminal.WriteLine("detector                held-out mean e   held-out beyond the highest rank (1 expected)");
        foreach (var (id, distribution) in calibration.ByAccount.OrderBy(d => d.Key.Name, StringComparer.Ordinal))
        {
            Terminal.WriteLine($"{id, -24}{distribution.HeldOutMeanE, 15:N2}   {distribution.HeldOutBeyond, 14}");
        }
    }
}
