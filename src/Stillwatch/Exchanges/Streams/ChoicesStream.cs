using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Exchanges.Streams;

/// <summary>Streams of Chat Completions and Completions.</summary>
internal static class ChoicesStream
{
    /// <summary>Chat Completions and Completions: choices by index, each choice's delta merged into its message.</summary>
    public static bool Assemble(ReadOnlySpan<byte> stream, Utf8JsonWriter json, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> message)
    {
        var head = new StreamedObject();
        var choices = new SortedDictionary<int, (StreamedObject Choice, StreamedObject Message)>();
        var events = new SseReader(stream);
        while (events.Read())
        {
            if (!events.Data.StartsWith("{"u8))
            {
                continue;
            }

            var reader = new Utf8JsonReader(events.Data, isFinalBlock: true, new JsonReaderState(StreamToBody.Options));
            try
            {
                Chunk(ref reader, events.Data, head, choices);
            }
            catch (JsonException)
            {
                continue;   // what was merged before the fault stays; the bytes themselves are in the journal
            }
        }

        if (head.IsEmpty && choices.Count == 0)
        {
            return false;
        }

        head.Set("object"u8, [.. "\""u8, .. kind, .. "\""u8]);
        var body = new ArrayBufferWriter<byte>();
        using (var list = new Utf8JsonWriter(body, StreamToBody.Plain))
        {
            list.WriteStartArray();
            foreach (var (index, (choice, delta)) in choices)
            {
                choice.Set("index"u8, System.Text.Encoding.ASCII.GetBytes(index.ToString()));
                if (!message.IsEmpty)
                {
                    var inner = new ArrayBufferWriter<byte>();
                    using (var writer = new Utf8JsonWriter(inner, StreamToBody.Plain))
                    {
                        delta.Write(writer);
                    }

                    choice.Set(message, inner.WrittenSpan);
                }

                choice.Write(list);
            }

            list.WriteEndArray();
        }

        head.Set("choices"u8, body.WrittenSpan);
        head.Write(json);
        return true;
    }

    private static void Chunk(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, StreamedObject head, SortedDictionary<int, (StreamedObject, StreamedObject)> choices)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("choices"u8) && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    Choice(ref reader, data, choices);
                }
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                Replace(head, name, ref reader, data);
            }
        }
    }

    private static void Choice(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, SortedDictionary<int, (StreamedObject Choice, StreamedObject Delta)> choices)
    {
        var index = 0;
        var ahead = reader;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = ahead.Is("index"u8);
            ahead.Read();
            if (isIndex && ahead.TokenType == JsonTokenType.Number && ahead.TryGetInt32(out var number))
            {
                index = number;
                break;
            }

            ahead.Skip();
        }

        if (!choices.TryGetValue(index, out var slot))
        {
            choices[index] = slot = (new(), new());
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("index"u8))
            {
                reader.Skip();
            }
            else if (name.SequenceEqual("delta"u8) && reader.TokenType == JsonTokenType.StartObject)
            {
                slot.Delta.Merge(ref reader, data);
            }
            else
            {
                slot.Choice.Merge(name, ref reader, data);
            }
        }
    }

    /// <summary>Sets a value whole: of what stands in every chunk the last counts.</summary>
    private static void Replace(StreamedObject into, ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        into.Set(name, data[start..(int)reader.BytesConsumed]);
    }
}
