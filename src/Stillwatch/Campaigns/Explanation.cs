using Stillwatch.Corpora;

namespace Stillwatch.Campaigns;

/// <summary>Why somebody who stands out is not flagged: what they ask is known, and each of them asks it.</summary>
/// <param name="Corpus">The benchmark.</param>
/// <param name="Share">The share of the exchanges that ask it, 0 to 1.</param>
/// <param name="Items">How many of its tracked items were asked.</param>
/// <param name="Models">The most models that one account asked.</param>
public sealed record Explanation(Corpus Corpus, double Share, int Items, int Models)
{
    private const double LeastShare = 0.8;
    private const int FewestItems = 20;
    private const double LeastExpected = 5; // that two ask one item: below it sharing out cannot be told from chance

    /// <summary>In words.</summary>
    public string Text =>
        $"an evaluation: {Share:P0} of the requests ask {Corpus.Called}, {Items:N0} of its {Corpus.Tracked:N0} items that are followed"
        + (Models > 1 ? $", of {Models} models" : "");

    /// <summary>
    /// What explains a group or a single account: four fifths of the requests ask a known benchmark, twenty items and more, and where there
    /// are several accounts they ask the same items as often as half of what chance would bring. What they say of themselves counts nothing.
    /// </summary>
    /// <returns>Null where nothing explains it.</returns>
    public static Explanation? Of(IReadOnlyList<WatchedAccount> accounts, CorpusIndex corpora)
    {
        foreach (var corpus in corpora.Corpora.Where(corpus => corpus.Kind == CorpusKind.Benchmark).OrderBy(corpus => corpus.Number))
        {
            List<CorpusUse> uses = [.. accounts.SelectMany(account => account.Known).Where(use => use.Corpus == corpus.Number)];
            var share = (double)uses.Sum(use => use.Exchanges) / Math.Max(1, accounts.Sum(account => account.Take.Exchanges));
            if (share < LeastShare || accounts.Any(account => account.DealtFrom != 0))
            {
                continue;
            }

            var (items, shared, expected) = Dealing.Among(uses, corpus.Tracked);
            if (items >= FewestItems && (accounts.Count == 1 || (expected >= LeastExpected && shared >= expected / 2)))
            {
                return new(corpus, share, items, uses.Max(use => use.Models));
            }
        }

        return null;
    }
}
