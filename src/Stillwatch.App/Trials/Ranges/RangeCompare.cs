using Stillwatch.App.Trials.Scoring;
using Stillwatch.Logs;
using Stillwatch.Range.Compare;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;
using Stillwatch.Reports;
using Stillwatch.Reports.Pages;
using Stillwatch.Reports.Scan;
using Stillwatch.Reports.Screen;
using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>
/// Holds the range's honest customers beside a real log, account by account and measure by measure, by role where labels tell it; or beside
/// traces and corpora.
/// </summary>
internal static class RangeCompare
{
    private const int Fewest = 5; // exchanges of an account, to be told by its shape

    /// <summary>A role's accounts on both sides.</summary>
    internal sealed record Side(string Role, List<double[]> Real, List<double[]> Range);

    /// <summary>The flow: 1. shapes of the real log's accounts, 2. shapes of the range's, 3. compare, 4. tell.</summary>
    /// <returns>1 where any measure differs by much.</returns>
    public static int Run(string[] logs, string? labelsFile, string scenarioName, ulong seed, double? scale, string? output, bool quiet)
    {
        var samples = logs.Select(log => (Path: log, Sample: RealSample.Read(log))).ToList();
        if (samples.Exists(one => one.Sample != null))
        {
            return Samples(samples, scenarioName, seed, scale, quiet);
        }

        var labels = labelsFile == null ? null : Labels.Load(labelsFile);
        var real = Real(logs, labels, quiet); // 1
        var scenario = ScenarioFile.Read(scenarioName);
        var range = Range(Stage.Set(scenario with { Campaigns = [] }, seed, scale ?? scenario.Scale), labels != null, quiet); // 2
        var sides = real
            .Keys.Order(StringComparer.Ordinal)
            .Select(role => new Side(role, real[role], range.GetValueOrDefault(role, [])))
            .ToList();
        var differ = 0;
        foreach (var side in sides) // 3, 4
        {
            Terminal.WriteLine(
                $"\n## {side.Role}: {side.Real.Count:N0} real accounts, {side.Range.Count:N0} of the range\n\n| measure | real, "
                    + $"median | range, median | KS distance | p | |\n| --- | --- | --- | --- | --- | --- |"
            );
            for (var i = 0; i < AccountShape.Names.Count; i++)
            {
                var two = TwoSamples.Of(side.Real.Select(shape => shape[i]), side.Range.Select(shape => shape[i]));
                differ += two is { Differ: true } ? 1 : 0;
                Terminal.WriteLine(
                    two == null
                        ? $"| {AccountShape.Names[i]} | – | – | – | – | too few |"
                        : $"| {AccountShape.Names[i]} | {two.FirstMedian:0.00} | {two.SecondMedian:0.00} | {two.Distance:0.00} | "
                            + $"{two.P:0.000} | {(two.Differ ? "differs" : "")} |"
                );
            }
        }

        if (output != null)
        {
            OutputFile.Write(output, stream => Page(sides, scenarioName, stream));
        }

        Terminal.WriteLine(
            $"\n{(differ == 0 ? "no measure differs" : $"{differ} {(differ == 1 ? "measure differs" : "measures differ")}")} by a KS "
                + $"distance over {TwoSamples.Much:0.0} that is no accident (p < 0.01)"
        );
        return differ == 0 ? ExitCode.Done : ExitCode.DidNotHold;
    }

    /// <summary>Traces and corpora: the range's clients of that kind, or their single requests, beside each file.</summary>
    private static int Samples(List<(string Path, RealSample? Sample)> samples, string scenarioName, ulong seed, double? scale, bool quiet)
    {
        if (samples.Find(one => one.Sample == null).Path is { } log)
        {
            throw new UnusableInputException(
                $"{log}: is neither a trace nor a corpus as the others are; compare exchange logs by themselves"
            );
        }

        var scenario = ScenarioFile.Read(scenarioName);
        var range = Sampled(Stage.Set(scenario with { Campaigns = [] }, seed, scale ?? scenario.Scale), quiet);
        var differ = 0;
        foreach (var (path, sample) in samples)
        {
            Terminal.WriteLine(
                $"\n## {Path.GetFileName(path)}, beside the range's {Of(sample!.Kind)}\n\n| measure | real, median | range, median | "
                    + $"KS distance | p | |\n| --- | --- | --- | --- | --- | --- |"
            );
            foreach (var (measure, values) in sample.Measures)
            {
                var two = TwoSamples.Of(values, range[sample.Kind].GetValueOrDefault(measure, []));
                differ += two is { Differ: true } ? 1 : 0;
                Terminal.WriteLine(
                    two == null
                        ? $"| {measure} | – | – | – | – | too few |"
                        : $"| {measure} | {two.FirstMedian:0.00} | {two.SecondMedian:0.00} | {two.Distance:0.00} | {two.P:0.000} | "
                            + $"{(two.Differ ? "differs" : "")} |"
                );
            }
        }

        return differ == 0 ? ExitCode.Done : ExitCode.DidNotHold;
    }

    private static string Of(RealSample.Sort kind) =>
        kind switch
        {
            RealSample.Sort.Clients => "programs, a value for each account",
            RealSample.Sort.Requests => "requests",
            RealSample.Sort.People => "individuals' requests",
            _ => "pipelines', evaluations' and document apps' requests",
        };

