using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns;

/// <summary>
/// All that a group's accounts' own readings say together: a group that converses little, sleeps little and elicits much is rarer than one
/// that does any of it.
/// </summary>
/// <remarks>
/// The statistic is Σ min(2, max(0, x/q))², over detectors, where x is what the accounts' own statistics come to together and q what one in
/// fifty of honest populations' best groups come to; of detectors of one kin the highest counts. Bounded, so that no detector speaks alone
/// here: for that there is the mean. What it weighs, the best groups of honest populations say, by the same statistic. See
/// docs/decisions/0002-e-values.md.
/// </remarks>
internal sealed class JointReading
{
    /// <summary>The tail of the best groups' statistics is taken to be no thinner: a hundred populations say little of it.</summary>
    public const double ThinnestShape = 0.2;

    private const double Rare = 0.02;
    private const double Most = 2;

    private static readonly int[] Kin = Kinships(); // by detector its kin's number

    private readonly double[] _rare; // by detector; 0 where it says nothing of groups

    /// <summary>Takes what is rare among honest groups, by detector.</summary>
    public JointReading(IReadOnlyDictionary<DetectorId, NullDistribution> byAccountsOfGroup) =>
        _rare = [
            .. Detector.All.Select(detector => byAccountsOfGroup.TryGetValue(detector.Id, out var honest) ? honest.AtOrOver(Rare) : 0),
        ];

    /// <summary>
    /// The statistic of a group by what its accounts' came to together, one a detector; never falls where none of them does.
    /// </summary>
    public double Statistic(ReadOnlySpan<double> together)
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
        return $"its accounts together, by all detectors at once: beside what one honest group in fifty comes to, "
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
