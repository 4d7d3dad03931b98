using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.Evaluation.Dilution;

/// <summary>
/// How small a foreign share of a window can be told: honest windows of 500, and windows of which a tenth or a twentieth comes from another
/// source.
/// </summary>
/// <param name="Honest">The honest source.</param>
/// <param name="Attack">The foreign one; null where only false alarms are measured.</param>
/// <param name="Ours">By share of attack (0, 10 %, 5 %), the windows that the top-excess test alarms at.</param>
/// <param name="Kernel">The same of the plain kernel test.</param>
internal sealed record DilutionRun(string Honest, string? Attack, IReadOnlyList<Interval> Ours, IReadOnlyList<Interval> Kernel)
{
    /// <summary>The shares of attack.</summary>
    public static readonly double[] Shares = [0, 0.1, 0.05];

    private const int Window = 500;
    private const int Windows = 200;
    private const int KernelWindows = 60;
    private const int HonestWindows = 2_000; // where only false alarms are measured
    private const int LeastPrompts = 5_000;
    private const double KernelFalse = 0.004;

    /// <summary>Every honest source with every distillation source of enough prompts; sources of the range with none.</summary>
    public static IEnumerable<DilutionRun> All(IReadOnlyList<Source> sources, IProgress<double>? progress = null)
    {
        var enough = sources.Where(source => source.Prompts.Count >= LeastPrompts).ToList();
        var honest = enough.Where(source => source.Kind is "organic" or "bulk-legit" or "range").ToList();
        var attacks = enough.Where(source => source.Kind == "distillation").ToList();
        var done = 0;
        foreach (var one in honest)
        {
            foreach (var attack in one.Kind == "range" || attacks.Count == 0 ? [null] : attacks.Select(attack => (Source?)attack))
            {
                yield return Of(one, attack);
                progress?.Report(++done / (double)Math.Max(1, honest.Count * Math.Max(1, attacks.Count)));
            }
        }
    }

    private static DilutionRun Of(Source honest, Source? attack)
    {
        // Half of the honest source is the reference, half makes windows; the reference that windows are held against is as large as the
        // one of the threshold.
        var random = new Random(17);
        var prompts = honest.Prompts.ToArray();
        random.Shuffle(prompts);
        var reference = prompts[..(prompts.Length / 2)];
        var fresh = prompts[(prompts.Length / 2)..];
        var threshold = TopExcess.Threshold(reference, Window, random);
        var counts = TopExcess.Sum(reference[Window..]);
        int[][] Draw(double share)
        {
            var foreign = (int)Math.Round(share * Window);
            random.Shuffle(fresh);
            return
            [
                .. fresh.Take(Window - foreign),
                .. Enumerable.Range(0, foreign).Select(_ => attack!.Prompts[random.Next(attack.Prompts.Count)]),
            ];
        }

        var shares = attack == null ? [0] : Shares;
        var ours = shares
            .Select(share =>
            {
                var windows = attack == null ? HonestWindows : Windows;
                return Interval.Share(
                    Enumerable
                        .Range(0, windows)
                        .LongCount(_ =>
                            TopExcess.Statistic(TopExcess.Sum(Draw(share)), Window, counts, reference.Length - Window) > threshold
                        ),
                    windows
                );
            })
            .ToList();
        if (attack == null)
        {
            return new(honest.Name, null, ours, []);
        }

        var kernel = new KernelTest(reference[..Window].Select(Projection.Of));
        var nulls = Enumerable
            .Range(0, KernelWindows * 3)
            .Select(_ =>
            {
                random.Shuffle(reference);
                return kernel.Of(reference[..Window].Select(Projection.Of));
            })
            .Order()
            .ToArray();
        var least = nulls[(int)Math.Min(nulls.Length - 1, Math.Ceiling(nulls.Length * (1 - KernelFalse)))];
        return new(
            honest.Name,
            attack.Name,
            ours,
            [
                .. shares.Select(share =>
                    Interval.Share(
                        Enumerable.Range(0, KernelWindows).LongCount(_ => kernel.Of(Draw(share).Select(Projection.Of)) > least),
                        KernelWindows
                    )
                ),
            ]
        );
    }

    /// <summary>Writes them as a table.</summary>
    public static void Write(IEnumerable<DilutionRun> runs, TextWriter writer)
    {
        writer.WriteLine($"windows of {Window}: alarms where no prompt is foreign, where a tenth is, where a twentieth is");
        writer.WriteLine($"{"honest", -30}{"attack", -26}{"top excess", -34}kernel test (MMD)");
        foreach (var run in runs)
        {
            static string Shown(IReadOnlyList<Interval> figures) =>
                string.Join("  ", figures.Select(figure => figure.Value.ToString("P1")));
            writer.WriteLine(
                $"{run.Honest, -30}{run.Attack ?? "–", -26}{Shown(run.Ours), -34}{Shown(run.Kernel)}"
                    + $"{(run.Attack == null ? $"false alarms {run.Ours[0]} of {HonestWindows:N0}" : "")}"
            );
        }
    }
}
