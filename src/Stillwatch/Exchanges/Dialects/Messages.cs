using System.Buffers;
using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>Anthropic's Messages.</summary>
internal sealed class Messages : WireFormat
{
    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.Messages;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => ["/v1/messages"];

    /// <inheritdoc/>
    public override IReadOnlyList<(RequestField Field, string[] Names)> Fields =>
        [
            (RequestField.Model, ["model"]),
            (RequestField.Content, ["messages"]),
            (RequestField.SystemContent, ["system"]),
            (RequestField.Stream, ["stream"]),
            (RequestField.MostTokens, ["max_tokens"]),
            (RequestField.Metadata, ["metadata"]),
            (RequestField.Tools, ["tools", "mcp_servers"]),
            (RequestField.Format, ["output_format"]),
            (RequestField.FormatInside, ["output_config"]),
            (RequestField.Temperature, ["temperature"]),
            (RequestField.ReasoningInside, ["thinking"]),
        ];

    /// <inheritdoc/>
    public override AnswerShape Answer => MessagesAnswers.Whole;

    /// <inheritdoc/>
    public override AnswerShape StreamEvent => MessagesAnswers.Event;

    /// <inheritdoc/>
    public override bool NumbersBlocks => true;

    /// <inheritdoc/>
    public override bool HasAnthropicHeaders => true;

    /// <inheritdoc/>
    public override StreamMark OfData(ReadOnlySpan<byte> data) =>
        data.StartsWith("{\"type\":\"message_stop\""u8) || data.StartsWith("{\"type\": \"message_stop\""u8)
            ? StreamMark.End
            : StreamMark.None;

