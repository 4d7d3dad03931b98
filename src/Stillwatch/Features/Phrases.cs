using System.Text;

namespace Stillwatch.Features;

/// <summary>A set of phrases, each with a value, found in a prompt's word hashes in one pass: a table by the first two words.</summary>
/// <typeparam name="TValue">What a phrase stands for.</typeparam>
/// <remarks>Immutable once made, hence thread-safe. Phrases shorter than two words are not taken.</remarks>
internal sealed class Phrases<TValue>
    where TValue : struct
{
    private readonly Dictionary<ulong, List<(ulong[] Words, TValue Value)>> _byStart = [];
    private readonly ulong[] _maybe = new ulong[1024]; // a filter of 65,536 bits in front of the table: nearly every word stops here

    /// <summary>Cuts every phrase into words just as prompts are.</summary>
    public Phrases(IEnumerable<(string Phrase, TValue Value)> phrases, ulong seed)
    {
        var text = new PromptText();
        foreach (var (phrase, value) in phrases)
        {
            text.Read(Encoding.UTF8.GetBytes(phrase), seed);
            var words = text.Hashes.ToArray();
            if (words.Length < 2)
            {
                throw new ArgumentException($"The phrase '{phrase}' has fewer than two words.", nameof(phrases));
            }

            var start = Start(words[0], words[1]);
            _maybe[start >> 54] |= 1UL << (int)(start >> 48 & 63);
            if (!_byStart.TryGetValue(start, out var list))
            {
                _byStart[start] = list = [];
            }

            list.Add((words, value));
        }
    }

    /// <summary>
    /// Writes where every phrase in <paramref name="words"/> begins, and its value, into <paramref name="found"/>, in order.
    /// </summary>
    /// <returns>How many were found; at most <paramref name="found"/>'s length are written.</returns>
    public int Find(ReadOnlySpan<ulong> words, Span<(int At, TValue Value)> found)
    {
        var count = 0;
        for (var i = 0; i + 1 < words.Length && count < found.Length; i++)
        {
            var start = Start(words[i], words[i + 1]);
            if ((_maybe[start >> 54] & 1UL << (int)(start >> 48 & 63)) == 0 || !_byStart.TryGetValue(start, out var list))
            {
                continue;
            }

            foreach (var (phrase, value) in list)
            {
                if (count < found.Length && words[i..].StartsWith(phrase))
                {
                    found[count++] = (i, value);
                }
            }
        }

        return count;
    }

    private static ulong Start(ulong first, ulong second) => Sketches.KeyedHash.Mix(first * 3 + second);
}
