using Stillwatch.Campaigns.Readings;
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

        var levels = Levels(drawn, Scale(calibration)) with
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
        }

        return ExitCode.Done;
    }

    /// <summary>
    /// What ordinary accounts come to by each detector: as it is in the built-in levels, so that the statistic stays what it is; of a
    /// detector that they do not know, as the built-in calibration's accounts do.
    /// </summary>
    private static Dictionary<DetectorId, Ordinary> Scale(Calibration calibration) =>
        calibration.ByAccount.ToDictionary(
            one => one.Key,
            one =>
                calibration.Levels.Ordinary.TryGetValue(one.Key, out var known)
                    ? known
                    : new Ordinary(one.Value.Median, one.Value.AtOrOver(1 / 50.0))
        );

    /// <summary>What one population came to.</summary>
    private sealed record Drawn(double Source, int Classes, double FewSource, int FewClasses, GroupsFound Groups);

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
        var watch = FeaturesRun.Run(scenario, Stage.Set(scenario, seed, scale), calibration, WatchRules.Default, cancel: cancel).Watch;
        var sources = watch.Sources;
        return new(-sources.Lowest, sources.Classes, -sources.LowestOfFew, sources.ClassesOfFew, watch.Groups);
    }

    /// <summary>1. How high the groups come by each detector alone, 2. and by the statistic that is made of that.</summary>
    private static HonestLevels Levels(IReadOnlyList<Drawn> drawn, IReadOnlyDictionary<DetectorId, Ordinary> ordinary)
    {
        PopulationLevel Of(Func<Drawn, double> highest, Func<Drawn, double> searched) =>
            PopulationLevel.Of([.. drawn.Select(highest)], drawn.Average(searched));
        double All(Drawn one) => one.Groups.Count + one.Groups.FewCount;

        var levels = HonestLevels.None with
        {
            Ordinary = ordinary,
            ByDetector = Detector
                .All.Select((detector, i) => (detector.Id, i))
                .ToDictionary(
                    one => one.Id,
                    one =>
                        Of(
                            population =>
                                GroupsFound.Highest(population.Groups.Readings.Concat(population.Groups.FewReadings), x => x[one.i]),
                            All
                        )
                ), // 1
        };
        var statistic = new GroupStatistic(levels);
        return levels with // 2
        {
            Sources = Of(one => one.Source, one => one.Classes),
            FewSources = Of(one => one.FewSource, one => one.FewClasses),
            Groups = Of(one => GroupsFound.Highest(one.Groups.Readings, x => statistic.Of(x)), one => one.Groups.Count),
            FewGroups = Of(one => GroupsFound.Highest(one.Groups.FewReadings, x => statistic.Of(x)), one => one.Groups.FewCount),
        };
    }

    private static void Tell(string what, PopulationLevel level) =>
        Terminal.WriteLine(
            $"{what}: {level.Searched:N1} in each of {level.Populations:N0} populations, {level.Highest.Count:N0} with a value; the "
                + $"highest: {string.Join(", ", level.Highest.Take(5).Select(highest => $"{highest:0.00}"))}"
        );

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
