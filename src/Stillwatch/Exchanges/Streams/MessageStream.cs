using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Exchanges.Streams;

/// <summary>Streams of Anthropic's Messages.</summary>
internal static class MessageStream
{
    /// <summary>Anthropic Messages: the message of the first event, its blocks by index, and what the last events say of the end.</summary>
    public static bool Assemble(ReadOnlySpan<byte> stream, Utf8JsonWriter json)
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
        using (var list = new Utf8JsonWriter(content, StreamToBody.Plain))
        {
            list.WriteStartArray();
            foreach (var block in blocks.Values)
            {
                var input = block.Text("partial_json"u8);
                if (!input.IsEmpty)
                {
                    block.Set("input"u8, Unescaped(input));
                }

                block.Remove("partial_json"u8);

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
            Delta(Block(blocks, data), delta);
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

    private static void Delta(StreamedObject block, JsonElement delta)
    {
        var kind = delta.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        foreach (var field in delta.EnumerateObject().Where(field => field.Name != "type"))
        {
            if (kind == "citations_delta" && field.Name == "citation")
            {
                block.Add("citations"u8, System.Text.Encoding.UTF8.GetBytes(field.Value.GetRawText()));
            }
            else if (kind == "signature_delta" && field.Name == "signature")
            {
                block.Set("signature"u8, System.Text.Encoding.UTF8.GetBytes(field.Value.GetRawText()));
            }
            else
            {
                MergeField(block, field.Name, field.Value);
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
}
