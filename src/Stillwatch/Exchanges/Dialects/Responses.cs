using System.Buffers;
using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>OpenAI's Responses.</summary>
internal sealed class Responses : WireFormat
{
    private const int MostEvents = 4,
        LongestId = 512;

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.Responses;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => ["/v1/responses"];

    /// <inheritdoc/>
    public override IReadOnlyList<(RequestField Field, string[] Names)> Fields =>
        [
            (RequestField.Model, ["model"]),
            (RequestField.Content, ["input"]),
            (RequestField.SystemContent, ["instructions"]),
            (RequestField.Stream, ["stream"]),
            (RequestField.MostTokens, ["max_output_tokens"]),
            (RequestField.User, ["user", "safety_identifier"]),
            (RequestField.Metadata, ["metadata"]),
            (RequestField.LogProbabilities, ["top_logprobs"]),
            (RequestField.Include, ["include"]),
            (RequestField.Tools, ["tools"]),
            (RequestField.FormatInside, ["text"]),
            (RequestField.Previous, ["previous_response_id"]),
            (RequestField.Conversation, ["conversation"]),
            (RequestField.Temperature, ["temperature"]),
            (RequestField.Free, ["prompt_cache_key"]),
            (RequestField.ReasoningInside, ["reasoning"]),
        ];

    /// <inheritdoc/>
    public override AnswerShape Answer => ResponsesAnswers.Whole;

    /// <inheritdoc/>
    public override AnswerShape StreamEvent => ResponsesAnswers.Event;

    /// <inheritdoc/>
    public override bool IsKept => true;

    /// <inheritdoc/>
    public override StreamMark OfData(ReadOnlySpan<byte> data) =>
        data.StartsWith("{\"type\":\"response.completed\""u8)
        || data.StartsWith("{\"type\":\"response.failed\""u8)
        || data.StartsWith("{\"type\":\"response.incomplete\""u8)
            ? StreamMark.End
            : StreamMark.None;

    /// <inheritdoc/>
    public override StreamMark OfEvent(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("response.completed"u8) || name.SequenceEqual("response.failed"u8) || name.SequenceEqual("response.incomplete"u8)
            ? StreamMark.End
            : base.OfEvent(name);

    /// <inheritdoc/>
    public override byte[] ErrorEvent(in ErrorFacts error)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteNull("param");
            json.WriteEndObject();
        }

