namespace Stillwatch.Campaigns;

/// <summary>
/// The e-BH procedure: of K hypotheses, those with the k largest e-values are discoveries, where k is the largest number with
/// e₍k₎ ≥ K / (α·k). Its false discovery rate is at most α under any dependence (Wang and Ramdas, "False discovery rate control with
/// e-values", JRSS B 2022, section 4).
/// </summary>
internal static class EBenjaminiHochberg
{
    /// <summary>
    /// The discoveries among <paramref name="candidates"/>; one that was absorbed is part of another and no hypothesis of its own.
    /// </summary>
    /// <param name="candidates">All that formed in the period, absorbed ones without accounts.</param>
    /// <param name="paidFor">How many candidates one e-value has paid for already: it was calibrated against the best of so many. K is the
    /// number of candidates over this.</param>
    /// <param name="alpha">The false discovery rate.</param>
    public static IEnumerable<Campaign> Discoveries(IReadOnlyList<Campaign> candidates, double paidFor, double alpha)
    {
        var ranked = candidates
            .Where(candidate => candidate.Accounts.Count > 0)
            .OrderByDescending(candidate => candidate.E)
            .ThenBy(candidate => candidate.Number)
            .ToList();
        var searches = Math.Max(1, ranked.Count / paidFor);
        for (var k = ranked.Count; k > 0; k--)
        {
            if (ranked[k - 1].E >= Math.Max(1, searches / k) / alpha)
            {
                return ranked.Take(k);
            }
        }

        return [];
    }
}
