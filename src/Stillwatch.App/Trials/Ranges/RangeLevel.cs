using Stillwatch.Campaigns;
using Stillwatch.Population;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;
using Stillwatch.Reports;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Screen;
using Stillwatch.Signals;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>
/// What honest populations of the range come to in the search for sources: many, each drawn anew, of several sizes and mixes, through the
/// identical watch.
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
        var ordinary = ScenarioFile.Read(Customers);
        List<double> lowest = [],
            lowestOfFew = [];
        long classes = 0,
            classesOfFew = 0;
        using (var progress = new ProgressBar("honest populations", quiet, SystemClock.Instance))
        {
            for (var drawn = 0; drawn < populations; drawn++)
            {
                var own = seed + (ulong)drawn;
                var random = new Random(unchecked((int)Sketches.KeyedHash.Mix(own)));
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
                var stage = Stage.Set(scenario, own, scale);
                var watch = FeaturesRun.Run(scenario, stage, Calibration.None, WatchRules.Default, cancel: cancel).Watch;
                lowest.Add(watch.Sources.Lowest);
                classes += watch.Sources.Classes;
                lowestOfFew.Add(watch.Sources.LowestOfFew);
                classesOfFew += watch.Sources.ClassesOfFew;
                progress.Report((drawn + 1.0) / populations);
            }
        }

        var level = SourceLevel.Of(lowest, Math.Max(1, (double)classes / populations)) with
        {
            Few = SourceLevel.Of(lowestOfFew, Math.Max(1, (double)classesOfFew / populations)),
        };
        OutputFile.Write(output, stream =>
            SourceLevelFile.Save(
                level,
                $"{populations} honest populations of the range, seeds {seed} to {seed + (ulong)populations - 1}",
                stream
            )
        );
        if (!quiet)
        {
            Terminal.WriteLine(
                $"{populations:N0} populations, {level.Lowest.Count:N0} of them with a class that says anything; the lowest bounds: "
                    + string.Join(", ", level.Lowest.Take(5).Select(bound => $"{bound:0.00}"))
            );
        }

        return ExitCode.Done;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
