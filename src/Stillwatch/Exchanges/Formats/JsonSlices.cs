using System.Text;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>The fields of one JSON object as stretches of the text they stand in: names to raw values, without a tree of objects.</summary>
internal sealed class JsonSlices
{
    private readonly Dictionary<string, (int Start, int Length, JsonTokenType Type)> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>The names, in order, each once.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads the object that <paramref name="json"/> is; nothing where it is none.</summary>
    /// <exception cref="JsonException">It is not valid JSON.</exception>
    public static JsonSlices Of(ReadOnlySpan<byte> json)
    {
        var slices = new JsonSlices();
        if (json.Length > 1 && json[0] == '{')
        {
            var reader = JsonText.Reader(json);
            reader.Read();
            slices.Read(ref reader);
        }

        return slices;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands on; of a name that comes twice the last counts.</summary>
    /// <param name="reader">Stands on the object's beginning, and then on its end.</param>
    /// <param name="from">Where the text begins, among the reader's bytes, that the values will be asked of.</param>
    public void Read(ref Utf8JsonReader reader, int from = 0)
    {
        _fields.Clear();
        _names.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueIsEscaped ? Plain(reader.ValueSpan) : Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            var (start, type) = ((int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            if (!_fields.ContainsKey(name))
            {
                _names.Add(name);
            }

            _fields[name] = (start - from, (int)reader.BytesConsumed - start, type);
        }
    }

    /// <summary>Whether a field of this name is there and not null.</summary>
    public bool Has(string name) => Type(name) is not (JsonTokenType.None or JsonTokenType.Null);

    /// <summary>What kind of value a field has; none where it is not there.</summary>
    public JsonTokenType Type(string name) => _fields.TryGetValue(name, out var field) ? field.Type : JsonTokenType.None;

    /// <summary>The raw JSON of the first of <paramref name="names"/> that is there and not null; empty where none is.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> line, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_fields.TryGetValue(name, out var field) && field.Type != JsonTokenType.Null)
            {
                return line.Slice(field.Start, field.Length);
            }
        }

        return [];
    }

    /// <summary>The text of a field that is a string or a number, its escapes undone; null where it is neither or empty.</summary>
    public string? Text(ReadOnlySpan<byte> line, string name)
    {
        var raw = Raw(line, name);
        if (raw.Length == 0 || Type(name) is not (JsonTokenType.String or JsonTokenType.Number))
        {
            return null;
        }

        var text = raw[0] == '"' ? Plain(raw[1..^1]) : Encoding.UTF8.GetString(raw);
        return text.Length == 0 ? null : text;
    }

    private static string Plain(ReadOnlySpan<byte> raw)
    {
        var text = new byte[raw.Length];
        return Encoding.UTF8.GetString(text.AsSpan(0, JsonText.Unescape(raw, text)));
    }
}
