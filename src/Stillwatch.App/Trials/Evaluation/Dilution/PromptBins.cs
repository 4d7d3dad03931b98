using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Evaluation.Dilution;

/// <summary>
/// The form and the words of a prompt as a set of bins out of 12,288: each pair of thirteen properties of its form, and each of its words.
/// A prompt is in a bin or not, so that counts over prompts are binomial. One property is shared by half of any honest traffic; a pair of
/// them is a habit.
/// </summary>
internal static partial class PromptBins
{
    /// <summary>How many bins there are.</summary>
    public const int Count = PairBins + WordBins;

    private const int PairBins = 8192;
    private const int WordBins = 4096;
    private const int MostRead = 8_000; // characters

    private static readonly HashSet<string> FunctionWords = new(
        "a an the of to in for on and or is are was be with from by that this it as at i my me you your we our what which how can could would should do does please if when who where why not have has".Split(
            ' '
        ),
        StringComparer.Ordinal
    );

    /// <summary>The bins of <paramref name="prompt"/>, ascending.</summary>
    public static int[] Of(string prompt)
    {
        var text = prompt.Length > MostRead ? prompt[..MostRead] : prompt;
        var (tokens, words) = Tokens(text);
        var bins = new HashSet<int>();
        foreach (var word in words)
        {
            bins.Add(PairBins + (int)(Hash("w" + word) % WordBins));
        }

        var properties = Properties(text, tokens, words).Select((value, i) => Hash($"{i}:{value}")).ToArray();
        for (var i = 0; i < properties.Length; i++)
        {
            for (var j = i + 1; j < properties.Length; j++)
            {
                bins.Add((int)(KeyedHash.Fold(properties[i], properties[j]) % PairBins));
            }
        }

        return [.. bins.Order()];
    }

    private static IEnumerable<string> Properties(string text, List<string> tokens, List<string> words)
    {
        var n = text.Length;
        string Share(int count, int most) =>
            count == 0 || n == 0 ? "0" : (1 + Math.Min(most - 1, 40 * count / n)).ToString(CultureInfo.InvariantCulture);
        var lines = text.Count(c => c == '\n') + 1;
        var trimmed = text.Trim();
        var foreign = text.Count(c => c > 127);
        var lower = text.ToLowerInvariant();
        yield return ((int)(2 * Math.Log2(n + 1))).ToString(CultureInfo.InvariantCulture);
        yield return (lines < 4 ? lines : Math.Min(7, 4 + (int)Math.Log2(lines / 4.0))).ToString(CultureInfo.InvariantCulture);
        yield return tokens.Count == 0 ? "" : tokens[0];
        yield return trimmed.Length == 0 ? "" : trimmed[^1].ToString();
        yield return foreign == 0 ? "0"
        : foreign * 20 < n ? "1"
        : text.Count(IsCjk) * 2 > n ? "2"
        : "3";
        yield return Share(text.Count(char.IsUpper), 3);
        yield return Share(text.Count(char.IsDigit), 3);
        yield return Share(text.Count(c => !char.IsLetterOrDigit(c) && !char.IsWhiteSpace(c)), 4);
        yield return Math.Min(4, SentenceEnd().Count(text)).ToString(CultureInfo.InvariantCulture);
        yield return n > 0 && char.IsUpper(text[0]) ? "1" : "0";
        yield return (8 * words.Count(FunctionWords.Contains) / Math.Max(1, words.Count)).ToString(CultureInfo.InvariantCulture);
        yield return (words.Exists(word => word is "i" or "my" or "me" or "we" or "our") ? "1" : "0")
            + (words.Exists(word => word is "you" or "your") ? "1" : "0");
        yield return (lower.Contains(" a ", StringComparison.Ordinal) || lower.Contains(" an ", StringComparison.Ordinal) ? "1" : "0")
            + (lower.Contains(" the ", StringComparison.Ordinal) ? "1" : "0");
    }

    /// <summary>Words, numbers and marks in order; words of scripts without spaces are pairs of characters.</summary>
    private static (List<string> Tokens, List<string> Words) Tokens(string text)
    {
        List<string> tokens = [],
            words = [];
        foreach (var match in Token().EnumerateMatches(text))
        {
            var token = text.Substring(match.Index, match.Length);
            if (IsCjk(token[0]))
            {
                for (var i = 0; i < Math.Max(1, token.Length - 1); i++)
                {
                    var pair = token.Substring(i, Math.Min(2, token.Length - i));
                    tokens.Add(pair);
                    words.Add(pair);
                }
            }
            else if (char.IsLetter(token[0]))
            {
                var word = token.ToLowerInvariant();
                tokens.Add(word);
                words.Add(word);
            }
            else if (char.IsDigit(token[0]))
            {
                tokens.Add("#");
                words.Add("#" + Math.Min(5, token.Length).ToString(CultureInfo.InvariantCulture));
            }
            else
            {
                tokens.Add(token);
            }
        }

        return (tokens, words);
    }

    private static bool IsCjk(char c) => c is >= '\u3040' and <= '\u30ff' or >= '\u3400' and <= '\u9fff' or >= '\uac00' and <= '\ud7af';

    private static ulong Hash(string text) => KeyedHash.ForScan.Of(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex(
        @"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\d+|[^\w\s]",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Token();

    [GeneratedRegex(@"[.!?。！？](\s|$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SentenceEnd();
}