    private static Dictionary<RealSample.Sort, Dictionary<string, List<double>>> Sampled(Stage stage, bool quiet)
    {
        var windows = new SortedDictionary<int, WindowShape>();
        var (all, people, programs) = (new RequestShape(), new RequestShape(), new RequestShape());
        var timeline = new Stillwatch.Range.Runs.Timeline(stage.World, stage.Adversaries);
        using var progress = new ProgressBar("simulating", quiet, SystemClock.Instance);
        Observing.Run(
            timeline.Hours(),
            () => new Scribe(stage.World, timeline.Order),
            (scribe, acts) => acts.Select(act => scribe.Observe(act)).ToArray(),
            lag: true,
            made =>
            {
                foreach (var act in made)
                {
                    var role = stage.World.Accounts[act.Act.Account].Role;
                    all.Add(act.Features, answered: true);
                    if (role.Name == "individual")
                    {
                        people.Add(act.Features, answered: true);
                    }
                    else if (role.Label is "pipeline" or "evaluation" || role.Name == "rag-app")
                    {
                        programs.Add(act.Features, answered: true);
                    }

                    if (role.Label is "app" or "aggregator" or "pipeline")
                    {
                        if (!windows.TryGetValue(act.Act.Account, out var shape))
                        {
                            shape = windows[act.Act.Account] = new WindowShape();
                        }

                        shape.Add(act.Features.At.Tick / WindowShape.Seconds, 1);
                    }
                }
            },
            hour => progress.Report((hour - stage.World.Start) / (double)(stage.World.End - stage.World.Start))
        );
        return new()
        {
            [RealSample.Sort.Clients] = WindowShape.Measures(windows.Values),
            [RealSample.Sort.Requests] = all.Measures(),
            [RealSample.Sort.People] = people.Measures(),
            [RealSample.Sort.Programs] = programs.Measures(),
        };
    }

    private static Dictionary<string, List<double[]>> Real(string[] logs, Labels? labels, bool quiet)
    {
        using var reader = new LogReader(logs, KeyedHash.ForScan);
        ReadingProgress.Read(reader, quiet);
        var shapes = new Dictionary<UInt128, AccountShape>();
        foreach (var exchange in reader.Exchanges())
        {
            if (!shapes.TryGetValue(exchange.Account, out var shape))
            {
                shape = shapes[exchange.Account] = new AccountShape();
            }

            shape.Take(exchange.Features);
        }

        foreach (var line in reader.Rejections.Told())
        {
            Terminal.Error.WriteLine(line);
        }

        return ByRole(shapes.Select(shape => (Role(labels, reader.Accounts[shape.Key]), shape.Value)));
    }

    private static string? Role(Labels? labels, string account)
    {
        if (labels == null)
        {
            return "all";
        }

        return labels.Accounts.TryGetValue(account, out var label) && label.Campaign == null ? label.Role : null;
    }

    private static Dictionary<string, List<double[]>> Range(Stage stage, bool byRole, bool quiet)
    {
        var timeline = new Stillwatch.Range.Runs.Timeline(stage.World, stage.Adversaries);
        var shapes = new SortedDictionary<int, AccountShape>();
        using var progress = new ProgressBar("simulating", quiet, SystemClock.Instance);
        Observing.Run(
            timeline.Hours(),
            () => new Scribe(stage.World, timeline.Order),
            (scribe, acts) => acts.Select(act => scribe.Observe(act)).ToArray(),
            lag: true,
            made =>
            {
                foreach (var act in made)
                {
                    if (!shapes.TryGetValue(act.Act.Account, out var shape))
                    {
                        shape = shapes[act.Act.Account] = new AccountShape();
                    }

                    shape.Take(act.Features);
                }
            },
            hour => progress.Report((hour - stage.World.Start) / (double)(stage.World.End - stage.World.Start))
        );
        return ByRole(shapes.Select(shape => (byRole ? stage.World.Accounts[shape.Key].Role.Label : "all", shape.Value))!);
    }

    private static Dictionary<string, List<double[]>> ByRole(IEnumerable<(string? Role, AccountShape Shape)> shapes) =>
        shapes
            .Where(one => one.Role != null && one.Shape.Exchanges >= Fewest)
            .GroupBy(one => one.Role!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(one => one.Shape.Measures()).ToList(), StringComparer.Ordinal);

    private static void Page(List<Side> sides, string scenario, Stream stream)
    {
        var page = HtmlPage.Begin("range compare");
        page.Add(
            $"<h1>The range beside a real log</h1><p class=\"quiet\">scenario {scenario}; each line "
                + $"is the share of accounts up to a value</p>"
        );
        foreach (var side in sides)
        {
            page.Add($"<h2>{side.Role}</h2><div class=\"figures\">");
            for (var i = 0; i < AccountShape.Names.Count; i++)
            {
                var (real, range) = (Curve(side.Real, i), Curve(side.Range, i));
                if (real.Count > 1 && range.Count > 1)
                {
                    var two = TwoSamples.Of(side.Real.Select(shape => shape[i]), side.Range.Select(shape => shape[i]));
                    page.Add($"<div class=\"card\"><h3>{AccountShape.Names[i]}{(two is { Differ: true } ? ": differs" : "")}</h3>");
                    LinePlot.Write(page, "value", "share of accounts up to it", [new("real", real), new("range", range)]);
                    page.Add($"</div>");
                }
            }

            page.Add($"</div>");
        }

        HtmlPage.Write(page, stream);
    }

    private static List<(double X, double Y)> Curve(List<double[]> shapes, int measure)
    {
        const int points = 100;
        var values = shapes.Select(shape => shape[measure]).Where(double.IsFinite).Order().ToArray();
        return values.Length < 2
            ? []
            :
            [
                .. Enumerable
                    .Range(0, points + 1)
                    .Select(i => (values[Math.Min(values.Length - 1, i * (values.Length - 1) / points)], i / (double)points)),
            ];
    }
}
