namespace Stillwatch.Campaigns.Subjects;

/// <summary>The groups of tied accounts that a watch has, and what those that could be flagged came to.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="FewCount">How many of few accounts.</param>
/// <param name="Readings">Of each, what its accounts came to together, by detector.</param>
/// <param name="FewReadings">The same of those of few accounts that a card, an address or the like ties.</param>
internal sealed record GroupsFound(int Count, int FewCount, IReadOnlyList<double[]> Readings, IReadOnlyList<double[]> FewReadings)
{
    /// <summary>The highest of <paramref name="readings"/> by what <paramref name="of"/> makes of each; −∞ where there are none.</summary>
    public static double Highest(IEnumerable<double[]> readings, Func<double[], double> of) =>
        readings.Select(of).DefaultIfEmpty(double.NegativeInfinity).Max();

    /// <summary>Those among <paramref name="groups"/>.</summary>
    /// <param name="groups">Groups, absorbed ones without accounts among them.</param>
    /// <param name="rules">From how many accounts on a group is none of few.</param>
    /// <param name="isInOneHand">Whether a card, an address or the like ties all accounts of a group.</param>
    public static GroupsFound Of(IEnumerable<Campaign> groups, WatchRules rules, Func<Campaign, bool> isInOneHand)
    {
        var bySize = groups.Where(group => group.Accounts.Count > 0).ToLookup(group => group.Accounts.Count < rules.FewestAccounts);
        return new(
            bySize[false].Count(),
            bySize[true].Count(),
            [.. bySize[false].Select(group => group.Readings.AtBest.ToArray())],
            [.. bySize[true].Where(isInOneHand).Select(group => group.Readings.AtBest.ToArray())]
        );
    }
}
