using System.Buffers;
using System.IO.Hashing;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// LiteLLM's logs to exchange-log lines: rows of the spend-log table as JSON (<c>request_id</c>, <c>api_key</c>, <c>messages</c>,
/// <c>proxy_server_request</c>), and the standard logging payloads that it writes to object stores (<c>id</c>, <c>model_parameters</c>,
/// <c>metadata</c>).
/// </summary>
/// <remarks>
/// The account is the first that is there and not empty of team, user and key (<see cref="LiteLlmAccount"/>). Exports write
/// <c>metadata</c>, <c>messages</c>, <c>response</c> and <c>proxy_server_request</c> as objects or as JSON in a string; both are read.
/// Where a proxy keeps no prompts (its default), the exchange has counts and times and no text: links by content then see nothing.
/// </remarks>
internal static class LiteLlmToExchange
{
    /// <summary>Translates the row <paramref name="line"/>, whose fields are <paramref name="fields"/>.</summary>
    /// <exception cref="JsonException">A value is not valid JSON.</exception>
    public static void Translate(ReadOnlySpan<byte> line, JsonSlices fields, LogOptions options, Translation into)
    {
        var metadataText = EmbeddedJson.Of(fields.Raw(line, "metadata"));
        var metadata = JsonSlices.Of(metadataText);
        var account = Account(line, fields, metadataText, metadata, options.Account, out var looked);
        if (account.Length == 0)
        {
            into.Lose(new(RejectionKind.NoAccount, $"a row names no account: {looked} are missing or empty"));
            return;
        }

        var (time, at) = Time(fields.Raw(line, "startTime"));
        if (LogTime.Complaint("startTime", time, Inside(fields.Raw(line, "startTime"))) is { } complaint)
        {
            into.Lose(new(fields.Has("startTime") ? RejectionKind.FieldUnusable : RejectionKind.FieldMissing, complaint));
            return;
        }

        // whole before it is handed on: a fault in the middle leaves nothing behind
        var exchange = new ArrayBufferWriter<byte>(line.Length + 256);
        using (var writer = new Utf8JsonWriter(exchange, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("id"u8);
            var id = First(line, fields, "request_id", "id");
            if (id.Length > 0)
            {
                writer.WriteRawValue(id, skipInputValidation: true);
            }
            else
            {
                writer.WriteStringValue($"row-{XxHash128.HashToUInt128(line):x32}"); // calls that failed have none
            }

            writer.WriteString("time"u8, time == LogTime.Kind.NoOffset ? at.ToString()[..^1] : at.ToString());
            writer.WritePropertyName("account"u8);
            writer.WriteRawValue(account, skipInputValidation: true);
            Copy(writer, "key"u8, Key(line, fields, metadataText, metadata));
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

            writer.WriteStartObject("usage"u8); // a count that is missing is taken from the answer
            Copy(writer, "input_tokens"u8, fields.Raw(line, "prompt_tokens"));
            Copy(writer, "output_tokens"u8, fields.Raw(line, "completion_tokens"));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        into.Add(exchange.WrittenSpan);
    }

    /// <summary>The raw JSON of who it is; empty where nobody is named. What the proxy puts there for everybody names nobody.</summary>
    private static ReadOnlySpan<byte> Account(
        ReadOnlySpan<byte> line,
        JsonSlices fields,
        ReadOnlySpan<byte> metadataText,
        JsonSlices metadata,
        LiteLlmAccount choice,
        out string looked
    )
    {
        var team = First(metadataText, metadata, "user_api_key_team_id");
        team = team.Length > 0 ? team : First(line, fields, "team_id");
        var user = First(metadataText, metadata, "user_api_key_user_id");
        user = user.Length > 0 ? user : First(line, fields, "user");
        var key = Key(line, fields, metadataText, metadata);
        switch (choice)
        {
            case LiteLlmAccount.Team:
                looked = "the team's fields (metadata.user_api_key_team_id, team_id)";
                return team;
            case LiteLlmAccount.User:
                looked = "the user's fields (metadata.user_api_key_user_id, user)";
                return user;
            case LiteLlmAccount.Key:
                looked = "the key's fields (metadata.user_api_key_hash, metadata.user_api_key, api_key)";
                return key;
            case LiteLlmAccount.EndUser:
                looked = "the fields 'end_user' and metadata.user_api_key_end_user_id";
                var named = First(line, fields, "end_user");
                return named.Length > 0 ? named : First(metadataText, metadata, "user_api_key_end_user_id");
            default:
                looked = "the fields of team, user and key ('team_id', 'user', 'api_key', and those of 'metadata')";
                return team.Length > 0 && !IsNobody(team) ? team
                    : user.Length > 0 && !IsNobody(user) ? user
                    : key;
        }
    }

    /// <summary>The user of all keys that the administrator makes, and the team of all keys of the proxy's own pages.</summary>
    private static bool IsNobody(ReadOnlySpan<byte> raw) =>
        raw.SequenceEqual("\"default_user_id\""u8) || raw.SequenceEqual("\"litellm-dashboard\""u8);

    private static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> line, JsonSlices fields, ReadOnlySpan<byte> metadataText, JsonSlices metadata)
    {
        var key = First(metadataText, metadata, "user_api_key_hash", "user_api_key");
        return key.Length > 0 ? key : First(line, fields, "api_key");
    }

    /// <summary>The first of <paramref name="names"/> that is a text or a number and not empty.</summary>
    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> text, JsonSlices fields, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var raw = fields.Raw(text, name);
            if (raw.Length > 0 && (raw[0] == '"' ? raw.Length > 2 : fields.Type(name) == JsonTokenType.Number))
            {
                return raw;
            }
        }

