using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// An object that comes in pieces: text is appended, names and numbers replaced, nested objects and indexed lists merged, other lists go
/// on. Nothing that is empty takes anything away. Strings are kept as they are written, escapes included, so that what is put together says
/// exactly what was sent, lone surrogates and all.
/// </summary>
internal sealed class StreamedObject
{
    private readonly List<(byte[] Name, Slot Value)> _fields = [];

    private sealed class Slot
    {
        public ArrayBufferWriter<byte>? Text;
        public byte[]? Raw;
        public StreamedObject? Object;
        public StreamedList? Items;
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
                _ = Find(name); // the field is there, if nothing else comes
                break;
            case JsonTokenType.String:
                Text(Find(name), name, reader.ValueSpan);
                break;
            case JsonTokenType.StartObject:
                var inner = Find(name);
                (inner.Text, inner.Raw, inner.Items) = (null, null, null);
                (inner.Object ??= new()).Merge(ref reader, json);
                break;
            case JsonTokenType.StartArray:
                var list = Find(name);
                (list.Text, list.Raw, list.Object) = (null, null, null);
                (list.Items ??= new()).Merge(ref reader, json);
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
        if (slot.Text == null)
        {
            slot.Text = new ArrayBufferWriter<byte>();
            if (slot.Raw is [(byte)'"', .. var before, (byte)'"'])
            {
                slot.Text.Write(before);
            }

            (slot.Raw, slot.Object, slot.Items) = (null, null, null);
        }

        slot.Text.Write(text);
    }

    /// <summary>Sets a value as it is written where the field has none.</summary>
    public void SetIfMissing(ReadOnlySpan<byte> name, ReadOnlySpan<byte> raw)
    {
        var slot = Find(name);
        if ((slot.Text ?? slot.Raw ?? (object?)slot.Object ?? slot.Items) == null)
        {
            slot.Raw = raw.ToArray();
        }
    }

    /// <summary>The value under <paramref name="name"/> that was set as it is written; empty where there is none.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> name)
    {
        foreach (var (field, value) in _fields)
        {
            if (field.AsSpan().SequenceEqual(name))
            {
                return value.Raw;
            }
        }

        return default; // looking adds no field
    }

    /// <summary>Appends a value, as it is written, to the list under <paramref name="name"/>.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> raw)
    {
        var slot = Find(name);
        (slot.Text, slot.Raw, slot.Object) = (null, null, null);
        (slot.Items ??= new()).Add(raw);
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
                value.Items.Write(json);
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

    /// <summary>
    /// A string: text goes on where it stopped; a name is said once, or again whole. Of a field that is not known, what comes again exactly
    /// as it stands there is the same once more, and anything else goes on.
    /// </summary>
    private static void Text(Slot slot, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (slot.Text == null || !IsText(name) && (IsName(name) ? text.Length > 0 : text.SequenceEqual(slot.Text.WrittenSpan)))
        {
            if (text.Length == 0 && (slot.Raw ?? (object?)slot.Object ?? slot.Items) != null)
            {
                return;
            }

            (slot.Raw, slot.Object, slot.Items) = (null, null, null);
            slot.Text = new ArrayBufferWriter<byte>(Math.Max(16, text.Length));
        }

        if (!IsName(name) || slot.Text.WrittenCount == 0)
        {
            slot.Text.Write(text);
        }
    }

    /// <summary>Names that are said once, or again whole.</summary>
    private static bool IsName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("id"u8)
        || name.SequenceEqual("type"u8)
        || name.SequenceEqual("role"u8)
        || name.SequenceEqual("name"u8)
        || name.SequenceEqual("finish_reason"u8)
        || name.SequenceEqual("stop_reason"u8)
        || name.SequenceEqual("object"u8)
        || name.SequenceEqual("model"u8);

    /// <summary>Names under which text comes in pieces.</summary>
    private static bool IsText(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("content"u8)
        || name.SequenceEqual("text"u8)
        || name.SequenceEqual("arguments"u8)
        || name.SequenceEqual("reasoning_content"u8)
        || name.SequenceEqual("reasoning"u8)
        || name.SequenceEqual("refusal"u8)
        || name.SequenceEqual("thinking"u8)
        || name.SequenceEqual("partial_json"u8)
        || name.SequenceEqual("transcript"u8)
        || name.SequenceEqual("data"u8)
        || name.SequenceEqual("summary"u8)
        || name.SequenceEqual("input"u8)
        || name.SequenceEqual("code"u8);

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
