using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Population;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;
using Stillwatch.Reports;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Screen;
using Stillwatch.Signals;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>
/// What honest populations of the range come to: many, each drawn anew, of several sizes and mixes, through the identical watch.
/// </summary>
internal static class RangeLevel
{
    private const string Customers = "ordinary-month"; // whose mix is varied
    private const double FewestScale = 0.0006; // of a million accounts
    private const double MostScale = 0.004;

    // times as many as in it of all who are no single people: they are few, and make the classes that matter
    private const double Programs = 3;

    private const double Rare = 0.02; // of ordinary accounts, and of populations: what the statistic's scale is made of

    /// <summary>Draws <paramref name="populations"/> populations and writes what they come to.</summary>
    public static int Run(int populations, ulong seed, string output, bool quiet, CancellationToken cancel)
    {
        var calibration = CalibrationFile.Load(null);
        var drawn = new Drawn[populations];
        var done = 0;
        using (var progress = new ProgressBar("honest populations", quiet, SystemClock.Instance))
        {
            Parallel.For(
                0,
                populations,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel },
                one =>
                {
                    drawn[one] = Draw(seed + (ulong)one, calibration, cancel);
                    progress.Report((double)Interlocked.Increment(ref done) / populations);
                }
            );
        }

        var levels = Levels(drawn, calibration) with
        {
            Provenance = $"{populations} honest populations of the range, seeds {seed} to {seed + (ulong)populations - 1}",
        };
        OutputFile.Write(output, stream => HonestLevelsFile.Save(levels, stream));
        if (!quiet)
        {
            Tell("classes of one source", levels.Sources);
            Tell("the same, of few accounts", levels.FewSources);
            Tell("groups of tied accounts", levels.Groups);
            Tell("the same, of few accounts", levels.FewGroups);
            Tell("the same, with something of their own", levels.OwnGroups);
        }

        return ExitCode.Done;
    }

    /// <summary>The highest that one population came to, and of how many. The watch itself is not kept.</summary>
    private sealed record Drawn(
        (double Highest, int Searched) Sources,
        (double Highest, int Searched) FewSources,
        (double Highest, int Searched) Groups,
        (double Highest, int Searched) FewGroups,
        (double Highest, int Searched) OwnGroups,
        IReadOnlyList<double> ByDetector
    );

    private static Drawn Draw(ulong seed, Calibration calibration, CancellationToken cancel)
    {
        var ordinary = ScenarioFile.Read(Customers);
        var random = new Random(unchecked((int)Sketches.KeyedHash.Mix(seed)));
        var scale = FewestScale * Math.Pow(MostScale / FewestScale, random.NextDouble());
        var scenario = ordinary with
        {
            Customers =
            [
                .. ordinary.Customers.Select(one =>
                    (one.Role, one.Accounts * (one.Role == "individual" ? 1 : Programs) * Math.Exp(Normal(random)))
                ),
            ],
        };
        var watch = new Watch(calibration, WatchRules.Default);
        var seen = watch.SeeGroups();
        FeaturesRun.Run(scenario, Stage.Set(scenario, seed, scale), watch, cancel: cancel);
        var (sources, (groups, fewGroups)) = (watch.Sources, watch.CountGroups());
        return new(
            (-sources.Lowest, sources.Classes),
            (-sources.LowestOfFew, sources.ClassesOfFew),
            (seen[GroupKind.Many], groups),
            (seen[GroupKind.Few], fewGroups),
            (seen[GroupKind.Own], groups + fewGroups),
            seen.ByDetector
        );
    }

    private static HonestLevels Levels(IReadOnlyList<Drawn> drawn, Calibration calibration)
    {
        PopulationLevel Of(Func<Drawn, (double Highest, int Searched)> value, bool ends = false) =>
            PopulationLevel.Of([.. drawn.Select(one => value(one).Highest)], drawn.Average(one => value(one).Searched), ends);

        var byDetector = Detector
            .All.Select((detector, i) => (detector.Id, Level: Of(one => (one.ByDetector[i], one.OwnGroups.Searched))))
            .ToDictionary(one => one.Id, one => one.Level);
        return new HonestLevels(
            "",
            Of(one => one.Sources, ends: true),
            Of(one => one.FewSources, ends: true),
            Of(one => one.Groups),
            Of(one => one.FewGroups),
            Of(one => one.OwnGroups),
            byDetector,
            Scale(calibration, byDetector)
        );
    }

    /// <summary>
    /// The scale of the statistic by each detector: as it is in the built-in levels, so that the statistic stays what it is and no
    /// population is measured by a scale that was made of it. A detector that they do not know counts from the next levels on, by what it
    /// came to in these.
    /// </summary>
    private static Dictionary<DetectorId, Ordinary> Scale(Calibration calibration, Dictionary<DetectorId, PopulationLevel> byDetector) =>
        calibration.ByAccount.ToDictionary(
            one => one.Key,
            one =>
                calibration.Levels.Ordinary.TryGetValue(one.Key, out var known)
                    ? known
                    : new Ordinary(one.Value.Median, one.Value.AtOrOver(Rare), byDetector[one.Key].ValueOf(Rare))
        );

    private static void Tell(string what, PopulationLevel level) =>
        Terminal.WriteLine(
            $"{what}: {level.Searched:N1} in each of {level.Populations:N0} populations, {level.Highest.Count:N0} with a value; the "
                + $"highest: {string.Join(", ", level.Highest.Take(5).Select(highest => $"{highest:0.00}"))}"
        );

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
