using Stillwatch.Campaigns.Links;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>An account that asks most like a campaign and was not flagged, and what told it apart.</summary>
/// <param name="Account">Its number.</param>
/// <param name="Likeness">How much it asks like the campaign: the Bayes factor of one common mixture, in bits.</param>
/// <param name="ToldApart">What told it apart, in plain words.</param>
public sealed record Contrast(int Account, double Likeness, string ToldApart)
{
    private static readonly int Partition = Array.FindIndex(WatchScale.Links, link => link.Id == SeedSetPartition.Id);

    /// <summary>
    /// The <paramref name="most"/> unflagged accounts outside of <paramref name="accounts"/> that ask most like them together.
    /// </summary>
    /// <param name="watch">The watch.</param>
    /// <param name="accounts">The accounts of a campaign, or a single one.</param>
    /// <param name="bits">By detector, what the readings of the campaign weigh, in bits.</param>
    /// <param name="most">How many.</param>
    public static IReadOnlyList<Contrast> Of(Watch watch, IReadOnlyList<int> accounts, double[] bits, int most = 3)
    {
        var link = WatchScale.Links[Partition];
        var together = new byte[link.Size];
        foreach (var number in accounts)
        {
            link.Merge(together, watch.Accounts[number].LinkState(Partition));
        }

        var own = accounts.ToHashSet();
        return
        [
            .. watch
                .Accounts.Where(account =>
                    account.FlaggedAt == null && !own.Contains(account.Number) && Steps.Latest(account.Take.Exchanges) > 0
                )
                .Select(account =>
                    (Account: account, Likeness: link.Compare(account.LinkState(Partition), together, watch.Background.Of(Partition)))
                )
                .OrderByDescending(one => one.Likeness)
                .ThenBy(one => one.Account.Number)
                .Take(most)
                .Select(one => new Contrast(one.Account.Number, one.Likeness, Apart(one.Account, bits, accounts, watch))),
        ];
    }

    private static string Apart(WatchedAccount account, double[] bits, IReadOnlyList<int> accounts, Watch watch)
    {
        var furthest = Enumerable.Range(0, bits.Length).MaxBy(i => bits[i] - account.Weights[i].Bits);
        var conversing = account.Take.FollowUps / (double)Math.Max(1, account.Take.Answered);
        var tie = accounts.SelectMany(number => watch.TiesBetween(account.Number, number)).Select(one => one.Bits).DefaultIfEmpty(0).Max();
        return $"{Detector.All[furthest].Id.Name} weighs {account.Weights[furthest].Bits:N1} bits of it and {bits[furthest]:N1} of "
            + $"the others ({account.Explain(furthest)}); "
            + (conversing >= 0.05 ? $"{conversing:P0} of its exchanges go on with a conversation; " : "")
            + (tie > 0 ? $"its best tie to one of them is {tie:N1} bits" : "nothing ties it to any of them");
    }
}
