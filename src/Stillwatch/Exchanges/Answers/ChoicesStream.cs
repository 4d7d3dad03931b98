using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Exchanges.Answers;

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
                continue; // what was merged before the fault stays; the bytes themselves are in the journal
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

    private static void Chunk(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> data,
        StreamedObject head,
        SortedDictionary<int, (StreamedObject, StreamedObject)> choices
    )
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

    private static void Choice(
        ref Utf8JsonReader reader,
        ReadOnlySpan<byte> data,
        SortedDictionary<int, (StreamedObject Choice, StreamedObject Delta)> choices
    )
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

    /// <summary>Whether the last bytes of a stream that ended without a mark say why the answer ended.</summary>
    public static bool GivesReason(ReadOnlySpan<byte> tail) =>
        tail.IndexOf("\"finish_reason\":\""u8) >= 0 || tail.IndexOf("\"finish_reason\": \""u8) >= 0;

    /// <summary>
    /// Counts an event: text where a chunk has it, the last usage. Of text elsewhere only the whole tells how it is merged.
    /// </summary>
    /// <param name="data">The event's data.</param>
    /// <param name="tally">What was counted so far.</param>
    /// <param name="hasDeltas">Whether the choices' deltas become messages; else they are nothing.</param>
    /// <returns>Whether it was counted as the whole would be.</returns>
    public static bool Count(ReadOnlySpan<byte> data, StreamTally tally, bool hasDeltas)
    {
        if (!data.StartsWith("{"u8))
        {
            return true;
        }

        var reader = StreamTally.Reader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (choices, usage, text) = (
                reader.ValueSpan.SequenceEqual("choices"u8),
                reader.Is("usage"u8),
                ResponseReader.IsText(ref reader)
            );
            if (reader.ValueIsEscaped || !usage && ResponseReader.IsUsage(ref reader) || !reader.Read())
            {
                return false;
            }

            if (choices)
            {
                if (reader.TokenType == JsonTokenType.StartArray && !Choices(ref reader, tally, hasDeltas))
                {
                    return false;
                }

                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }
            else if (usage && reader.TokenType == JsonTokenType.StartObject)
            {
                tally.Tokens = ResponseReader.Usage(ref reader);
            }
            else if (usage || text || !HasNoText(ref reader))
            {
                return false;
            }
        }

        return !reader.Read();
    }

    /// <summary>Passes over a value; whether nothing is counted in it.</summary>
    public static bool HasNoText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return true;
        }

        var (depth, none, isText) = (reader.CurrentDepth, true, false);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            none &= !isText || reader.TokenType != JsonTokenType.String;
            isText = reader.TokenType == JsonTokenType.PropertyName && ResponseReader.IsText(ref reader);
        }

        return none;
    }

    private static bool Choices(ref Utf8JsonReader reader, StreamTally tally, bool hasDeltas)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (!Fields(ref reader, tally, hasDeltas ? Place.Choice : Place.PlainChoice))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    private enum Place
    {
        Choice,
        PlainChoice,
        Delta,
        Call,
        Function,
    }

    /// <summary>
    /// Counts the object that <paramref name="reader"/> stands on, a choice or what stands in one; leaves it on the object's end.
    /// </summary>
    private static bool Fields(ref Utf8JsonReader reader, StreamTally tally, Place place)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueIsEscaped)
            {
                return false;
            }

            var text = ResponseReader.IsText(ref reader);
            Place? inside = place switch
            {
                Place.Choice when reader.ValueSpan.SequenceEqual("delta"u8) => Place.Delta,
                Place.Delta when reader.ValueSpan.SequenceEqual("tool_calls"u8) => Place.Call,
                Place.Delta when reader.ValueSpan.SequenceEqual("function_call"u8) => Place.Function,
                Place.Call when reader.ValueSpan.SequenceEqual("function"u8) => Place.Function,
                _ => null,
            };
            // the deltas take its place, where they are any
            var hidden = place is Place.Choice or Place.PlainChoice && reader.ValueSpan.SequenceEqual("message"u8);
            var dropped = place == Place.PlainChoice && reader.ValueSpan.SequenceEqual("delta"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (dropped && reader.TokenType == JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            if (
                text ? reader.TokenType != JsonTokenType.String || !tally.Text(ref reader)
                : hidden || dropped ? true
                : inside == Place.Call ? reader.TokenType != JsonTokenType.StartArray || !Calls(ref reader, tally)
                : inside is { } next ? reader.TokenType != JsonTokenType.StartObject || !Fields(ref reader, tally, next)
                : !HasNoText(ref reader)
            )
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    private static bool Calls(ref Utf8JsonReader reader, StreamTally tally)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (!Fields(ref reader, tally, Place.Call))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }
}