        return [.. "\n\nevent: error\ndata: "u8, .. output.WrittenSpan, .. "\n\n"u8];
    }

    /// <inheritdoc/>
    public override DisclosedAnswer? Disclosed(in DisclosedRefusal refusal, bool stream) => ResponsesRefusal.Write(refusal, stream);

    /// <inheritdoc/>
    public override UpstreamRefusal? RefusalOf(ReadOnlySpan<byte> answer) => ResponsesRefusal.Read(answer);

    /// <summary>The last event carries all of the response; of one that broke off before, only the whole tells.</summary>
    public override bool Count(ReadOnlySpan<byte> data, StreamTally tally)
    {
        if (tally.IsBegun)
        {
            return true; // what comes behind the end is not read
        }

        var reader = StreamTally.Reader(data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var (ends, twice) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isResponse) = (reader.Is("type"u8), reader.Is("response"u8));
            reader.Read();
            if (isType)
            {
                ends =
                    reader.TokenType == JsonTokenType.String
                    && (reader.Is("response.completed"u8) || reader.Is("response.incomplete"u8) || reader.Is("response.failed"u8));
            }
            else if (isResponse && ends && reader.TokenType == JsonTokenType.StartObject)
            {
                twice |= tally.IsBegun;
                tally.Body(ref reader);
                tally.IsBegun = true;
                continue;
            }

            reader.Skip();
        }

        return !reader.Read() && !twice && tally.IsBegun == ends;
    }

    /// <summary>One that broke off is put together.</summary>
    public override bool Ends(StreamTally tally) => tally.IsBegun || tally.Events == 0;

    /// <inheritdoc/>
    public override string? IdOf(ReadOnlySpan<byte> answer, bool stream)
    {
        if (!stream)
        {
            return IdIn(answer, inside: false);
        }

        for (var events = 0; events < MostEvents; events++)
        {
            var at = answer.IndexOf("data:"u8);
            if (at < 0)
            {
                return null;
            }

            answer = answer[(at + 5)..];
            var end = answer.IndexOfAny((byte)'\n', (byte)'\r');
            if (IdIn(end < 0 ? answer : answer[..end], inside: true) is { } id)
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>The <c>id</c> of an object, or of the response in it; also where the object is not whole.</summary>
    private static string? IdIn(ReadOnlySpan<byte> json, bool inside)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.Is("id"u8);
                var isResponse = inside && reader.Is("response"u8);
                if (!reader.Read())
                {
                    return null;
                }

                if (isResponse && reader.TokenType == JsonTokenType.StartObject)
                {
                    inside = false;
                    continue;
                }

                if (isId && !inside && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestId)
                {
                    return reader.GetString();
                }

                if (!reader.TrySkip())
                {
                    return null;
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // No id of a response.
        }

        return null;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The whole response that the last event carries; before the end, the last one that any carried, with the items, arguments, text and
    /// reasoning that came since.
    /// </remarks>
    public override bool Assemble(ReadOnlySpan<byte> stream, Utf8JsonWriter json)
    {
        byte[]? response = null;
        var items = new SortedDictionary<int, Item>();
        var events = new SseReader(stream);
        while (events.Read())
        {
            try
            {
                using var parsed = JsonDocument.Parse(
                    events.Data.ToArray(),
                    new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth }
                );
                var data = parsed.RootElement;
                if (data.ValueKind != JsonValueKind.Object)
                {
                    continue;
                }

                var type = Text(data, "type") ?? "";
                if (data.TryGetProperty("response", out var whole) && whole.ValueKind == JsonValueKind.Object)
                {
                    response = Raw(whole);
                    if (type is "response.completed" or "response.incomplete" or "response.failed")
                    {
                        json.WriteRawValue(response, skipInputValidation: true);
                        return true;
                    }
                }
                else if (type.StartsWith("response.", StringComparison.Ordinal))
                {
                    Take(type, data, items);
                }
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException)
            {
                continue;
            }
        }

        if (response == null && items.Count == 0)
        {
            return false;
        }

        Unfinished(response ?? "{\"object\":\"response\"}"u8.ToArray(), items, json);
        return true;
    }

    private static void Take(string type, JsonElement data, SortedDictionary<int, Item> items)
    {
        var output = Number(data, "output_index");
        if (!items.TryGetValue(output, out var item))
        {
            items[output] = item = new Item();
        }

        switch (type)
        {
            case "response.output_item.added"
            or "response.output_item.done" when data.TryGetProperty("item", out var whole) && whole.ValueKind == JsonValueKind.Object:
                item.Take(whole, done: type.EndsWith("done", StringComparison.Ordinal));
                break;
            case "response.content_part.added" when data.TryGetProperty("part", out var part) && part.ValueKind == JsonValueKind.Object:
                item.Part(Number(data, "content_index"), part);
                break;
            case "response.output_text.delta":
                item.Append(Number(data, "content_index"), "output_text", "text", data);
                break;
            case "response.refusal.delta":
                item.Append(Number(data, "content_index"), "refusal", "refusal", data);
                break;
            case "response.reasoning_text.delta":
                item.Append(Number(data, "content_index"), "reasoning_text", "text", data);
                break;
            case "response.reasoning_summary_text.delta":
                item.AppendSummary(Number(data, "summary_index"), data);
                break;
            case "response.function_call_arguments.delta" or "response.mcp_call_arguments.delta":
                item.Append("arguments", "function_call", data);
                break;
            case "response.custom_tool_call_input.delta":
                item.Append("input", "custom_tool_call", data);
                break;
            case "response.code_interpreter_call_code.delta":
                item.Append("code", "code_interpreter_call", data);
                break;
        }
    }

    private static void Unfinished(byte[] response, SortedDictionary<int, Item> items, Utf8JsonWriter json)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var list = new Utf8JsonWriter(output, StreamToBody.Plain))
        {
            list.WriteStartArray();
            foreach (var item in items.Values)
            {
                item.Write(list);
            }

            list.WriteEndArray();
        }

        var body = new StreamedObject();
        using var parsed = JsonDocument.Parse(response, new JsonDocumentOptions { MaxDepth = ExchangeLineReader.MostDepth });
        foreach (var field in parsed.RootElement.EnumerateObject())
        {
            body.Set(System.Text.Encoding.UTF8.GetBytes(field.Name), Raw(field.Value));
        }

        body.Set("output"u8, output.WrittenSpan);
        body.Write(json);
    }

    private static byte[] Raw(JsonElement value) => System.Text.Encoding.UTF8.GetBytes(value.GetRawText());

    private static string? Text(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : 0;

    /// <summary>An item of the output as far as it came.</summary>
    private sealed class Item
    {
        private readonly StreamedObject _head = new();
        private readonly SortedDictionary<int, StreamedObject> _content = [];
        private readonly SortedDictionary<int, StreamedObject> _summary = [];
        private byte[]? _done;
        private bool _more;

        public void Take(JsonElement item, bool done)
        {
            _done = done ? Raw(item) : null;
            foreach (var field in item.EnumerateObject())
            {
                _head.Set(System.Text.Encoding.UTF8.GetBytes(field.Name), Raw(field.Value));
            }
        }

        public void Part(int index, JsonElement part)
        {
            var into = Of(_content, index);
            foreach (var field in part.EnumerateObject())
            {
                into.Set(System.Text.Encoding.UTF8.GetBytes(field.Name), Raw(field.Value));
            }
        }

        public void Append(int index, string kind, string field, JsonElement data) => Append(Of(_content, index), kind, field, data);

        public void AppendSummary(int index, JsonElement data) => Append(Of(_summary, index), "summary_text", "text", data);

        public void Append(string field, string kind, JsonElement data) => Append(_head, kind, field, data);

        public void Write(Utf8JsonWriter json)
        {
            if (_done != null)
            {
                json.WriteRawValue(_done, skipInputValidation: true);
                return;
            }

            if (_content.Count > 0)
            {
                _head.SetIfMissing(
                    "type"u8,
                    _content.Values.First().Raw("type"u8).SequenceEqual("\"reasoning_text\""u8) ? "\"reasoning\""u8 : "\"message\""u8
                );
                _head.SetIfMissing("role"u8, "\"assistant\""u8);
                _head.Set("content"u8, List(_content));
            }

            if (_summary.Count > 0)
            {
                _head.SetIfMissing("type"u8, "\"reasoning\""u8);
                _head.Set("summary"u8, List(_summary));
            }

            if (_more)
            {
                _head.Set("status"u8, "\"incomplete\""u8);
            }

            _head.Write(json);
        }

        private void Append(StreamedObject into, string kind, string field, JsonElement data)
        {
            if (data.TryGetProperty("delta", out var delta) && delta.ValueKind == JsonValueKind.String)
            {
                into.SetIfMissing("type"u8, System.Text.Encoding.UTF8.GetBytes($"\"{kind}\""));
                into.Append(System.Text.Encoding.UTF8.GetBytes(field), Raw(delta).AsSpan()[1..^1]);
                _more = true;
            }
        }

        private static StreamedObject Of(SortedDictionary<int, StreamedObject> parts, int index)
        {
            if (!parts.TryGetValue(index, out var part))
            {
                parts[index] = part = new();
            }

            return part;
        }

        private static ReadOnlySpan<byte> List(SortedDictionary<int, StreamedObject> parts)
        {
            var bytes = new ArrayBufferWriter<byte>();
            using var list = new Utf8JsonWriter(bytes, StreamToBody.Plain);
            list.WriteStartArray();
            foreach (var part in parts.Values)
            {
                part.Write(list);
            }

            list.WriteEndArray();
            list.Flush();
            return bytes.WrittenSpan;
        }
    }
}
