using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Stillwatch.Exchanges.Streams;

/// <summary>
/// Puts a stream of events together into the body that the call would have returned without <c>stream</c>. A stream that broke off gives the body as
/// far as it came. Events that are no JSON are skipped.
/// </summary>
internal static class StreamToBody
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonReaderOptions Options = new() { MaxDepth = ExchangeLineReader.MostDepth };

    /// <summary>The body of <paramref name="stream"/>; null where no event of the dialect was found.</summary>
    public static byte[]? Assemble(Dialect dialect, ReadOnlySpan<byte> stream)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(256, stream.Length / 4));
        using var json = new Utf8JsonWriter(output, Plain);
        var any = dialect switch
        {
            Dialect.Chat => Choices(stream, json, "chat.completion"u8, "message"u8),
            Dialect.Completions => Choices(stream, json, "text_completion"u8, default),
            Dialect.Messages => Message(stream, json),
            Dialect.Responses => Response(stream, json),
            _ => false,
        };
        json.Flush();
        return any ? output.WrittenSpan.ToArray() : null;
    }

    /// <summary>Chat Completions and Completions: choices by index, each choice's delta merged into its message.</summary>
    private static bool Choices(ReadOnlySpan<byte> stream, Utf8JsonWriter json, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> message)
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

            var reader = new Utf8JsonReader(events.Data, isFinalBlock: true, new JsonReaderState(Options));
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
        using (var list = new Utf8JsonWriter(body, Plain))
        {
            list.WriteStartArray();
            foreach (var (index, (choice, delta)) in choices)
            {
                choice.Set("index"u8, System.Text.Encoding.ASCII.GetBytes(index.ToString()));
                if (!message.IsEmpty)
                {
                    var inner = new ArrayBufferWriter<byte>();
                    using (var writer = new Utf8JsonWriter(inner, Plain))
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

    /// <summary>Anthropic Messages: the message of the first event, its blocks by index, and what the last events say of the end.</summary>
    private static bool Message(ReadOnlySpan<byte> stream, Utf8JsonWriter json)
    {
        StreamedObject? message = null;
        var blocks = new SortedDictionary<int, StreamedObject>();
        var events = new SseReader(stream);
        while (events.Read())
        {
            try
            {
                using var parsed = JsonDocument.Parse(events.Data.ToArray(), new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth });
                MessageEvent(parsed.RootElement, ref message, blocks);
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
            {
                continue;
            }
        }

        if (message == null)
        {
            return false;
        }

        var content = new ArrayBufferWriter<byte>();
        using (var list = new Utf8JsonWriter(content, Plain))
        {
            list.WriteStartArray();
            foreach (var block in blocks.Values)
            {
                var input = block.Text("partial_json"u8);
                if (!input.IsEmpty)
                {
                    block.Set("input"u8, Unescaped(input));
                    block.Remove("partial_json"u8);
                }

                block.Write(list);
            }

            list.WriteEndArray();
        }

        message.Set("content"u8, content.WrittenSpan);
        message.Write(json);
        return true;
    }

    private static void MessageEvent(JsonElement data, ref StreamedObject? message, SortedDictionary<int, StreamedObject> blocks)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("type", out var type))
        {
            return;
        }

        if (type.ValueEquals("message_start") && data.TryGetProperty("message", out var start))
        {
            message = new();
            Merge(message, start);
        }
        else if (type.ValueEquals("content_block_start") && data.TryGetProperty("content_block", out var block))
        {
            Merge(Block(blocks, data), block);
        }
        else if (type.ValueEquals("content_block_delta") && data.TryGetProperty("delta", out var delta))
        {
            var into = Block(blocks, data);
            foreach (var field in delta.EnumerateObject().Where(field => field.Name != "type"))
            {
                MergeField(into, field.Name, field.Value);
            }
        }
        else if (type.ValueEquals("message_delta") && message != null)
        {
            if (data.TryGetProperty("delta", out var end))
            {
                Merge(message, end);
            }

            if (data.TryGetProperty("usage", out var usage))
            {
                MergeField(message, "usage", usage);
            }
        }
    }

    private static StreamedObject Block(SortedDictionary<int, StreamedObject> blocks, JsonElement data)
    {
        var index = data.TryGetProperty("index", out var number) && number.TryGetInt32(out var value) ? value : blocks.Count;
        if (!blocks.TryGetValue(index, out var block))
        {
            blocks[index] = block = new();
        }

        return block;
    }

    private static void Merge(StreamedObject into, JsonElement from)
    {
        foreach (var field in from.EnumerateObject())
        {
            MergeField(into, field.Name, field.Value);
        }
    }

    private static void MergeField(StreamedObject into, string name, JsonElement value)
    {
        var raw = System.Text.Encoding.UTF8.GetBytes(value.GetRawText());
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        into.Merge(System.Text.Encoding.UTF8.GetBytes(name), ref reader, raw);
    }

    /// <summary>The JSON that a string of JSON stands for; an empty object where it is broken off or none.</summary>
    private static byte[] Unescaped(ReadOnlySpan<byte> escaped)
    {
        try
        {
            var reader = new Utf8JsonReader([.. "\""u8, .. escaped, .. "\""u8]);
            reader.Read();
            var text = System.Text.Encoding.UTF8.GetBytes(reader.GetString()!);
            using var whole = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth });
            return text;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return [.. "\""u8, .. escaped, .. "\""u8];   // what came of it, as the text that it is
        }
    }

    /// <summary>OpenAI Responses: the last whole response that an event carries; before the end, with the items and text that came since.</summary>
    private static bool Response(ReadOnlySpan<byte> stream, Utf8JsonWriter json)
    {
        byte[]? response = null;
        var ended = false;
        var items = new SortedDictionary<int, byte[]>();
        var texts = new SortedDictionary<int, ArrayBufferWriter<byte>>();
        var events = new SseReader(stream);
        while (events.Read() && !ended)
        {
            try
            {
                using var parsed = JsonDocument.Parse(events.Data.ToArray(), new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth });
                var data = parsed.RootElement;
                if (data.ValueKind != JsonValueKind.Object)
                {
                    continue;
                }

                var type = data.TryGetProperty("type", out var kind) && kind.ValueKind == JsonValueKind.String ? kind.GetString()! : "";
                var output = data.TryGetProperty("output_index", out var number) && number.TryGetInt32(out var value) ? value : 0;
                if (data.TryGetProperty("response", out var whole) && whole.ValueKind == JsonValueKind.Object)
                {
                    response = System.Text.Encoding.UTF8.GetBytes(whole.GetRawText());
                    ended = type is "response.completed" or "response.incomplete" or "response.failed";
                }
                else if (type is "response.output_item.added" or "response.output_item.done" && data.TryGetProperty("item", out var item))
                {
                    items[output] = System.Text.Encoding.UTF8.GetBytes(item.GetRawText());
                    if (type == "response.output_item.done")
                    {
                        texts.Remove(output);
                    }
                }
                else if (type == "response.output_text.delta" && data.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.String)
                {
                    var raw = System.Text.Encoding.UTF8.GetBytes(delta.GetRawText());
                    if (!texts.TryGetValue(output, out var text))
                    {
                        texts[output] = text = new();
                    }

                    text.Write(raw.AsSpan(1, raw.Length - 2));
                }
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException)
            {
                continue;
            }
        }

        if (response == null)
        {
            return false;
        }

        if (ended)
        {
            json.WriteRawValue(response, skipInputValidation: true);
            return true;
        }

        Unfinished(response, items, texts, json);
        return true;
    }

    private static void Unfinished(byte[] response, SortedDictionary<int, byte[]> items, SortedDictionary<int, ArrayBufferWriter<byte>> texts, Utf8JsonWriter json)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var list = new Utf8JsonWriter(output, Plain))
        {
            list.WriteStartArray();
            foreach (var index in items.Keys.Union(texts.Keys).Order())
            {
                if (texts.TryGetValue(index, out var text))
                {
                    list.WriteStartObject();
                    list.WriteString("type", "message");
                    list.WriteString("role", "assistant");
                    list.WriteString("status", "incomplete");
                    list.WriteStartArray("content");
                    list.WriteStartObject();
                    list.WriteString("type", "output_text");
                    list.WritePropertyName("text");
                    StreamedObject.WriteText(list, text.WrittenSpan);
                    list.WriteEndObject();
                    list.WriteEndArray();
                    list.WriteEndObject();
                }
                else
                {
                    list.WriteRawValue(items[index], skipInputValidation: true);
                }
            }

            list.WriteEndArray();
        }

        var body = new StreamedObject();
        using var parsed = JsonDocument.Parse(response);
        foreach (var field in parsed.RootElement.EnumerateObject())
        {
            body.Set(System.Text.Encoding.UTF8.GetBytes(field.Name), System.Text.Encoding.UTF8.GetBytes(field.Value.GetRawText()));
        }

        body.Set("output"u8, output.WrittenSpan);
        body.Write(json);
    }

    /// <summary>Sets a value whole: of what stands in every chunk the last counts.</summary>
    private static void Replace(StreamedObject into, ReadOnlySpan<byte> name, ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        into.Set(name, data[start..(int)reader.BytesConsumed]);
    }
}
