using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>The attributes of a span or a resource: text by name, structured values as JSON.</summary>
internal sealed class OtlpAttributes
{
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    /// <summary>Reads the attributes within <c>{"attributes": […]}</c>.</summary>
    public void ReadOwner(ReadOnlySpan<byte> owner)
    {
        var reader = JsonText.Reader(owner);
        reader.Read();
        var fields = new JsonSlices();
        fields.Read(ref reader);
        Read(fields.Raw(owner, "attributes"));
    }

    /// <summary>Reads a list of <c>{"key": …, "value": {"stringValue": …}}</c>.</summary>
    /// <param name="list">The list.</param>
    /// <param name="later">Whether values that are there already stay.</param>
    public void Read(ReadOnlySpan<byte> list, bool later = false)
    {
        if (list.Length == 0)
        {
            return;
        }

        var reader = JsonText.Reader(list);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var attribute = new JsonSlices();
            attribute.Read(ref reader);
            var key = attribute.Raw(list, "key");
            var value = attribute.Raw(list, "value");
            if (key.Length > 2 && value.Length > 2)
            {
                if (later)
                {
                    _values.TryAdd(Plain(key), Value(value));
                }
                else
                {
                    _values[Plain(key)] = Value(value);
                }
            }
        }
    }

    /// <summary>Reads the attributes of a span's events: text may stand on an event of its own (<c>gen_ai.client.inference.operation.details</c>).</summary>
    public void ReadEvents(ReadOnlySpan<byte> events)
    {
        if (events.Length == 0)
        {
            return;
        }

        var reader = JsonText.Reader(events);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var fields = new JsonSlices();
            fields.Read(ref reader);
            Read(fields.Raw(events, "attributes"), later: true);
        }
    }

    /// <summary>A string as it stands between its quotes.</summary>
    public static string Plain(ReadOnlySpan<byte> raw) => System.Text.Encoding.UTF8.GetString(raw.Trim((byte)'"'));

    /// <summary>The value as text; null where it is not there.</summary>
    public string? Text(string name) => _values.TryGetValue(name, out var value) ? System.Text.Encoding.UTF8.GetString(value) : null;

    /// <summary>The value where it is a JSON list or object, also one that was written into a string; empty otherwise, and where it was cut off.</summary>
    public ReadOnlySpan<byte> Raw(string name) => _values.TryGetValue(name, out var value) && EmbeddedJson.IsStructure(value) ? value : [];

    /// <summary>The inner value: the text of a string, the digits of a number, the JSON of a structure.</summary>
    private static byte[] Value(ReadOnlySpan<byte> value)
    {
        var reader = JsonText.Reader(value);
        reader.Read();
        reader.Read();
        var structured = reader.Is("arrayValue"u8) || reader.Is("kvlistValue"u8) || reader.Is("array_value"u8) || reader.Is("kvlist_value"u8);
        reader.Read();
        if (structured)
        {
            return OtlpValue.ToJson(value);
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return reader.HasValueSequence ? [] : reader.ValueSpan.ToArray();
        }

        var text = new byte[reader.ValueSpan.Length + 1];
        return text[..JsonText.Unescape(reader.ValueSpan, text)];
    }
}
