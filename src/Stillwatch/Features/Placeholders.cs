using System.Buffers;

namespace Stillwatch.Features;

/// <summary>
/// Tells what a log writes in the place of a text that it does not keep, such as <c>redacted-by-litellm</c>, <c>[REDACTED]</c> or
/// <c>***</c>. To take it for the text would make every request the repeat of every other.
/// </summary>
internal static class Placeholders
{
    private const int Longest = 64;

    private static readonly SearchValues<byte> Masks = SearchValues.Create("*xX.#-_"u8);

    /// <summary>The words that such a text is made of, whatever stands between them.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "redacted",
        "hidden",
        "masked",
        "filtered",
        "omitted",
        "removed",
        "scrubbed",
        "anonymized",
        "anonymised",
        "sanitized",
        "suppressed",
        "withheld",
        "elided",
        "truncated",
        "content",
        "prompt",
        "message",
        "messages",
        "text",
        "input",
        "user",
        "by",
        "litellm",
        "data",
        "pii",
        "for",
        "privacy",
        "not",
        "logged",
        "stored",
        "captured",
        "recorded",
        "disabled",
        "logging",
    };

    /// <summary>Of those, the ones of which at least one is there.</summary>
    private static readonly HashSet<string> Signs = new(StringComparer.Ordinal)
    {
        "redacted",
        "hidden",
        "masked",
        "filtered",
        "omitted",
        "removed",
        "scrubbed",
        "anonymized",
        "anonymised",
        "sanitized",
        "suppressed",
        "withheld",
        "elided",
        "truncated",
        "not",
        "disabled",
    };

    /// <summary>Whether <paramref name="text"/> (UTF-8) stands for a text that is not there.</summary>
    public static bool Is(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.Length is 0 or > Longest)
        {
            return text.Length == 0;
        }

        if (text.Length >= 3 && !text.ContainsAnyExcept(Masks))
        {
            return true;
        }

        Span<char> lower = stackalloc char[Longest];
        var (signs, words, length) = (0, 0, 0);
        var lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();
        var signLookup = Signs.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? (char)text[i] : ' ';
            if (char.IsAsciiLetter(letter))
            {
                lower[length++] = char.ToLowerInvariant(letter);
                continue;
            }

            if (letter >= 0x80 || char.IsAsciiDigit(letter) || letter is '?' or ',' or '"')
            {
                return false; // somebody wrote it
            }

            if (length > 0)
            {
                if (!lookup.Contains(lower[..length]))
                {
                    return false;
                }

                words++;
                signs += signLookup.Contains(lower[..length]) ? 1 : 0;
                length = 0;
            }
        }

        return words > 0 && signs > 0;
    }
}
