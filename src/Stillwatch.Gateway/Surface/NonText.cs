using System.Text.Json;

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
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("type"u8) && reader.Read() && reader.TokenType == JsonTokenType.String
                    && (reader.ValueTextEquals("image_url"u8) || reader.ValueTextEquals("input_image"u8) || reader.ValueTextEquals("image"u8) || reader.ValueTextEquals("input_audio"u8)
                        || reader.ValueTextEquals("audio"u8) || reader.ValueTextEquals("file"u8) || reader.ValueTextEquals("input_file"u8) || reader.ValueTextEquals("document"u8)))
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
