using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// OpenTelemetry GenAI spans, as OTLP/JSON export requests one a line, to exchange-log lines. Attributes as in the GenAI semantic
/// conventions: <c>gen_ai.request.*</c>, <c>gen_ai.usage.*</c>, <c>gen_ai.input.messages</c>, <c>gen_ai.system_instructions</c>, and the
/// older <c>gen_ai.prompt</c> and <c>gen_ai.prompt.0.content</c>. Text that an instrumentation sends as log events apart from its spans is not read.
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
            var reader = JsonText.Reader(line);
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
        var resource = new OtlpAttributes();
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

        var inner = JsonText.Reader(scopes);
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

            var each = JsonText.Reader(spans);
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
    private static Rejection Isolated(ReadOnlySpan<byte> text, JsonSlices span, OtlpAttributes resource, IBufferWriter<byte> into, List<int> ends, ref int calls)
    {
        try
        {
            return Span(text, span, resource, into, ends, ref calls);
        }
        catch (JsonException broken)
        {
            return new(RejectionKind.NotJson, $"a value of span {OtlpAttributes.Plain(span.Raw(text, "spanId", "span_id"))} is not valid JSON ({broken.Message}); the line's other spans were read");
        }
    }

    private static Rejection Span(ReadOnlySpan<byte> text, JsonSlices span, OtlpAttributes resource, IBufferWriter<byte> into, List<int> ends, ref int calls)
    {
        var attributes = new OtlpAttributes();
        attributes.Read(span.Raw(text, "attributes"));
        attributes.ReadEvents(span.Raw(text, "events"));
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
            writer.WriteString("id"u8, attributes.Text("gen_ai.response.id") ?? OtlpAttributes.Plain(span.Raw(text, "traceId", "trace_id")) + ":" + OtlpAttributes.Plain(span.Raw(text, "spanId", "span_id")));
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

    private static void Request(Utf8JsonWriter writer, OtlpAttributes attributes)
    {
        writer.WriteStartObject("request"u8);
        Text(writer, "model"u8, attributes.Text("gen_ai.request.model"));
        Number(writer, "temperature"u8, attributes.Text("gen_ai.request.temperature"));
        Number(writer, "top_p"u8, attributes.Text("gen_ai.request.top_p"));
        Number(writer, "max_tokens"u8, attributes.Text("gen_ai.request.max_tokens"));
        Number(writer, "n"u8, attributes.Text("gen_ai.request.choice.count"));
        Number(writer, "seed"u8, attributes.Text("gen_ai.request.seed"));
        Number(writer, "frequency_penalty"u8, attributes.Text("gen_ai.request.frequency_penalty"));
        Number(writer, "presence_penalty"u8, attributes.Text("gen_ai.request.presence_penalty"));
        Structure(writer, "stop"u8, attributes.Raw("gen_ai.request.stop_sequences"));
        Structure(writer, "tools"u8, attributes.Raw("gen_ai.tool.definitions"));
        Structure(writer, "system"u8, attributes.Raw("gen_ai.system_instructions"));

        var name = attributes.Text("gen_ai.input.messages") is null ? "gen_ai.prompt" : "gen_ai.input.messages";
        var messages = attributes.Raw(name);
        if (messages.Length > 0)
        {
            writer.WritePropertyName("messages"u8);
            Messages(writer, messages);
        }
        else if (!Numbered(writer, "messages"u8, attributes, "gen_ai.prompt"))
        {
            Text(writer, "prompt"u8, attributes.Text(name));   // plain text, as older instrumentations send it
        }

        writer.WriteEndObject();
    }

    /// <summary>The answer's messages: where tokens were not counted, their text is.</summary>
    private static void Response(Utf8JsonWriter writer, OtlpAttributes attributes)
    {
        var name = attributes.Text("gen_ai.output.messages") is null ? "gen_ai.completion" : "gen_ai.output.messages";
        var messages = attributes.Raw(name);
        var text = attributes.Text(name);
        if (text is null && attributes.Text("gen_ai.completion.0.content") is null)
        {
            return;
        }

        writer.WriteStartObject("response"u8);
        if (messages.Length > 0)
        {
            writer.WritePropertyName("output"u8);
            Messages(writer, messages);
        }
        else if (!Numbered(writer, "output"u8, attributes, "gen_ai.completion"))
        {
            Text(writer, "text"u8, text);
        }

        writer.WriteEndObject();
    }

    /// <summary>The conventions' messages have <c>parts</c> where the dialects have <c>content</c>; the rest is alike.</summary>
    private static void Messages(Utf8JsonWriter writer, ReadOnlySpan<byte> messages)
    {
        var reader = JsonText.Reader(messages);
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

    /// <summary>Messages as attributes of their own, <c>gen_ai.prompt.0.content</c> and so on, as OpenLLMetry wrote them until 2025.</summary>
    private static bool Numbered(Utf8JsonWriter writer, ReadOnlySpan<byte> name, OtlpAttributes attributes, string prefix)
    {
        for (var i = 0; ; i++)
        {
            var content = attributes.Text($"{prefix}.{i}.content");
            var role = attributes.Text($"{prefix}.{i}.role");
            if (content is null && role is null)
            {
                if (i > 0)
                {
                    writer.WriteEndArray();
                }

                return i > 0;
            }

            if (i == 0)
            {
                writer.WriteStartArray(name);
            }

            writer.WriteStartObject();
            Text(writer, "role"u8, role);
            var structure = attributes.Raw($"{prefix}.{i}.content");   // a content of parts, or text that happens to be JSON
            if (IsParts(structure))
            {
                Structure(writer, "content"u8, structure);
            }
            else
            {
                Text(writer, "content"u8, content);
            }

            writer.WriteEndObject();
        }
    }

    private static bool IsParts(ReadOnlySpan<byte> structure) => structure.Length > 2 && structure[0] == '[' && structure.IndexOf("\"type\""u8) >= 0;

    private static void Structure(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        if (json.Length > 0)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(json, skipInputValidation: true);
        }
    }

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

    private static EventTime? Nanoseconds(ReadOnlySpan<byte> raw) =>
        long.TryParse(raw.Trim((byte)'"'), CultureInfo.InvariantCulture, out var nanoseconds) && nanoseconds > 0 ? new EventTime(nanoseconds / 1000) : null;
}
