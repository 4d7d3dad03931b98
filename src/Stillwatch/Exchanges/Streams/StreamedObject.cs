using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Exchanges.Streams;

/// <summary>
/// An object that comes in pieces: strings are appended, names and numbers replaced, nested objects and indexed lists merged. Strings are kept
/// as they are written, escapes included, so that what is put together says exactly what was sent, lone surrogates and all.
/// </summary>
internal sealed class StreamedObject
{
    private readonly List<(byte[] Name, Slot Value)> _fields = [];

    private sealed class Slot
    {
        public ArrayBufferWriter<byte>? Text;
        public byte[]? Raw;
        public StreamedObject? Object;
        public SortedDictionary<int, StreamedObject>? Items;
    }

    /// <summary>Whether it has no field.</summary>
    public bool IsEmpty => _fields.Count == 0;

    /// <summary>Merges the object that <paramref name="reader"/> stands on; leaves it on the object's end.</summary>
    /// <param name="reader">Stands on the start of an object.</param>
    /// <param name="json">The bytes that it reads.</param>
    /// <param name="skip">Fields that are left out.</param>
    public void Merge(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ReadOnlySpan<byte> skip = default)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (!skip.IsEmpty && name.SequenceEqual(skip))
            {
                reader.Skip();
                continue;
            }

            Merge(name, ref reader, json);
        }
    }

    /// <summary>Merges one value under <paramref name="name"/>.</summary>
    public void Merge(ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                _ = Find(name);   // the field is there, if nothing else comes
                break;
            case JsonTokenType.String when Appends(name):
                Append(name, reader.ValueSpan);
                break;
            case JsonTokenType.String:
                var text = Find(name);
                if (reader.ValueSpan.Length > 0 || text.Text == null)
                {
                    (text.Raw, text.Object, text.Items) = (null, null, null);
                    text.Text = new ArrayBufferWriter<byte>(Math.Max(16, reader.ValueSpan.Length));
                    text.Text.Write(reader.ValueSpan);
                }

                break;
            case JsonTokenType.StartObject:
                (Find(name).Object ??= new()).Merge(ref reader, json);
                break;
            case JsonTokenType.StartArray:
                List(Find(name), ref reader, json);
                break;
            default:
                Find(name).Raw = reader.ValueSpan.ToArray();
                break;
        }
    }

    /// <summary>Appends to the string under <paramref name="name"/>, as it is written.</summary>
    public void Append(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        var slot = Find(name);
        (slot.Text ??= new ArrayBufferWriter<byte>()).Write(text);
    }

    /// <summary>Sets a value as it is written.</summary>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> raw)
    {
        var slot = Find(name);
        (slot.Text, slot.Object, slot.Items) = (null, null, null);
        slot.Raw = raw.ToArray();
    }

    /// <summary>The string under <paramref name="name"/> as it is written; empty where there is none.</summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> name)
    {
        foreach (var (field, value) in _fields)
        {
            if (field.AsSpan().SequenceEqual(name))
            {
                return value.Text == null ? default : value.Text.WrittenSpan;
            }
        }

        return default;
    }

    /// <summary>Forgets a field.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            if (_fields[i].Name.AsSpan().SequenceEqual(name))
            {
                _fields.RemoveAt(i);
                return;
            }
        }
    }

    /// <summary>Writes the object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in _fields)
        {
            json.WritePropertyName(name);
            if (value.Text != null)
            {
                WriteText(json, value.Text.WrittenSpan);
            }
            else if (value.Raw != null)
            {
                json.WriteRawValue(value.Raw, skipInputValidation: true);
            }
            else if (value.Object != null)
            {
                value.Object.Write(json);
            }
            else if (value.Items != null)
            {
                json.WriteStartArray();
                foreach (var item in value.Items.Values)
                {
                    item.Write(json);
                }

                json.WriteEndArray();
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a string that is already escaped.</summary>
    public static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> escaped)
    {
        var quoted = ArrayPool<byte>.Shared.Rent(escaped.Length + 2);
        quoted[0] = (byte)'"';
        escaped.CopyTo(quoted.AsSpan(1));
        quoted[escaped.Length + 1] = (byte)'"';
        json.WriteRawValue(quoted.AsSpan(0, escaped.Length + 2), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(quoted);
    }

    /// <summary>A list whose objects carry an index is merged by it; any other is appended to, or replaces what was there.</summary>
    private static void List(Slot slot, ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        var scan = reader;
        if (!scan.Read() || scan.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            slot.Raw = json[start..(int)reader.BytesConsumed].ToArray();
            return;
        }

        slot.Items ??= [];
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var index = Index(reader) ?? slot.Items.Count;
            if (!slot.Items.TryGetValue(index, out var item))
            {
                slot.Items[index] = item = new();
            }

            item.Merge(ref reader, json, "index"u8);
        }
    }

    private static int? Index(Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.CurrentDepth == depth + 1 && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIndex = reader.Is("index"u8);
                reader.Read();
                if (isIndex && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index))
                {
                    return index;
                }

                reader.Skip();
            }
        }

        return null;
    }

    /// <summary>Names that are said once, or again whole; every other string goes on where it stopped.</summary>
    private static bool Appends(ReadOnlySpan<byte> name) =>
        !(name.SequenceEqual("id"u8) || name.SequenceEqual("type"u8) || name.SequenceEqual("role"u8) || name.SequenceEqual("name"u8)
            || name.SequenceEqual("finish_reason"u8) || name.SequenceEqual("stop_reason"u8) || name.SequenceEqual("object"u8) || name.SequenceEqual("model"u8));

    private Slot Find(ReadOnlySpan<byte> name)
    {
        foreach (var (field, value) in _fields)
        {
            if (field.AsSpan().SequenceEqual(name))
            {
                return value;
            }
        }

        var slot = new Slot();
        _fields.Add((name.ToArray(), slot));
        return slot;
    }
}
