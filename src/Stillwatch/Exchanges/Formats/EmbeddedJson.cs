using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>A list or an object that was written into a string, as exporters do that know only plain values.</summary>
internal static class EmbeddedJson
{
    /// <summary>
    /// The list or object within <paramref name="raw"/> where that is a string with one in it; else <paramref name="raw"/> itself.
    /// </summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> raw)
    {
        if (raw.Length < 4 || raw[0] != '"')
        {
            return raw;
        }

        var text = new byte[raw.Length];
        var plain = text.AsSpan(0, JsonText.Unescape(raw[1..^1], text));
        return IsStructure(plain) ? plain : raw;
    }

    /// <summary>Whether <paramref name="text"/> is a list or an object of JSON, whole.</summary>
    public static bool IsStructure(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] is not ((byte)'[' or (byte)'{'))
        {
            return false;
        }

        try
        {
            var reader = JsonText.Reader(text);
            while (reader.Read())
            {
                // Only its form is looked at.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
