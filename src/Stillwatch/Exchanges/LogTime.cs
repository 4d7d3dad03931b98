using System.Buffers;
using System.Globalization;

namespace Stillwatch.Exchanges;

/// <summary>
/// Reads times as logs write them: RFC 3339, what others call ISO 8601 (a space for the T, a comma before decimals, <c>+0200</c>, no
/// offset), and counts since the epoch in seconds, milliseconds, microseconds or nanoseconds, as numbers or as text; the unit is told by
/// the size.
/// </summary>
internal static class LogTime
{
    private const int Longest = 40;
    private const decimal Largest = 1e20m; // more than the nanoseconds of any year that is taken

    private static readonly SearchValues<byte> OfNumbers = SearchValues.Create("0123456789.eE+-"u8);

    /// <summary>What a text was as a time.</summary>
    internal enum Kind
    {
        /// <summary>It is none.</summary>
        None,

        /// <summary>It is one.</summary>
        Time,

        /// <summary>It names no offset, and was taken as UTC.</summary>
        NoOffset,

        /// <summary>Day and month could be either way round.</summary>
        EitherWay,
    }

    /// <summary>Reads <paramref name="text"/>, the inside of a string or a number.</summary>
    public static Kind Read(ReadOnlySpan<byte> text, out EventTime time)
    {
        if (Rfc3339.TryParse(text, out time))
        {
            return Kind.Time;
        }

        text = text.Trim((byte)' ');
        if (text.Length is 0 or > Longest)
        {
            return Kind.None;
        }

        return IsNumber(text) ? OfEpoch(text, out time) : OfCalendar(text, out time);
    }

    /// <summary>What to say of <paramref name="field"/> where it is no time; null where it is one.</summary>
    public static string? Complaint(string field, Kind kind, ReadOnlySpan<byte> text) =>
        kind switch
        {
            Kind.Time or Kind.NoOffset => null,
            Kind.EitherWay => $"the field '{field}' is '{Shorten(text)}', of which day and month could be either way round: write it as "
                + $"2026-03-02T00:10:19Z",
            _ => $"the field '{field}' is '{Shorten(text)}' and no time such as 2026-03-02T00:10:19.162Z",
        };

    private static string Shorten(ReadOnlySpan<byte> text) =>
        System.Text.Encoding.UTF8.GetString(text.Length <= Longest ? text : text[..Longest]);

    private static bool IsNumber(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyExcept(OfNumbers)
        && text.IndexOf((byte)'-') <= 0
        && char.IsAsciiDigit((char)text[0])
        && text.Count((byte)'.') <= 1;

    private static Kind OfEpoch(ReadOnlySpan<byte> text, out EventTime time)
    {
        time = default;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number < 0)
        {
            return Kind.None;
        }

        if (number > Largest)
        {
            number = Largest; // beyond all units, and not to be multiplied: that would overflow
        }

        // Between 2000 and 2100 the four units do not overlap.
        foreach (var microsOfOne in (ReadOnlySpan<decimal>)[1_000_000m, 1_000m, 1m, 0.001m])
        {
            if (number * microsOfOne is var micros && micros >= Rfc3339.Earliest.Micros && micros < Rfc3339.Latest.Micros)
            {
                time = new EventTime((long)Math.Round(micros));
                return Kind.Time;
            }
        }

        time = new EventTime((long)Math.Min(number, 1e12m) * EventTime.Second); // absurd, and told as such
        return Kind.Time;
    }

    private static Kind OfCalendar(ReadOnlySpan<byte> text, out EventTime time)
    {
        time = default;
        Span<byte> plain = stackalloc byte[Longest + 8];
        if (
            text.Length >= 10
            && text[2] is (byte)'/' or (byte)'.'
            && text[5] == text[2]
            && Two(text, 0) is { } first
            && Two(text, 3) is { } second
            && !text[6..10].ContainsAnyExceptInRange((byte)'0', (byte)'9')
        )
        {
            if (first <= 12 && second <= 12 && first != second)
            {
                return Kind.EitherWay;
            }

            var (day, month) = second > 12 ? (second, first) : (first, second);
            text[6..10].CopyTo(plain);
            plain[4] = plain[7] = (byte)'-';
            (plain[5], plain[6], plain[8], plain[9]) = (
                (byte)('0' + month / 10),
                (byte)('0' + month % 10),
                (byte)('0' + day / 10),
                (byte)('0' + day % 10)
            );
            text[10..].CopyTo(plain[10..]);
        }
        else
        {
            text.CopyTo(plain);
            if (plain[4] is (byte)'/' or (byte)'.' && plain[7] == plain[4])
            {
                plain[4] = plain[7] = (byte)'-'; // year first: the month follows
            }
        }

        return OfIso(plain, text.Length, out time);
    }

    /// <summary>Makes RFC 3339 of its relatives, in place.</summary>
    private static Kind OfIso(Span<byte> plain, int length, out EventTime time)
    {
        time = default;
        if (length < 19)
        {
            return Kind.None;
        }

        var at = 19;
        if (length > at && plain[at] is (byte)',')
        {
            plain[at] = (byte)'.';
        }

        if (length > at && plain[at] == '.')
        {
            at++;
            while (at < length && char.IsAsciiDigit((char)plain[at]))
            {
                at++;
            }
        }

        var kind = Kind.Time;
        while (at < length && plain[at] == ' ')
        {
            plain[(at + 1)..length].CopyTo(plain[at..]); // a space before the offset
            length--;
        }

        var offset = plain[at..length];
        switch (offset.Length)
        {
            case 0:
                plain[length++] = (byte)'Z';
                kind = Kind.NoOffset;
                break;
            case 3 when offset[0] is (byte)'+' or (byte)'-': // +02
                ":00"u8.CopyTo(plain[(at + 3)..]);
                length += 3;
                break;
            case 5 when offset[0] is (byte)'+' or (byte)'-': // +0200
                plain[(at + 3)..(at + 5)].CopyTo(plain[(at + 4)..]);
                plain[at + 3] = (byte)':';
                length++;
                break;
            case 3 when offset.SequenceEqual("UTC"u8) || offset.SequenceEqual("GMT"u8):
                plain[at] = (byte)'Z';
                length = at + 1;
                break;
        }

        return Rfc3339.TryParse(plain[..length], out time) ? kind : Kind.None;
    }

    private static int? Two(ReadOnlySpan<byte> text, int at) =>
        char.IsAsciiDigit((char)text[at]) && char.IsAsciiDigit((char)text[at + 1]) ? (text[at] - '0') * 10 + text[at + 1] - '0' : null;
}
