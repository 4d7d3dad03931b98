namespace Stillwatch.Signals;

/// <summary>
/// The lasting name of a campaign, <c>c-7k2m9qt</c>, or of a lead, <c>l-7k2m9qt</c>: made from the tick in which it began and the account
/// that it began with, so that
/// a scan, a live watch and a replay of the same record give the same one. It is never given twice.
/// </summary>
public readonly record struct CampaignId : IComparable<CampaignId>
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32: nothing to mistake for something else
    private const int Digits = 7,
        BitsPerDigit = 5,
        LeadBit = Digits * BitsPerDigit;

    private readonly long _value;

    private CampaignId(long value) => _value = value;

    /// <summary>Whether it names a lead: a flagged account that stands alone.</summary>
    public bool IsLead => (_value >> LeadBit & 1) != 0;

    /// <summary>The id as a number, for saving; 0 for none.</summary>
    public long Value => _value;

    /// <summary>The id of what began in <paramref name="tick"/> with the account of <paramref name="fingerprint"/>.</summary>
    /// <param name="tick">Seconds since the epoch.</param>
    /// <param name="fingerprint">Of the account's name.</param>
    /// <param name="isLead">Whether it is a lead.</param>
    /// <param name="attempt">0; one more for each id that was taken already.</param>
    public static CampaignId Of(long tick, ulong fingerprint, bool isLead, int attempt = 0)
    {
        // SplitMix64's finaliser (Steele, Lea and Flood 2014) over both: ids that follow each other look nothing alike.
        var mixed = Mix(Mix(fingerprint + (ulong)attempt) + (ulong)tick) >> (64 - LeadBit);
        return new((long)mixed | 1L << (LeadBit + 1) | (isLead ? 1L << LeadBit : 0));
    }

    /// <summary>Takes <see cref="Value"/> back.</summary>
    public static CampaignId OfValue(long value) => new(value);

    /// <summary>Reads what <see cref="ToString"/> wrote, in either case.</summary>
    public static bool TryParse(string? text, out CampaignId id)
    {
        id = default;
        if (text is not { Length: Digits + 2 } || text[1] != '-' || char.ToLowerInvariant(text[0]) is not ('c' or 'l'))
        {
            return false;
        }

        var value = 0L;
        foreach (var letter in text.AsSpan(2))
        {
            var digit = Alphabet.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            value = value << BitsPerDigit | (uint)digit;
        }

        id = new(value | 1L << (LeadBit + 1) | (char.ToLowerInvariant(text[0]) == 'l' ? 1L << LeadBit : 0));
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(CampaignId other) => _value.CompareTo(other._value);

    /// <summary>Whether <paramref name="left"/> comes before.</summary>
    public static bool operator <(CampaignId left, CampaignId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes after.</summary>
    public static bool operator >(CampaignId left, CampaignId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not come after.</summary>
    public static bool operator <=(CampaignId left, CampaignId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not come before.</summary>
    public static bool operator >=(CampaignId left, CampaignId right) => left.CompareTo(right) >= 0;

    /// <summary>Its text; <c>none</c> for the default.</summary>
    public override string ToString()
    {
        if (_value == 0)
        {
            return "none";
        }

        Span<char> text = stackalloc char[Digits + 2];
        (text[0], text[1]) = (IsLead ? 'l' : 'c', '-');
        for (var (i, left) = (Digits + 1, _value); i > 1; i--, left >>= BitsPerDigit)
        {
            text[i] = Alphabet[(int)(left & 31)];
        }

        return new string(text);
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }
}
