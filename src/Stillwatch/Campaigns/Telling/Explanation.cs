using Stillwatch.Campaigns.Subjects;
using Stillwatch.Corpora;

namespace Stillwatch.Campaigns.Telling;

/// <summary>Why somebody who stands out is not flagged: what they ask is known, and each of them asks it.</summary>
/// <param name="Corpora">The benchmarks, the most asked first.</param>
/// <param name="Share">The share of the answered exchanges that ask hardly anything but their items, 0 to 1; of several accounts the
/// lowest.</param>
/// <param name="Items">How many of their tracked items were asked.</param>
/// <param name="Tracked">How many they have.</param>
/// <param name="Models">The most models that one account asked.</param>
public sealed record Explanation(IReadOnlyList<Corpus> Corpora, double Share, int Items, int Tracked, int Models)
{
    private const double LeastShare = 0.8;
    private const int FewestItems = 20;
    private const int MostRepeats = 10; // of an item and a model, on average
    private const double LeastExpected = 5; // that two ask one item: below it sharing out cannot be told from chance

    /// <summary>In words.</summary>
    public string Text =>
        $"an evaluation: {Share:P0} of the answered requests are hardly more than items of "
        + $"{string.Join(" and ", Corpora.Select(corpus => corpus.Called))}, {Items:N0} of the {Tracked:N0} items that are followed"
        + (Models > 1 ? $", of {Models} models" : "");

    /// <summary>
    /// What explains a group or a single account: four fifths of what each of them was answered asks known benchmarks and hardly anything
    /// else, twenty items and more, each ten times a model at most. Several accounts have to ask the same items as often as half of what
    /// chance would bring. What they say of themselves counts nothing.
    /// </summary>
    /// <returns>Null where nothing explains it.</returns>
    public static Explanation? Of(IReadOnlyList<WatchedAccount> accounts, CorpusIndex corpora)
    {
        var share = 1.0;
        Dictionary<byte, List<CorpusUse>> byCorpus = [];
        foreach (var account in accounts)
        {
            var uses = account.Known.Where(use => corpora.Of(use.Corpus)?.Kind == CorpusKind.Benchmark).ToList();
            share = Math.Min(share, (double)uses.Sum(use => use.Prompts) / Math.Max(1, account.AnsweredInPeriod));
            if (share < LeastShare || account.DealtFrom != 0 || uses.Exists(use => IsRepeated(use, corpora.Of(use.Corpus)!)))
            {
                return null;
            }

            foreach (var use in uses)
            {
                (byCorpus.TryGetValue(use.Corpus, out var all) ? all : byCorpus[use.Corpus] = []).Add(use);
            }
        }

        var (items, tracked) = (0, 0);
        foreach (var (number, uses) in byCorpus)
        {
            var corpus = corpora.Of(number)!;
            var (asked, shared, expected) = uses.Count == 1 ? (uses[0].Asked, 0, 0) : Dealing.Among(uses, corpus.Tracked);
            if (accounts.Count > 1 && (expected < LeastExpected || shared < expected / 2))
            {
                return null;
            }

            (items, tracked) = (items + asked, tracked + corpus.Tracked);
        }

        return accounts.Count == 0 || items < FewestItems
            ? null
            : new(
                [.. byCorpus.OrderByDescending(one => one.Value.Sum(use => use.Exchanges)).Select(one => corpora.Of(one.Key)!)],
                share,
                items,
                tracked,
                byCorpus.Values.Max(uses => uses.Max(use => use.Models))
            );
    }

    private static bool IsRepeated(CorpusUse use, Corpus corpus) =>
        use.Exchanges > (double)MostRepeats * use.Models * use.Asked * corpus.Items / corpus.Tracked;
}
