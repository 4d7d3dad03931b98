using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>OTLP's AnyValue to plain JSON: <c>{"arrayValue":{"values":[{"stringValue":"a"}]}}</c> to <c>["a"]</c>.</summary>
internal static class OtlpValue
{
    /// <summary>The plain JSON of the AnyValue <paramref name="value"/>.</summary>
    public static byte[] ToJson(ReadOnlySpan<byte> value)
    {
        var into = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(into, new JsonWriterOptions { SkipValidation = true }))
        {
            var reader = JsonText.Reader(value);
            reader.Read();
            Any(ref reader, writer);
        }

        return into.WrittenSpan.ToArray();
    }

    private static void Any(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        var written = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var list = reader.Is("arrayValue"u8) || reader.Is("array_value"u8);
            var map = reader.Is("kvlistValue"u8) || reader.Is("kvlist_value"u8);
            reader.Read();
            if (list || map)
            {
                Values(ref reader, writer, map);
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                // Written as it stands, escapes included: a lone surrogate must not stop the translation.
                writer.WriteRawValue([(byte)'"', .. reader.ValueSpan, (byte)'"'], skipInputValidation: true);
            }
            else
            {
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
            }

            written = true;
        }

        if (!written)
        {
            writer.WriteNullValue();
        }
    }

    private static void Values(ref Utf8JsonReader reader, Utf8JsonWriter writer, bool map)
    {
        if (map)
        {
            writer.WriteStartObject();
        }
        else
        {
            writer.WriteStartArray();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read(); // "values": [
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                if (map)
                {
                    Entry(ref reader, writer);
                }
                else
                {
                    Any(ref reader, writer);
                }
            }
        }

        if (map)
        {
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteEndArray();
        }
    }

    /// <summary>A key and its value, in either order; without a key it is passed over, without a value it is null.</summary>
    private static void Entry(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        Utf8JsonReader key = default,
            value = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isKey, isValue) = (reader.Is("key"u8), reader.Is("value"u8));
            reader.Read();
            key = isKey && reader.TokenType == JsonTokenType.String ? reader : key;
            value = isValue && reader.TokenType == JsonTokenType.StartObject ? reader : value;
            reader.Skip();
        }

        if (key.TokenType != JsonTokenType.String)
        {
            return;
        }

        writer.WritePropertyName(key.ValueIsEscaped ? "?"u8 : key.ValueSpan);
        if (value.TokenType == JsonTokenType.StartObject)
        {
            Any(ref value, writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
