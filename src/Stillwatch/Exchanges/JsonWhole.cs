using System.Globalization;
using System.Text.Json;

namespace Stillwatch.Exchanges;

/// <summary>Whole numbers as servers take them: <c>100</c>, <c>100.0</c> and, with lax validation, <c>"100"</c>.</summary>
internal static class JsonWhole
{
    /// <summary>
    /// Reads the value that <paramref name="reader"/> stands on; what is beyond 64 bits is the largest or the least number.
    /// </summary>
    /// <returns>False where it is no whole number.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out value) || reader.TryGetDouble(out var number) && TryWhole(number, out value);
        }

        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.ValueSpan.Length > 40)
        {
            return false;
        }

        var text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value)
            || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) && TryWhole(fraction, out value);
    }

    /// <summary>Whether <paramref name="body"/> begins as an object or a list.</summary>
    public static bool Begins(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    /// <summary>
    /// Whether <paramref name="body"/>, if it begins as an object or a list, is one whole JSON value; true of what begins as neither.
    /// </summary>
    public static bool IsOne(ReadOnlySpan<byte> body)
    {
        if (!Begins(body))
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 1000 });
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryWhole(double number, out long value)
    {
        value =
            number >= long.MaxValue ? long.MaxValue
            : number <= long.MinValue ? long.MinValue
            : double.IsNaN(number) ? 0
            : (long)number;
        return double.IsFinite(number) && number == Math.Floor(number);
    }
}
