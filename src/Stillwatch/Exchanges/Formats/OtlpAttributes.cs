using System.Text;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>The attributes of a span, a log record or a resource: text by name, structured values as JSON.</summary>
internal sealed class OtlpAttributes
{
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

    /// <summary>The attributes within <c>{"attributes": […]}</c>.</summary>
    public static OtlpAttributes OfOwner(ReadOnlySpan<byte> owner)
    {
        var attributes = new OtlpAttributes();
        attributes.Read(JsonSlices.Of(owner).Raw(owner, "attributes"));
        return attributes;
    }

    /// <summary>Reads a list of <c>{"key": …, "value": {"stringValue": …}}</c>; of a name that comes twice the last counts.</summary>
    public void Read(ReadOnlySpan<byte> list)
    {
        if (list.Length == 0 || list[0] != '[')
        {
            return;
        }

        var reader = JsonText.Reader(list);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var attribute = new JsonSlices();
            attribute.Read(ref reader);
            var value = attribute.Raw(list, "value");
            if (attribute.Text(list, "key") is { } key && value.Length > 2 && value[0] == '{')
            {
                _values[key] = Value(value);
            }
        }
    }

    /// <summary>Takes those of <paramref name="other"/> that are not here.</summary>
    public void AddMissing(OtlpAttributes other)
    {
        foreach (var (name, value) in other._values)
        {
            _values.TryAdd(name, value);
        }
    }

    /// <summary>Takes <paramref name="value"/> where there is none of this name.</summary>
    public void AddMissing(string name, ReadOnlySpan<byte> value)
    {
        if (!_values.ContainsKey(name))
        {
            _values[name] = value.ToArray();
        }
    }

    /// <summary>Whether there is an attribute of this name.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The value as text; null where it is not there.</summary>
    public string? Text(string name) => _values.TryGetValue(name, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>The value as bytes of text or JSON; empty where it is not there.</summary>
    public ReadOnlySpan<byte> Bytes(string name) => _values.TryGetValue(name, out var value) ? value : [];

    /// <summary>
    /// The value where it is a JSON list or object, also one that was written into a string; empty otherwise, and where it was cut off.
    /// </summary>
    public ReadOnlySpan<byte> Raw(string name) => _values.TryGetValue(name, out var value) && EmbeddedJson.IsStructure(value) ? value : [];

    /// <summary>The inner value of an AnyValue: the text of a string, the digits of a number, the JSON of a structure.</summary>
    public static byte[] Value(ReadOnlySpan<byte> value)
    {
        var reader = JsonText.Reader(value);
        if (
            !reader.Read()
            || reader.TokenType != JsonTokenType.StartObject
            || !reader.Read()
            || reader.TokenType != JsonTokenType.PropertyName
        )
        {
            return [];
        }

        var structured =
            reader.Is("arrayValue"u8) || reader.Is("kvlistValue"u8) || reader.Is("array_value"u8) || reader.Is("kvlist_value"u8);
        reader.Read();
        if (structured)
        {
            return OtlpValue.ToJson(value);
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.Null
                ? []
                : reader.ValueSpan.ToArray();
        }

        var text = new byte[reader.ValueSpan.Length + 1];
        return text[..JsonText.Unescape(reader.ValueSpan, text)];
    }
}
