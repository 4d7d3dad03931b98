using Stillwatch.Population;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Readings;

/// <summary>
/// All that a group's accounts' own readings say together: a group that converses little, sleeps little and elicits much is rarer than one
/// that does any of it. Fixed beforehand: no calibration changes it, so that all populations are held against each other by the same.
/// </summary>
/// <remarks>
/// The statistic is Σ min(2, max(0, x/q))², over detectors, where x is what the accounts' own statistics come to together and q what one in
/// fifty of honest populations' groups come to at most; of detectors of one kin the highest counts. Bounded, so that no detector speaks
/// alone. How rare it is, honest populations say. See docs/levels.md.
/// </remarks>
internal sealed class GroupStatistic
{
    private const double Most = 2;

    private static readonly int[] Kin = Kinships(); // by detector its kin's number

    private readonly PopulationLevel[] _levels; // by detector
    private readonly double[] _rare; // by detector; 0 where it says nothing of groups

    /// <summary>Takes what is rare among honest populations, by detector.</summary>
    public GroupStatistic(HonestLevels levels)
    {
        _levels = [.. Detector.All.Select(detector => levels.ByDetector.GetValueOrDefault(detector.Id) ?? PopulationLevel.None)];
        _rare = [.. Detector.All.Select(detector => levels.Ordinary.GetValueOrDefault(detector.Id).Rare)];
    }

    /// <summary>How rare it is among honest populations that detector number <paramref name="detector"/> alone comes as high.</summary>
    /// <returns>−log₂ of the share of populations, by rank; whether it lies beyond all of them; and how many times what one in fifty comes
    /// to it is.</returns>
    public (double Bits, bool Beyond, double Times) OfOne(int detector, double together) =>
        (
            Math.Max(0, -Math.Log2(_levels[detector].Rank(together))),
            _levels[detector].IsBeyond(together),
            _rare[detector] > 0 && together > 0 ? together / _rare[detector] : 0
        );

    /// <summary>
    /// The statistic of a group by what its accounts' came to together, one a detector; never falls where none of them does.
    /// </summary>
    public double Of(ReadOnlySpan<double> together)
    {
        Span<double> byKin = stackalloc double[Kin.Length];
        byKin.Clear();
        for (var i = 0; i < together.Length; i++)
        {
            byKin[Kin[i]] = Math.Max(byKin[Kin[i]], Reach(together[i], i));
        }

        var sum = 0.0;
        foreach (var reach in byKin)
        {
            sum += reach * reach;
        }

        return sum;
    }

    /// <summary>What it has to say: how far the readings go that go furthest.</summary>
    public string Explain(ReadOnlySpan<double> together)
    {
        List<(string Name, double Times)> all = [];
        for (var i = 0; i < together.Length; i++)
        {
            if (Reach(together[i], i) >= 0.1)
            {
                all.Add((Detector.All[i].Id.Name, together[i] / _rare[i]));
            }
        }

        var furthest = all.OrderByDescending(one => one.Times).ThenBy(one => one.Name, StringComparer.Ordinal).Take(4);
        return $"its accounts together, by all detectors at once: beside what the groups of one honest population in fifty come to, "
            + $"{string.Join(", ", furthest.Select(one => $"{one.Times:N1} times as much {one.Name}"))}";
    }

    private double Reach(double together, int detector) =>
        _rare[detector] <= 0 || !(together > 0) ? 0 : Math.Min(Most, together / _rare[detector]);

    private static int[] Kinships()
    {
        List<string> kins = [.. Detector.All.Select(detector => detector.Kin ?? detector.Id.Name).Distinct(StringComparer.Ordinal)];
        return [.. Detector.All.Select(detector => kins.IndexOf(detector.Kin ?? detector.Id.Name))];
    }
}
