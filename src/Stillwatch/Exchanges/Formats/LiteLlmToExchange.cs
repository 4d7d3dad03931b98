using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// LiteLLM's logs to exchange-log lines: rows of the spend-log table as JSON (<c>request_id</c>, <c>api_key</c>, <c>messages</c>,
/// <c>proxy_server_request</c>), and the standard logging payloads that it writes to object stores (<c>id</c>, <c>model_parameters</c>,
/// <c>metadata</c>).
/// </summary>
/// <remarks>
/// The account is the first that is there of team, user and key. Exports write <c>metadata</c>, <c>messages</c>, <c>response</c> and
/// <c>proxy_server_request</c> as objects or as JSON in a string; both are read. Where a proxy keeps no prompts (its default), the exchange has
/// counts and times and no text: links by content then see nothing.
/// </remarks>
internal static class LiteLlmToExchange
{
    /// <summary>Appends one line to <paramref name="into"/>, and its end to <paramref name="ends"/>.</summary>
    public static Rejection Translate(ReadOnlySpan<byte> line, IBufferWriter<byte> into, List<int> ends)
    {
        try
        {
            var reader = JsonText.Reader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new(RejectionKind.NotJson, "the line is no JSON object");
            }

            var fields = new JsonSlices();
            fields.Read(ref reader);
            return Write(line, fields, into, ends);
        }
        catch (JsonException broken)
        {
            return new(RejectionKind.NotJson, $"not valid JSON at byte {broken.BytePositionInLine}");
        }
    }

    private static Rejection Write(ReadOnlySpan<byte> line, JsonSlices fields, IBufferWriter<byte> into, List<int> ends)
    {
        var metadataText = EmbeddedJson.Of(fields.Raw(line, "metadata"));
        var metadata = Inner(metadataText);
        var account = metadata.Raw(metadataText, "user_api_key_team_id", "user_api_key_user_id", "user_api_key_hash");
        account = account.Length > 2 ? account : fields.Raw(line, "team_id", "user", "api_key");
        var id = fields.Raw(line, "request_id", "id");
        if (id.Length == 0 || account.Length <= 2)
        {
            return new(RejectionKind.FieldMissing, $"the field '{(id.Length == 0 ? "request_id" : "user' or 'api_key")}' is missing or empty");
        }

        if (Time(fields.Raw(line, "startTime")) is not { } at)
        {
            return new(RejectionKind.FieldUnusable, "the field 'startTime' is no time");
        }

        var counted = new CountingWriter(into, ends.Count == 0 ? 0 : ends[^1]);
        using (var writer = new Utf8JsonWriter(counted, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("id"u8);
            writer.WriteRawValue(id, skipInputValidation: true);
            writer.WriteString("time"u8, at.ToString());
            writer.WritePropertyName("account"u8);
            writer.WriteRawValue(account, skipInputValidation: true);
            Copy(writer, "key"u8, metadata.Raw(metadataText, "user_api_key_hash"));
            Copy(writer, "end_user"u8, fields.Raw(line, "end_user"));
            Copy(writer, "model"u8, fields.Raw(line, "model"));
            Client(writer, line, fields, metadataText, metadata);
            Request(writer, line, fields);
            var response = EmbeddedJson.Of(fields.Raw(line, "response"));
            if (response.Length > 2 && response[0] == '{')
            {
                Copy(writer, "response"u8, response);
            }

            var status = fields.Raw(line, "status");
            if (status.SequenceEqual("\"failure\""u8))
            {
                writer.WriteNumber("status"u8, 500);
            }

            writer.WriteStartObject("usage"u8);   // a count that is missing is taken from the answer
            Copy(writer, "input_tokens"u8, fields.Raw(line, "prompt_tokens"));
            Copy(writer, "output_tokens"u8, fields.Raw(line, "completion_tokens"));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        ends.Add(counted.Written);
        return Rejection.None;
    }

    private static void Client(Utf8JsonWriter writer, ReadOnlySpan<byte> line, JsonSlices fields, ReadOnlySpan<byte> metadataText, JsonSlices metadata)
    {
        var ip = fields.Raw(line, "requester_ip_address");
        ip = ip.Length > 2 ? ip : metadata.Raw(metadataText, "requester_ip_address");
        var agent = metadata.Raw(metadataText, "user_agent");
        if (ip.Length > 2 || agent.Length > 2)
        {
            writer.WriteStartObject("client"u8);
            Copy(writer, "ip"u8, ip);
            Copy(writer, "user_agent"u8, agent);
            writer.WriteEndObject();
        }
    }

    /// <summary>The body: as the proxy received it where it kept that, else the messages with the parameters beside them.</summary>
    private static void Request(Utf8JsonWriter writer, ReadOnlySpan<byte> line, JsonSlices fields)
    {
        var received = EmbeddedJson.Of(fields.Raw(line, "proxy_server_request"));
        if (received.Length > 2 && received[0] == '{')
        {
            var inner = Inner(received);
            var body = inner.Raw(received, "body");
            Copy(writer, "request"u8, body.Length > 2 && body[0] == '{' ? body : received);
            return;
        }

        writer.WriteStartObject("request"u8);
        Copy(writer, "model"u8, fields.Raw(line, "model"));
        var written = fields.Raw(line, "messages");
        var embedded = EmbeddedJson.Of(written);
        var messages = IsMessages(embedded) ? embedded : written;   // text that happens to be JSON is text
        if (messages.Length > 2 && messages[0] is (byte)'[' or (byte)'"' && !messages.SequenceEqual("\"{}\""u8))
        {
            Copy(writer, "messages"u8, messages);
        }

        var parameters = EmbeddedJson.Of(fields.Raw(line, "model_parameters"));
        if (parameters.Length > 2 && parameters[0] == '{')
        {
            Spread(writer, parameters);
        }

        writer.WriteEndObject();
    }

    private static bool IsMessages(ReadOnlySpan<byte> json) =>
        json.Length > 2 && json[0] == '[' && json[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    private static void Spread(Utf8JsonWriter writer, ReadOnlySpan<byte> parameters)
    {
        var reader = JsonText.Reader(parameters);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            writer.WritePropertyName(reader.ValueSpan);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            writer.WriteRawValue(parameters[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }
    }

    private static JsonSlices Inner(ReadOnlySpan<byte> json)
    {
        var slices = new JsonSlices();
        if (json.Length > 1 && json[0] == '{')
        {
            var reader = JsonText.Reader(json);
            reader.Read();
            slices.Read(ref reader);
        }

        return slices;
    }

    private static void Copy(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> raw)
    {
        if (raw.Length > 0)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(raw, skipInputValidation: true);
        }
    }

    /// <summary>A time as LiteLLM writes it: seconds since the epoch, or ISO 8601 with or without an offset (then UTC).</summary>
    private static EventTime? Time(ReadOnlySpan<byte> raw)
    {
        if (raw.Length == 0)
        {
            return null;
        }

        if (raw[0] != '"')
        {
            return double.TryParse(raw, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 1e11
                ? new EventTime((long)Math.Round(seconds * EventTime.Second))
                : null;
        }

        return DateTimeOffset.TryParse(System.Text.Encoding.UTF8.GetString(raw[1..^1]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new EventTime((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond)
            : null;
    }
}
