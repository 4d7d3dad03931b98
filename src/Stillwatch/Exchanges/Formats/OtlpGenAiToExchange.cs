using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// OpenTelemetry GenAI spans, as OTLP/JSON export requests one a line, to exchange-log lines. Attributes as in the GenAI semantic
/// conventions: <c>gen_ai.request.*</c>, <c>gen_ai.usage.*</c>, <c>gen_ai.input.messages</c>, <c>gen_ai.system_instructions</c>, and the
/// older <c>gen_ai.prompt</c>.
/// </summary>
/// <remarks>
/// The account is the first attribute present of <see cref="AccountAttributes"/>, on the span or its resource: the conventions name no
/// customer. A span that is no call of a model (no <c>gen_ai.request.model</c>) is passed over in silence; a line without any is rejected.
/// </remarks>
internal static class OtlpGenAiToExchange
{
    /// <summary>Where the account is looked for, in order.</summary>
    public static readonly string[] AccountAttributes = ["stillwatch.account", "enduser.id", "user.id", "client.id", "api_key.id"];

    /// <summary>Appends a line for each span of a model call to <paramref name="into"/>, and their ends to <paramref name="ends"/>.</summary>
    public static Rejection Translate(ReadOnlySpan<byte> line, IBufferWriter<byte> into, List<int> ends)
    {
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: true, new JsonReaderState(new JsonReaderOptions { MaxDepth = ExchangeLineReader.MostDepth }));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new(RejectionKind.NotJson, "the line is no JSON object");
            }

            return Resources(ref reader, line, into, ends);
        }
        catch (JsonException broken)
        {
            return new(RejectionKind.NotJson, $"not valid JSON at byte {broken.BytePositionInLine}");
        }
    }

    private static Rejection Resources(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, IBufferWriter<byte> into, List<int> ends)
    {
        var calls = 0;
        var fault = Rejection.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var spans = reader.Is("resourceSpans"u8) || reader.Is("resource_spans"u8);
            reader.Read();
            if (!spans || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                Resource(ref reader, line, into, ends, ref calls, ref fault);
            }
        }

        return calls == 0 && fault.Taken ? new(RejectionKind.NoExchange, "no span of the line is a call of a model (none has gen_ai.request.model)") : fault;
    }

    private static void Resource(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, IBufferWriter<byte> into, List<int> ends, ref int calls, ref Rejection fault)
    {
        var fields = new JsonSlices();
        fields.Read(ref reader);
        var resource = new Attributes();
        var raw = fields.Raw(line, "resource");
        if (raw.Length > 0)
        {
            resource.ReadOwner(raw);
        }

        var scopes = fields.Raw(line, "scopeSpans", "scope_spans");
        if (scopes.Length == 0)
        {
            return;
        }

        var inner = Reader(scopes);
        inner.Read();
        while (inner.Read() && inner.TokenType == JsonTokenType.StartObject)
        {
            var scope = new JsonSlices();
            scope.Read(ref inner);
            var spans = scope.Raw(scopes, "spans");
            if (spans.Length == 0)
            {
                continue;
            }

            var each = Reader(spans);
            each.Read();
            while (each.Read() && each.TokenType == JsonTokenType.StartObject)
            {
                var span = new JsonSlices();
                span.Read(ref each);
                var rejection = Isolated(spans, span, resource, into, ends, ref calls);
                fault = fault.Taken ? rejection : fault;
            }
        }
    }

    /// <summary>A span with values that cannot be read costs that span and no other: exporters cut long values off in the middle.</summary>
    private static Rejection Isolated(ReadOnlySpan<byte> text, JsonSlices span, Attributes resource, IBufferWriter<byte> into, List<int> ends, ref int calls)
    {
        try
        {
            return Span(text, span, resource, into, ends, ref calls);
        }
        catch (JsonException broken)
        {
            return new(RejectionKind.NotJson, $"a value of span {Trim(span.Raw(text, "spanId", "span_id"))} is not valid JSON ({broken.Message}); the line's other spans were read");
        }
    }

    private static Rejection Span(ReadOnlySpan<byte> text, JsonSlices span, Attributes resource, IBufferWriter<byte> into, List<int> ends, ref int calls)
    {
        var attributes = new Attributes();
        attributes.Read(span.Raw(text, "attributes"));
        if (attributes.Text("gen_ai.request.model") is null)
        {
            return Rejection.None;
        }

        calls++;
        var account = AccountAttributes.Select(name => attributes.Text(name) ?? resource.Text(name)).FirstOrDefault(name => !string.IsNullOrEmpty(name));
        if (account is null)
        {
            return new(RejectionKind.FieldMissing, $"a span names no account: none of the attributes {string.Join(", ", AccountAttributes)} is there");
        }

        if (Nanoseconds(span.Raw(text, "startTimeUnixNano", "start_time_unix_nano")) is not { } at)
        {
            return new(RejectionKind.FieldUnusable, "a span's 'startTimeUnixNano' is no time");
        }

        var exchange = new ArrayBufferWriter<byte>();   // whole before it is handed on: a fault in the middle leaves nothing behind
        using (var writer = new Utf8JsonWriter(exchange, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, attributes.Text("gen_ai.response.id") ?? Trim(span.Raw(text, "traceId", "trace_id")) + ":" + Trim(span.Raw(text, "spanId", "span_id")));
            writer.WriteString("time"u8, at.ToString());
            writer.WriteString("account"u8, account);
            Text(writer, "model"u8, attributes.Text("gen_ai.response.model"));
            Text(writer, "end_user"u8, attributes.Text("enduser.pseudo.id"));
            writer.WriteStartObject("client"u8);
            Text(writer, "ip"u8, attributes.Text("client.address"));
            Text(writer, "user_agent"u8, attributes.Text("user_agent.original"));
            Text(writer, "tls"u8, attributes.Text("tls.client.ja4"));
            writer.WriteEndObject();
            Request(writer, attributes);
            Response(writer, attributes);
            if (attributes.Text("error.type") is not null)
            {
                writer.WriteNumber("status"u8, 500);
            }

            writer.WriteStartObject("usage"u8);
            Number(writer, "input_tokens"u8, attributes.Text("gen_ai.usage.input_tokens") ?? attributes.Text("gen_ai.usage.prompt_tokens"));
            Number(writer, "output_tokens"u8, attributes.Text("gen_ai.usage.output_tokens") ?? attributes.Text("gen_ai.usage.completion_tokens"));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        into.Write(exchange.WrittenSpan);
        ends.Add((ends.Count == 0 ? 0 : ends[^1]) + exchange.WrittenCount);
        return Rejection.None;
    }

    private static void Request(Utf8JsonWriter writer, Attributes attributes)
    {
        writer.WriteStartObject("request"u8);
        Text(writer, "model"u8, attributes.Text("gen_ai.request.model"));
        Number(writer, "temperature"u8, attributes.Text("gen_ai.request.temperature"));
        Number(writer, "top_p"u8, attributes.Text("gen_ai.request.top_p"));
        Number(writer, "max_tokens"u8, attributes.Text("gen_ai.request.max_tokens"));
        Number(writer, "n"u8, attributes.Text("gen_ai.request.choice.count"));
        var system = attributes.Raw("gen_ai.system_instructions");
        if (system.Length > 0)
        {
            writer.WritePropertyName("system"u8);
            writer.WriteRawValue(system, skipInputValidation: true);
        }

        var name = attributes.Text("gen_ai.input.messages") is null ? "gen_ai.prompt" : "gen_ai.input.messages";
        var messages = attributes.Raw(name);
        if (messages.Length > 0)
        {
            writer.WritePropertyName("messages"u8);
            Messages(writer, messages);
        }
        else
        {
            Text(writer, "prompt"u8, attributes.Text(name));   // plain text, as older instrumentations send it
        }

        writer.WriteEndObject();
    }

    /// <summary>The answer's messages: where tokens were not counted, their text is.</summary>
    private static void Response(Utf8JsonWriter writer, Attributes attributes)
    {
        var name = attributes.Text("gen_ai.output.messages") is null ? "gen_ai.completion" : "gen_ai.output.messages";
        var messages = attributes.Raw(name);
        var text = attributes.Text(name);
        if (text is null)
        {
            return;
        }

        writer.WriteStartObject("response"u8);
        if (messages.Length > 0)
        {
            writer.WritePropertyName("output"u8);
            Messages(writer, messages);
        }
        else
        {
            writer.WriteString("text"u8, text);
        }

        writer.WriteEndObject();
    }

    /// <summary>The conventions' messages have <c>parts</c> where the dialects have <c>content</c>; the rest is alike.</summary>
    private static void Messages(Utf8JsonWriter writer, ReadOnlySpan<byte> messages)
    {
        var reader = Reader(messages);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            writer.WriteRawValue(messages, skipInputValidation: true);
            return;
        }

        writer.WriteStartArray();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var message = new JsonSlices();
            message.Read(ref reader);
            writer.WriteStartObject();
            var role = message.Raw(messages, "role");
            if (role.Length > 0)
            {
                writer.WritePropertyName("role"u8);
                writer.WriteRawValue(role, skipInputValidation: true);
            }

            var content = message.Raw(messages, "parts", "content");
            if (content.Length > 0)
            {
                writer.WritePropertyName("content"u8);
                writer.WriteRawValue(content, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Utf8JsonReader Reader(ReadOnlySpan<byte> json) =>
        new(json, isFinalBlock: true, new JsonReaderState(new JsonReaderOptions { MaxDepth = ExchangeLineReader.MostDepth }));

    private static void Text(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (double.TryParse(value, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
    }

    private static string Trim(ReadOnlySpan<byte> raw) => System.Text.Encoding.UTF8.GetString(raw.Trim((byte)'"'));

    private static EventTime? Nanoseconds(ReadOnlySpan<byte> raw) =>
        long.TryParse(raw.Trim((byte)'"'), CultureInfo.InvariantCulture, out var nanoseconds) && nanoseconds > 0 ? new EventTime(nanoseconds / 1000) : null;

    /// <summary>The attributes of a span or a resource: text by name, structured values as JSON.</summary>
    private sealed class Attributes
    {
        private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);

        /// <summary>Reads the attributes within <c>{"attributes": […]}</c>.</summary>
        public void ReadOwner(ReadOnlySpan<byte> owner)
        {
            var reader = Reader(owner);
            reader.Read();
            var fields = new JsonSlices();
            fields.Read(ref reader);
            Read(fields.Raw(owner, "attributes"));
        }

        /// <summary>Reads a list of <c>{"key": …, "value": {"stringValue": …}}</c>.</summary>
        public void Read(ReadOnlySpan<byte> list)
        {
            if (list.Length == 0)
            {
                return;
            }

            var reader = Reader(list);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var attribute = new JsonSlices();
                attribute.Read(ref reader);
                var key = attribute.Raw(list, "key");
                var value = attribute.Raw(list, "value");
                if (key.Length > 2 && value.Length > 2)
                {
                    _values[Trim(key)] = Value(value);
                }
            }
        }

        public string? Text(string name) => _values.TryGetValue(name, out var value) ? System.Text.Encoding.UTF8.GetString(value) : null;

        /// <summary>The value where it is a JSON list or object, also one that was written into a string; empty otherwise, and where it was cut off.</summary>
        public ReadOnlySpan<byte> Raw(string name) => _values.TryGetValue(name, out var value) && value.Length > 1 && value[0] is (byte)'[' or (byte)'{' && IsJson(value) ? value : [];

        private static bool IsJson(byte[] value)
        {
            try
            {
                var reader = Reader(value);
                while (reader.Read())
                {
                    // Only its form is looked at.
                }

                return true;
            }
            catch (JsonException)
            {
                return false;
            }
        }

        /// <summary>The inner value: the text of a string, the digits of a number, the JSON of a structure.</summary>
        private static byte[] Value(ReadOnlySpan<byte> value)
        {
            var reader = Reader(value);
            reader.Read();
            reader.Read();
            var structured = reader.Is("arrayValue"u8) || reader.Is("kvlistValue"u8) || reader.Is("array_value"u8) || reader.Is("kvlist_value"u8);
            reader.Read();
            if (structured)
            {
                return OtlpValue.ToJson(value);
            }

            if (reader.TokenType != JsonTokenType.String)
            {
                return reader.HasValueSequence ? [] : reader.ValueSpan.ToArray();
            }

            var text = new byte[reader.ValueSpan.Length + 1];
            return text[..JsonText.Unescape(reader.ValueSpan, text)];
        }
    }
}
