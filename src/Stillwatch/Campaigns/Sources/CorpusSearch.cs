using Stillwatch.Campaigns.Subjects;
using Stillwatch.Corpora;

namespace Stillwatch.Campaigns.Sources;

/// <summary>Looks for accounts that deal a known corpus out among themselves, every six hours of event time.</summary>
/// <param name="accounts">The watch's accounts, by number.</param>
/// <param name="corpora">The known corpora.</param>
/// <param name="rules">At which error rate, over all corpora and all looks of a period.</param>
internal sealed class CorpusSearch(IReadOnlyList<WatchedAccount> accounts, CorpusIndex corpora, WatchRules rules)
{
    private const int LooksOfPeriod = WatchRules.PeriodDays * 4;

    /// <summary>The bits that are asked.</summary>
    public double Asked => Math.Log2(LooksOfPeriod * corpora.Corpora.Count / rules.CorpusAlpha);

    /// <summary>By corpus that is dealt out: how far, and among whom.</summary>
    public IEnumerable<(CorpusFound Found, IReadOnlyList<WatchedAccount> Accounts)> Look()
    {
        foreach (var account in accounts)
        {
            if (account.Campaign is not { DetectedAt: not null, Corpus: not null })
            {
                account.DealtFrom = 0; // as of the last look
            }
        }

        foreach (var corpus in corpora.Corpora.OrderBy(corpus => corpus.Number))
        {
            List<(WatchedAccount Account, CorpusUse Use)> asking =
            [
                .. accounts
                    .Select(account => (Account: account, Use: account.Known.FirstOrDefault(use => use.Corpus == corpus.Number)!))
                    .Where(one => one.Use != null && !one.Account.Facts.Verified && one.Use.Exchanges * 2 >= one.Account.AnsweredInPeriod)
                    .OrderBy(one => one.Account.Fingerprint)
                    .ThenBy(one => one.Account.Number),
            ];
            var reading = Dealing.Of([.. asking.Select(one => one.Use)], corpus.Tracked, out var dealt);
            if (reading.Accounts < rules.FewestAccounts || reading.Bits < Asked)
            {
                continue;
            }

            List<WatchedAccount> among = [.. dealt.Select(one => asking[one].Account)];
            among.ForEach(account => account.DealtFrom = corpus.Number);
            yield return (new(corpus.Called, reading), among);
        }
    }
}
