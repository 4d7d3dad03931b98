using System.Text.Json;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Surface;

/// <summary>Whether a request has parts that are no text, in any dialect.</summary>
internal static class NonText
{
    /// <summary>Looks at the types of all parts of <paramref name="body"/>.</summary>
    public static bool In(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 126 });
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.Is("type"u8) && reader.Read() && reader.TokenType == JsonTokenType.String
                    && (reader.Is("image_url"u8) || reader.Is("input_image"u8) || reader.Is("image"u8) || reader.Is("input_audio"u8)
                        || reader.Is("audio"u8) || reader.Is("file"u8) || reader.Is("input_file"u8) || reader.Is("document"u8)))
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON: another rule decides about it.
        }

        return false;
    }
}
