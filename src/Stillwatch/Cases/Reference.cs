namespace Stillwatch.Cases;

/// <summary>
/// References that people read out over a telephone: a prefix, a dash and eight digits of Crockford's base 32 (nothing to mistake for
/// something else). They are made by chance, so that nobody learns from one how many there are.
/// </summary>
public static class Reference
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Digits = 8;

    /// <summary>The reference that <paramref name="chance"/> makes; its low 40 bits count.</summary>
    public static string Of(string prefix, ulong chance)
    {
        Span<char> digits = stackalloc char[Digits];
        for (var i = Digits - 1; i >= 0; i--, chance >>= 5)
        {
            digits[i] = Alphabet[(int)(chance & 31)];
        }

        return $"{prefix}-{digits}";
    }

    /// <summary>Reads one of <paramref name="prefix"/>, in either case.</summary>
    /// <param name="prefix">What it must begin with.</param>
    /// <param name="text">What somebody typed.</param>
    /// <param name="plain">In small letters; empty where it is none.</param>
    public static bool TryParse(string prefix, string? text, out string plain)
    {
        plain = "";
        if (text?.Length != prefix.Length + 1 + Digits)
        {
            return false;
        }

        var small = text.ToLowerInvariant();
        if (!small.StartsWith(prefix, StringComparison.Ordinal) || small[prefix.Length] != '-')
        {
            return false;
        }

        foreach (var digit in small.AsSpan(prefix.Length + 1))
        {
            if (!Alphabet.Contains(digit, StringComparison.Ordinal))
            {
                return false;
            }
        }

        plain = small;
        return true;
    }
}
