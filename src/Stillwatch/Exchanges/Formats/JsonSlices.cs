using System.Text;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>The fields of one JSON object as stretches of the line they stand in: names to raw values, without a tree of objects.</summary>
internal sealed class JsonSlices
{
    private readonly Dictionary<string, (int Start, int Length, JsonTokenType Type)> _fields = new(StringComparer.Ordinal);

    /// <summary>Reads the object that <paramref name="reader"/> stands on; of a name that comes twice the last counts.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        _fields.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueIsEscaped ? Plain(reader.ValueSpan) : Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            var (start, type) = ((int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            _fields[name] = (start, (int)reader.BytesConsumed - start, type);
        }
    }

    private static string Plain(ReadOnlySpan<byte> raw)
    {
        var text = new byte[raw.Length];
        return Encoding.UTF8.GetString(text.AsSpan(0, JsonText.Unescape(raw, text)));
    }

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
}
