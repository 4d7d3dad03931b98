using Stillwatch.Statistics;

namespace Stillwatch.Signals;

/// <summary>
/// How high honest accounts of one population came by their weight, among those of a like volume: what a lead is ranked by. Immutable,
/// hence thread-safe.
/// </summary>
/// <remarks>
/// Volume is all that an account did, and a weight the best of any period. The honest accounts were weighed against distributions that they
/// are part of, and newcomers are not, so that a newcomer's p is a little too small: no conformal p-value to the letter.
/// </remarks>
/// <param name="Classes">Classes of volume, ascending; never empty but in <see cref="None"/>.</param>
public sealed record VolumeRanks(IReadOnlyList<VolumeRanks.Class> Classes)
{
    private const int Fewest = 20; // accounts of a class; one of fewer is part of the one below
    private const int Times = 4; // as many exchanges from one class to the next

    /// <summary>Accounts of a like volume.</summary>
    /// <param name="From">The fewest exchanges.</param>
    /// <param name="Weights">What they came to.</param>
    public sealed record Class(long From, NullDistribution Weights);

    /// <summary>Of no account: nothing is rare.</summary>
    public static VolumeRanks None { get; } = new([]);

    /// <summary>The ranks of honest accounts: by account its exchanges and its weight.</summary>
    public static VolumeRanks Of(IEnumerable<(long Exchanges, double Weight)> accounts)
    {
        List<(long From, List<double> Weights)> classes = [];
        foreach (var group in accounts.GroupBy(account => ClassOf(account.Exchanges)).OrderBy(group => group.Key))
        {
            if (classes.Count == 0 || (group.Count() >= Fewest && classes[^1].Weights.Count >= Fewest))
            {
                classes.Add((classes.Count == 0 ? 0 : group.Key, []));
            }

            classes[^1].Weights.AddRange(group.Select(account => account.Weight));
        }

        return new([.. classes.Select(one => new Class(one.From, NullDistribution.Of([.. one.Weights])))]);
    }

    /// <summary>
    /// The p-value of an account: the share of the honest accounts of a like volume, itself counted, that came as high.
    /// </summary>
    /// <param name="exchanges">How many exchanges it has.</param>
    /// <param name="weight">What it weighs.</param>
    /// <returns>It, and how many honest accounts that is by.</returns>
    public (double P, long Accounts) P(long exchanges, double weight) =>
        Classes.LastOrDefault(one => one.From <= exchanges) is { } found ? (found.Weights.Rank(weight), found.Weights.Subjects) : (1, 0);

    /// <summary>The fewest exchanges of the class that so many fall into.</summary>
    private static long ClassOf(long exchanges)
    {
        var from = 1L;
        while (exchanges >= from * Times)
        {
            from *= Times;
        }

        return from;
    }
}
