using System.Text.Json;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// A list that comes in pieces. Objects that carry an index are merged by it, as OpenAI's libraries do, save that another <c>id</c> under
/// the same index is another object:
/// some servers send every call of a tool as number 0. Whatever has no index comes behind what is there.
/// </summary>
internal sealed class StreamedList
{
    private readonly List<(int Index, StreamedObject? Object, byte[]? Raw)> _items = [];

    /// <summary>Appends a value as it is written.</summary>
    public void Add(ReadOnlySpan<byte> raw) => _items.Add((_next++, null, raw.ToArray()));

    /// <summary>Merges the list that <paramref name="reader"/> stands on; leaves it on the list's end. An empty one adds nothing.</summary>
    /// <param name="reader">Stands on the start of a list.</param>
    /// <param name="json">The bytes that it reads.</param>
    public void Merge(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Object(ref reader, json);
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Add(json[start..(int)reader.BytesConsumed]);
        }
    }

    /// <summary>Writes the list.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var (_, item, raw) in _items.OrderBy(item => item.Index)) // a stable order: under one index as they came
        {
            if (item != null)
            {
                item.Write(json);
            }
            else
            {
                json.WriteRawValue(raw, skipInputValidation: true);
            }
        }

        json.WriteEndArray();
    }

    private int _next; // behind all that is there

    private void Object(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var (index, id) = Look(reader);
        var item = index < 0 ? null : _items.FindLast(item => item.Index == index).Object;
        if (item == null || id.Length > 0 && item.Text("id"u8) is { Length: > 0 } before && !before.SequenceEqual(id))
        {
            index = index < 0 ? _next : index;
            _next = Math.Max(_next, index == int.MaxValue ? index : index + 1);
            _items.Add((index, item = new(), null));
        }

        item.Merge(ref reader, json, "index"u8);
    }

    /// <summary>The index of an object, -1 for none, and its id as it is written.</summary>
    private static (int Index, byte[] Id) Look(Utf8JsonReader reader)
    {
        var (index, id, depth) = (-1, Array.Empty<byte>(), reader.CurrentDepth);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.CurrentDepth == depth + 1 && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIndex = reader.Is("index"u8);
                var isId = reader.Is("id"u8);
                reader.Read();
                index =
                    isIndex && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) && number >= 0
                        ? number
                        : index;
                id = isId && reader.TokenType == JsonTokenType.String ? reader.ValueSpan.ToArray() : id;
                reader.Skip();
            }
        }

        return (index, id);
    }
}
