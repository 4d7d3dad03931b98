using Stillwatch.Campaigns.Subjects;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Levels;

/// <summary>
/// The highest that a watch's groups came to at any look, by kind: what an honest population is asked for. Only a watch that makes levels
/// or bars keeps it, because groups are judged far more often for it than for a flag.
/// </summary>
/// <param name="kindOf">Judges a group.</param>
internal sealed class GroupsSeen(Func<Campaign, GroupKind> kindOf)
{
    private const int Grown = 16; // judged again with a sixteenth more exchanges; for a flag it is a quarter

    private readonly double[] _highest = Lowest(Enum.GetValues<GroupKind>().Length);
    private readonly double[] _byDetector = Lowest(Profile.Count);
    private readonly Dictionary<int, (long Exchanges, int Accounts, GroupKind Kind)> _judged = []; // by the group's number

    /// <summary>The highest statistic of groups of a kind; −∞ where there were none.</summary>
    public double this[GroupKind kind] => _highest[(int)kind];

    /// <summary>By detector, the most that the accounts of any group came to together, whatever its kind.</summary>
    public IReadOnlyList<double> ByDetector => _byDetector;

    /// <summary>Takes a group that was read.</summary>
    /// <param name="group">It.</param>
    /// <param name="isOfFew">Whether it has fewer accounts than a campaign.</param>
    public void Take(Campaign group, bool isOfFew)
    {
        var byDetector = group.Readings.AtBest;
        for (var i = 0; i < byDetector.Length; i++)
        {
            _byDetector[i] = Math.Max(_byDetector[i], byDetector[i]);
        }

        var statistic = group.Statistic;
        if (group.Accounts.Count < 2 || (statistic <= this[isOfFew ? GroupKind.Few : GroupKind.Many] && statistic <= this[GroupKind.Own]))
        {
            return; // whatever it is, it is not the highest
        }

        ref var highest = ref _highest[(int)Judge(group)];
        highest = Math.Max(highest, statistic);
    }

    private GroupKind Judge(Campaign group)
    {
        var exchanges = group.Take.Exchanges;
        if (
            !_judged.TryGetValue(group.Number, out var judged)
            || judged.Accounts != group.Accounts.Count
            || exchanges * Grown >= judged.Exchanges * (Grown + 1)
        )
        {
            _judged[group.Number] = judged = (exchanges, group.Accounts.Count, kindOf(group));
        }

        return judged.Kind;
    }

    private static double[] Lowest(int count)
    {
        var lowest = new double[count];
        Array.Fill(lowest, double.NegativeInfinity);
        return lowest;
    }
}