        return [];
    }

    private static void Client(
        Utf8JsonWriter writer,
        ReadOnlySpan<byte> line,
        JsonSlices fields,
        ReadOnlySpan<byte> metadataText,
        JsonSlices metadata
    )
    {
        var ip = First(line, fields, "requester_ip_address");
        ip = ip.Length > 0 ? ip : First(metadataText, metadata, "requester_ip_address");
        var agent = First(metadataText, metadata, "user_agent");
        if (ip.Length > 0 || agent.Length > 0)
        {
            writer.WriteStartObject("client"u8);
            Copy(writer, "ip"u8, ip);
            Copy(writer, "user_agent"u8, agent);
            writer.WriteEndObject();
        }
    }

    /// <summary>
    /// The body: as the proxy received it where it kept that with its text, else the messages with the parameters beside them.
    /// </summary>
    private static void Request(Utf8JsonWriter writer, ReadOnlySpan<byte> line, JsonSlices fields)
    {
        var messages = Messages(fields.Raw(line, "messages"));
        var received = EmbeddedJson.Of(fields.Raw(line, "proxy_server_request"));
        if (received.Length > 2 && received[0] == '{')
        {
            var outer = JsonSlices.Of(received);
            var body = EmbeddedJson.Of(outer.Raw(received, "body"));
            body = body.Length > 2 && body[0] == '{' ? body : received;
            var inner = JsonSlices.Of(body);
            if (messages.Length == 0 || inner.Has("messages") || inner.Has("prompt") || inner.Has("input"))
            {
                Copy(writer, "request"u8, body);
                return;
            }
        }

        writer.WriteStartObject("request"u8);
        Copy(writer, "model"u8, fields.Raw(line, "model"));
        Copy(writer, "messages"u8, messages);
        var parameters = EmbeddedJson.Of(fields.Raw(line, "model_parameters"));
        if (parameters.Length > 2 && parameters[0] == '{')
        {
            Spread(writer, parameters);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// What the log has for messages: a list, an object that holds one, a text, or either in a string. Empty where it keeps none.
    /// </summary>
    private static ReadOnlySpan<byte> Messages(ReadOnlySpan<byte> written)
    {
        var embedded = EmbeddedJson.Of(written);
        if (embedded.Length <= 2)
        {
            return []; // {}, [], "" and their like in strings
        }

        if (embedded[0] == '{')
        {
            var messages = ChatMessages.Of(embedded);
            return messages.Length > 0 || written[0] == '{' ? messages : written;
        }

        // Text that happens to be JSON is text.
        return embedded[0] == '[' && (written[0] == '[' || IsMessages(embedded)) ? embedded
            : written[0] == '"' && written.Length > 2 ? written
            : [];
    }

    private static bool IsMessages(ReadOnlySpan<byte> json) => json[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

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

    private static void Copy(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> raw)
    {
        if (raw.Length > 0)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(raw, skipInputValidation: true);
        }
    }

    private static (LogTime.Kind Kind, EventTime At) Time(ReadOnlySpan<byte> raw) => (LogTime.Read(Inside(raw), out var at), at);

    private static ReadOnlySpan<byte> Inside(ReadOnlySpan<byte> raw) => raw.Length > 1 && raw[0] == '"' ? raw[1..^1] : raw;
}
