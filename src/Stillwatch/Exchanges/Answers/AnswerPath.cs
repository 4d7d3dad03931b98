using System.Text;
using System.Text.Json;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// Finds a string in an answer by the names that lead to it, in one pass and without parsing the rest. It throws on nothing: an answer that
/// is no JSON, or is broken off, has what came before the fault.
/// </summary>
internal static class AnswerPath
{
    private const int Most = 64;

    /// <summary>The first string at a path that is meant; null where there is none.</summary>
    /// <param name="answer">The answer's bytes.</param>
    /// <param name="path">Names from the outside in, each at most 48 bytes of ASCII. Of a list each object is looked at.</param>
    /// <param name="isMeant">Whether a string is meant. Of a longer one it sees 64 bytes.</param>
    public static string? First(ReadOnlySpan<byte> answer, ReadOnlySpan<byte[]> path, Func<string, bool> isMeant)
    {
        var reader = JsonText.Reader(answer);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? In(ref reader, path, isMeant) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Looks into the object that <paramref name="reader"/> stands on, and leaves it on the object's end where nothing is found.
    /// </summary>
    private static string? In(ref Utf8JsonReader reader, ReadOnlySpan<byte[]> path, Func<string, bool> isMeant)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNext = reader.Is(path[0]);
            reader.Read();
            if ((isNext ? At(ref reader, path[1..], isMeant) : null) is { } found)
            {
                return found;
            }

            reader.Skip();
        }

        return null;
    }

    /// <summary>Looks at a value under the last name that was found; leaves <paramref name="reader"/> on the value's end.</summary>
    private static string? At(ref Utf8JsonReader reader, ReadOnlySpan<byte[]> path, Func<string, bool> isMeant)
    {
        if (path.IsEmpty)
        {
            return reader.TokenType == JsonTokenType.String && Text(ref reader) is var text && isMeant(text) ? text : null;
        }

        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return In(ref reader, path, isMeant);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if ((reader.TokenType == JsonTokenType.StartObject ? In(ref reader, path, isMeant) : null) is { } found)
            {
                return found;
            }

            reader.Skip(); // a list in a list; elsewhere nothing is left to skip
        }

        return null;
    }

    /// <summary>The beginning of a string; what is no UTF-8 in it becomes U+FFFD, as do surrogates without their half.</summary>
    private static string Text(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(raw[..Math.Min(Most, raw.Length)]);
        }

        var plain = new byte[raw.Length + 1];
        return Encoding.UTF8.GetString(plain.AsSpan(0, Math.Min(Most, JsonText.Unescape(raw, plain))));
    }
}
