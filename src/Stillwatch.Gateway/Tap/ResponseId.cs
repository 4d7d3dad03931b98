using System.Text.Json;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Tap;

/// <summary>Finds the id of a response in the beginning of an answer of the Responses API.</summary>
internal static class ResponseId
{
    private const int MostEvents = 4, Longest = 512;

    /// <summary>The id; null where none stands there.</summary>
    /// <param name="answer">The answer, or its first part.</param>
    /// <param name="stream">Whether it is a stream of events.</param>
    public static string? Of(ReadOnlySpan<byte> answer, bool stream)
    {
        if (!stream)
        {
            return In(answer, inside: false);
        }

        for (var events = 0; events < MostEvents; events++)
        {
            var at = answer.IndexOf("data:"u8);
            if (at < 0)
            {
                return null;
            }

            answer = answer[(at + 5)..];
            var end = answer.IndexOfAny((byte)'\n', (byte)'\r');
            if (In(end < 0 ? answer : answer[..end], inside: true) is { } id)
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>The <c>id</c> of an object, or of the response in it; also where the object is not whole.</summary>
    private static string? In(ReadOnlySpan<byte> json, bool inside)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.Is("id"u8);
                var isResponse = inside && reader.Is("response"u8);
                if (!reader.Read())
                {
                    return null;
                }

                if (isResponse && reader.TokenType == JsonTokenType.StartObject)
                {
                    inside = false;
                    continue;
                }

                if (isId && !inside && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= Longest)
                {
                    return reader.GetString();
                }

                if (!reader.TrySkip())
                {
                    return null;
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // No id of a response.
        }

        return null;
    }
}
