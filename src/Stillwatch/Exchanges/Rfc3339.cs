namespace Stillwatch.Exchanges;

/// <summary>Reads times as written in RFC 3339, section 5.6, without allocation.</summary>
public static class Rfc3339
{
    /// <summary>The earliest time taken for real: no language model was served before. Earlier times are clock faults.</summary>
    public static EventTime Earliest { get; } = new(946_684_800L * EventTime.Second); // 2000-01-01

    /// <summary>The first time no longer taken for real.</summary>
    public static EventTime Latest { get; } = new(4_102_444_800L * EventTime.Second); // 2100-01-01

    /// <summary>
    /// Reads <c>2026-03-02T00:10:19.162Z</c>, with any number of decimals (those beyond microseconds are cut) and any offset.
    /// </summary>
    /// <returns>False where it is no such time; the range is not checked here.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out EventTime time)
    {
        time = default;
        if (
            text.Length < 20
            || text[4] != '-'
            || text[7] != '-'
            || (text[10] | 0x20) is not ('t' or ' ')
            || text[13] != ':'
            || text[16] != ':'
        )
        {
            return false;
        }

        if (
            !Digits(text[..4], out var year)
            || !Digits(text[5..7], out var month)
            || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour)
            || !Digits(text[14..16], out var minute)
            || !Digits(text[17..19], out var second)
            || year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 60
        )
        {
            return false;
        }

        var at = 19;
        var micros = 0L;
        if (text[at] == '.')
        {
            var unit = 100_000L;
            for (at++; at < text.Length && char.IsAsciiDigit((char)text[at]); at++, unit /= 10)
            {
                micros += unit * (text[at] - '0');
            }
        }

        if (!Offset(text[at..], out var offsetMinutes))
        {
            return false;
        }

        var days = new DateOnly(year, month, day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        time = new(((((days * 24L) + hour) * 60L + minute - offsetMinutes) * 60L + second) * EventTime.Second + micros);
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return (text[0] | 0x20) == 'z';
        }

        if (
            text.Length != 6
            || text[0] is not ((byte)'+' or (byte)'-')
            || text[3] != ':'
            || !Digits(text[1..3], out var hours)
            || !Digits(text[4..6], out var rest)
            || hours > 23
            || rest > 59
        )
        {
            return false;
        }

        minutes = (text[0] == '-' ? -1 : 1) * (hours * 60 + rest);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = value * 10 + (digit - '0');
        }

        return true;
    }
}