    /// <inheritdoc/>
    public override StreamMark OfEvent(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("message_stop"u8) ? StreamMark.End : base.OfEvent(name);

    /// <inheritdoc/>
    public override byte[] Error(in ErrorFacts error)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteStartObject("error");
            json.WriteString("type", TypeOf(error.Status));
            json.WriteString("message", error.Message);
            json.WriteEndObject();
            json.WriteString("request_id", error.Id);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public override byte[] ErrorEvent(in ErrorFacts error) => [.. "\n\nevent: error\ndata: "u8, .. Error(error), .. "\n\n"u8];

    /// <summary>The type of an error in Anthropic's words.</summary>
    private static string TypeOf(int status) =>
        status switch
        {
            400 => "invalid_request_error",
            401 => "authentication_error",
            403 => "permission_error",
            404 or 405 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 or 529 => "overloaded_error",
            504 => "timeout_error",
            _ when status < 500 => "invalid_request_error",
            _ => "api_error",
        };

    /// <inheritdoc/>
    public override DisclosedAnswer? Disclosed(in DisclosedRefusal refusal, bool stream) => MessagesRefusal.Write(refusal, stream);

    /// <inheritdoc/>
    public override UpstreamRefusal? RefusalOf(ReadOnlySpan<byte> answer) => MessagesRefusal.Read(answer);

    /// <inheritdoc/>
    public override bool Count(ReadOnlySpan<byte> data, StreamTally tally)
    {
        var reader = StreamTally.Reader(data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var (kind, whole, seen) = (Event.None, true, 0);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.Is("type"u8))
            {
                // Whoever says what it is behind what it says is put together: none does.
                whole &= kind == Event.None && reader.Read();
                kind =
                    reader.TokenType != JsonTokenType.String ? Event.Other
                    : reader.Is("content_block_delta"u8) ? Event.Delta
                    : reader.Is("message_delta"u8) ? Event.End
                    : reader.Is("message_start"u8) ? Event.Start
                    : reader.Is("content_block_start"u8) ? Event.Block
                    : Event.Other;
                continue;
            }

            var (isMessage, isBlock, isDelta, isUsage) = (
                reader.Is("message"u8),
                reader.Is("content_block"u8),
                reader.Is("delta"u8),
                reader.Is("usage"u8)
            );
            var isIndex = reader.Is("index"u8);
            var field =
                isMessage ? 1
                : isBlock ? 2
                : isDelta ? 4
                : isUsage ? 8
                : 0;
            whole &= (seen & field) == 0; // of a field that stands there twice the last counts
            seen |= field;
            reader.Read();
            whole &= !isIndex || reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out _);
            switch (kind)
            {
                case Event.Start when isMessage:
                    whole &= !tally.IsBegun && Message(ref reader, tally);
                    tally.IsBegun = true;
                    break;
                case Event.Block when isBlock:
                    whole &= Block(ref reader, tally);
                    break;
                case Event.Delta when isDelta:
                    whole &= Block(ref reader, tally);
                    break;
                case Event.End when isUsage:
                    whole &= tally.IsBegun && Usage(ref reader, tally);
                    break;
                case Event.End when isDelta:
                    whole &= reader.TokenType == JsonTokenType.StartObject && Message(ref reader, null);
                    break;
                default:
                    whole &= kind != Event.None || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);
                    reader.Skip();
                    break;
            }
        }

        return whole && !reader.Read();
    }

    /// <summary>Without the event that begins it, a stream has no message.</summary>
    public override bool Ends(StreamTally tally)
    {
        if (!tally.IsBegun)
        {
            tally.Clear();
        }

        return true;
    }

    private enum Event
    {
        None,
        Start,
        Block,
        Delta,
        End,
        Other,
    }

    /// <summary>
    /// The message that a stream begins with, and what its end adds to it: its usage; anything that has text in it is put together.
    /// </summary>
    private static bool Message(ref Utf8JsonReader reader, StreamTally? tally)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var whole = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isUsage, isContent, isText) = (reader.Is("usage"u8), reader.Is("content"u8), ResponseReader.IsText(ref reader));
            var isOther = !isUsage && ResponseReader.IsUsage(ref reader);
            reader.Read();
            if (isContent)
            {
                reader.Skip(); // the blocks take its place
                continue;
            }

            whole &= !isText && !isOther && (isUsage ? tally != null && Usage(ref reader, tally) : ChoicesStream.HasNoText(ref reader));
        }

        return whole;
    }

    /// <summary>A usage is merged into the one before, number by number.</summary>
    private static bool Usage(ref Utf8JsonReader reader, StreamTally tally)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return reader.TokenType == JsonTokenType.Null;
        }

        var ahead = reader;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            // A number that says nothing takes the place of one that did.
            var counts = ResponseReader.IsInput(ref ahead) || ResponseReader.IsOutput(ref ahead);
            ahead.Read();
            if (
                counts
                && ahead.TokenType != JsonTokenType.Null
                && ResponseReader.With(TokenCounts.None, input: true, adds: false, ref ahead).Input < 0
            )
            {
                return false;
            }

            ahead.Skip();
        }

        var tokens = ResponseReader.Usage(ref reader);
        tally.Tokens = new(tokens.Input >= 0 ? tokens.Input : tally.Tokens.Input, tokens.Output >= 0 ? tokens.Output : tally.Tokens.Output);
        return true;
    }

    /// <summary>A block of text or thinking, or what comes of one; of anything else only the whole tells.</summary>
    private static bool Block(ref Utf8JsonReader reader, StreamTally tally)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var counted = reader.Is("text"u8) || reader.Is("thinking"u8);
            var named = reader.Is("type"u8) || reader.Is("signature"u8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !counted && !named || counted && !tally.Text(ref reader))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Assemble(ReadOnlySpan<byte> stream, Utf8JsonWriter json)
    {
        StreamedObject? message = null;
        var blocks = new SortedDictionary<int, StreamedObject>();
        var events = new SseReader(stream);
        while (events.Read())
        {
            try
            {
                using var parsed = JsonDocument.Parse(
                    events.Data.ToArray(),
                    new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth }
                );
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
            return [.. "\""u8, .. escaped, .. "\""u8]; // what came of it, as the text that it is
        }
    }
}
