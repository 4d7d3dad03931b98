using System.Numerics;
using MathNet.Numerics;

namespace Stillwatch.Corpora;

/// <summary>
/// Whether accounts deal a corpus out among themselves: accounts that know nothing of each other ask the same items by chance, and more
/// often where they take the first ones or all of them. Accounts that are dealt shares do not. Chance is reckoned within blocks of sixteen
/// neighbours, so that accounts which ask for different subjects say nothing.
/// </summary>
/// <param name="Accounts">How many accounts there are.</param>
/// <param name="Items">How many different tracked items they asked.</param>
/// <param name="Tracked">How many tracked items there are.</param>
/// <param name="Shared">How many times two of them asked one item.</param>
/// <param name="Expected">How many times they would by chance, each asking as many as it does.</param>
/// <param name="Bits">What that weighs, log₂ of one over the chance of so few, less the choice of these among all accounts: under
/// the assumption that within a block each draws by itself.</param>
public readonly record struct Dealing(int Accounts, int Items, int Tracked, long Shared, double Expected, double Bits)
{
    /// <summary>The fewest items of an account.</summary>
    public const int FewestItems = 4;

    private const int MostRounds = 64;

    /// <summary>
    /// Of <paramref name="accounts"/> those that deal the corpus out: who asks as much of what others ask as half of what chance would
    /// bring is left out, the worst first.
    /// </summary>
    /// <param name="accounts">By account what it asked of one corpus.</param>
    /// <param name="tracked">How many items of it are tracked.</param>
    /// <param name="dealt">Which of the accounts, ascending.</param>
    /// <remarks>
    /// The number of times that two ask one item is about Poisson where shares are drawn by chance (Barbour, Holst and Janson, Poisson
    /// Approximation, 1992, chapter 6). That the accounts were chosen costs log₂ of the number of ways to choose so many.
    /// </remarks>
    public static Dealing Of(IReadOnlyList<CorpusUse> accounts, int tracked, out IReadOnlyList<int> dealt)
    {
        List<int> left = [.. Enumerable.Range(0, accounts.Count).Where(one => accounts[one].Asked >= FewestItems)];
        var candidates = left.Count;
        var asking = new int[Corpus.MostTracked];
        var blocks = new int[Corpus.MostTracked / Corpus.Block];
        for (var round = 0; ; round++)
        {
            Count(left.Select(one => accounts[one]), asking, blocks);
            var tooAlike = left.Select(one => (One: one, Excess: Excess(accounts[one], asking, blocks, tracked)))
                .Where(one => one.Excess > 0)
                .OrderByDescending(one => one.Excess)
                .ThenBy(one => one.One)
                .ToList();
            if (tooAlike.Count == 0 || round == MostRounds)
            {
                break;
            }

            var most = tooAlike[0].Excess / 2;
            left.RemoveAll(tooAlike.TakeWhile(one => one.Excess >= most).Select(one => one.One).ToHashSet().Contains);
        }

        dealt = left;
        var (shared, expected) = (SharedBy(asking), Chance(left.Select(one => accounts[one]), blocks, tracked));
        var bits =
            left.Count < 2
                ? 0
                : -LogOfAtMost(shared, expected) / Math.Log(2)
                    - (SpecialFunctions.BinomialLn(candidates, left.Count) + Math.Log(candidates)) / Math.Log(2);
        return new(left.Count, asking.Count(count => count > 0), tracked, shared, expected, Math.Max(0, bits));
    }

    /// <summary>
    /// How many different tracked items <paramref name="accounts"/> asked, how many times two of them asked one, and how many times they
    /// would by chance.
    /// </summary>
    public static (int Items, long Shared, double Expected) Among(IReadOnlyList<CorpusUse> accounts, int tracked)
    {
        var asking = new int[Corpus.MostTracked];
        var blocks = new int[Corpus.MostTracked / Corpus.Block];
        Count(accounts, asking, blocks);
        return (asking.Count(count => count > 0), SharedBy(asking), Chance(accounts, blocks, tracked));
    }

    /// <summary>By item and by block, how many times it is asked.</summary>
    private static void Count(IEnumerable<CorpusUse> accounts, int[] asking, int[] blocks)
    {
        Array.Clear(asking);
        Array.Clear(blocks);
        foreach (var account in accounts)
        {
            Each(account.Items, item =>
            {
                asking[item]++;
                blocks[item / Corpus.Block]++;
            });
        }
    }

    private static long SharedBy(int[] asking) => asking.Sum(count => (long)count * (count - 1) / 2);

    /// <summary>How many times two of the accounts would ask one item, each drawing within its blocks by chance.</summary>
    private static double Chance(IEnumerable<CorpusUse> accounts, int[] blocks, int tracked)
    {
        var twice = 0.0;
        foreach (var account in accounts)
        {
            twice += ExpectedOf(account, blocks, tracked);
        }

        return twice / 2;
    }

    /// <summary>How many times others would ask what an account asks: n (s − n) / T in a block of T items where it asks n of s.</summary>
    private static double ExpectedOf(CorpusUse account, int[] blocks, int tracked)
    {
        var expected = 0.0;
        for (var block = 0; block * Corpus.Block < tracked; block++)
        {
            var own = BitOperations.PopCount(account.Items[block / 4] >> (block % 4 * Corpus.Block) & 0xFFFF);
            var size = Math.Min(Corpus.Block, tracked - block * Corpus.Block);
            expected += own == 0 ? 0 : own * (double)(blocks[block] - own) / size;
        }

        return expected;
    }

    /// <summary>By how much an account asks more of what others ask than half of what chance would bring; under 1 by chance.</summary>
    private static double Excess(CorpusUse account, int[] asking, int[] blocks, int tracked)
    {
        var shared = 0L;
        Each(account.Items, item => shared += asking[item] - 1);
        return shared > 1 ? shared - ExpectedOf(account, blocks, tracked) / 2 : 0;
    }

    private static void Each(ReadOnlySpan<ulong> items, Action<int> take)
    {
        for (var word = 0; word < items.Length; word++)
        {
            for (var left = items[word]; left != 0; left &= left - 1)
            {
                take(word << 6 | BitOperations.TrailingZeroCount(left));
            }
        }
    }

    /// <summary>
    /// The natural logarithm of the chance that a Poisson variable of mean <paramref name="mean"/> is at most <paramref name="most"/>.
    /// </summary>
    internal static double LogOfAtMost(long most, double mean)
    {
        if (most >= mean)
        {
            return Math.Log(SpecialFunctions.GammaUpperRegularized(most + 1.0, Math.Max(mean, double.Epsilon)));
        }

        // Terms fall from the last one on: P(i − 1) = P(i) · i / mean.
        var (sum, term) = (1.0, 1.0);
        for (var i = most; i > 0 && term > 1e-17; i--)
        {
            term *= i / mean;
            sum += term;
        }

        return most * Math.Log(mean) - mean - SpecialFunctions.GammaLn(most + 1.0) + Math.Log(sum);
    }
}
