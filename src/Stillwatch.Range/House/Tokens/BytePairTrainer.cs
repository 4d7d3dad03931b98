using System.Text;

namespace Stillwatch.Range.House.Tokens;

/// <summary>
/// Finds the merges of a byte-pair tokenizer (Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units",
/// ACL 2016, section 3.2): the pair that comes most often becomes one, again and again; of pairs that come equally often the first in the
/// order of their letters.
/// </summary>
internal static class BytePairTrainer
{
    /// <summary>
    /// The merges, first ones first, that bring 256 bytes to <paramref name="size"/> tokens; fewer where nothing comes twice.
    /// </summary>
    /// <param name="texts">What the model will read.</param>
    /// <param name="size">How many tokens of text there shall be.</param>
    public static IReadOnlyList<(string Left, string Right)> Train(IEnumerable<string> texts, int size)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (var piece in Pieces.Regex.EnumerateMatches(text))
            {
                var letters = string.Concat(Encoding.UTF8.GetBytes(text[piece.Index..(piece.Index + piece.Length)]).Select(ByteLetters.Of));
                counts[letters] = counts.GetValueOrDefault(letters) + 1;
            }
        }

        var words = counts.Select(word => (Parts: word.Key.Select(letter => letter.ToString()).ToList(), word.Value)).ToList();
        List<(string, string)> merges = [];
        while (merges.Count + 256 < size && Best(words) is { } best)
        {
            merges.Add(best);
            foreach (var (parts, _) in words)
            {
                Merge(parts, best);
            }
        }

        return merges;
    }

    private static (string Left, string Right)? Best(List<(List<string> Parts, long Count)> words)
    {
        var pairs = new Dictionary<(string Left, string Right), long>();
        foreach (var (parts, count) in words)
        {
            for (var i = 1; i < parts.Count; i++)
            {
                pairs[(parts[i - 1], parts[i])] = pairs.GetValueOrDefault((parts[i - 1], parts[i])) + count;
            }
        }

        var most = pairs.Values.DefaultIfEmpty(0).Max();
        return most < 2
            ? null
            : pairs
                .Where(pair => pair.Value == most)
                .Select(pair => pair.Key)
                .OrderBy(pair => pair.Left, StringComparer.Ordinal)
                .ThenBy(pair => pair.Right, StringComparer.Ordinal)
                .First();
    }

    private static void Merge(List<string> parts, (string Left, string Right) pair)
    {
        for (var i = 1; i < parts.Count; i++)
        {
            if (parts[i - 1] == pair.Left && parts[i] == pair.Right)
            {
                parts[i - 1] += pair.Right;
                parts.RemoveAt(i);
            }
        }
    }
}
