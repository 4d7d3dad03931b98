using Stillwatch.Campaigns.Similarity;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;

namespace Stillwatch.Campaigns.Joining;

/// <summary>
/// Who belongs to a flagged set although nothing ties them: accounts on their own that are like it, where so many are that they cannot be
/// strangers. By the rule of Benjamini and Hochberg (Journal of the Royal Statistical Society B 1995) on what likeness and what each did
/// itself weigh together, so that a campaign whose accounts share nothing is found whole from the few that do.
/// </summary>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="likeness">How alike two sets are.</param>
/// <param name="isAlone">Whether an account is a set of its own: who left a campaign is not, and nobody's to take.</param>
internal sealed class Adoption(IReadOnlyList<WatchedAccount> accounts, Likeness likeness, Func<int, bool> isAlone)
{
    // of those who join, so many may be strangers: a false one is an honest customer before an analyst
    private const double Strangers = 1 / 64.0;
    private const double LeastOwn = 1; // bits of an account's own without which it is nobody's
    private const double MostOwn = 4; // bits of its own that count beside likeness

    /// <summary>The accounts that belong to <paramref name="set"/>, the likest first.</summary>
    public IReadOnlyList<int> Of(int set)
    {
        List<(double Bits, int Account)> like = [];
        var judged = 0;
        foreach (var account in accounts)
        {
            if (account.Campaign != null || account.FlaggedAt != null || account.Take.Exchanges < Steps.First || !isAlone(account.Number))
            {
                continue;
            }

            judged++;
            if (Math.Log2(account.Belief.Total) is >= LeastOwn and var own && Weigh(set, account.Number, own) is > 0 and var bits)
            {
                like.Add((bits, account.Number));
            }
        }

        like.Sort((x, y) => x.Bits != y.Bits ? y.Bits.CompareTo(x.Bits) : x.Account.CompareTo(y.Account));
        var joining = like.Count;
        while (joining > 0 && like[joining - 1].Bits < Math.Log2(judged / (joining * Strangers)))
        {
            joining--;
        }

        return [.. like.Take(joining).Select(one => one.Account)];
    }

    /// <summary>What speaks for an account being of a set, in bits: how alike they are, and within bounds what it did itself.</summary>
    private double Weigh(int set, int account, double own)
    {
        if (likeness.Asking(set, account).Unlike)
        {
            return 0;
        }

        Span<double> families = stackalloc double[LinkId.Families];
        families.Clear();
        return Math.Min(own, MostOwn) + likeness.Add(set, account, families, asked: 0);
    }
}
