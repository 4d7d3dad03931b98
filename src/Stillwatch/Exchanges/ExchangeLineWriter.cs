using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges;

/// <summary>Writes an exchange as one line of an exchange log, version 1: the counterpart of <see cref="ExchangeLineReader"/>.</summary>
/// <remarks>
/// Bodies go in as they are, without the white space between their tokens. A request that is not one valid JSON object becomes
/// <c>request_raw</c>; an answer that is none becomes <c>response_raw</c>, a field beyond version 1, with <c>response</c> null.
/// </remarks>
internal static class ExchangeLineWriter
{
    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private static readonly string[] Outcomes = ["complete", "client_gone", "upstream_cut", "timeout", "refused"];

    /// <summary>The word for <paramref name="outcome"/>.</summary>
    public static string Word(Outcome outcome) => Outcomes[(int)outcome];

    /// <summary>Writes <paramref name="record"/> and a line end.</summary>
    public static void Write(ExchangeRecord record, IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteString("id", record.Id);
            json.WriteString("time", record.At.ToString());
            json.WriteString("account", record.Account);
            Text(json, "key", record.Key);
            Text(json, "end_user", record.EndUser);
            json.WriteString("endpoint", record.Endpoint);
            Text(json, "model", record.Model);
            Client(json, record.Client);
            Request(json, record.Request.Span);
            json.WriteNumber("status", record.Status);
            json.WriteString("outcome", Word(record.Outcome));
            Response(json, record);
            Changed(json, "request_forwarded", record.Forwarded.Span);
            Changed(json, "response_received", ReceivedBody(record));
            Number(json, "latency_ms", record.LatencyMs);
            Number(json, "first_token_ms", record.FirstTokenMs);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>The answer's body: a stream put together; null where it is no JSON object.</summary>
    public static byte[]? Body(ExchangeRecord record)
    {
        var body = record.IsStream ? StreamToBody.Assemble(record.Dialect, record.Response.Span) : record.Response.ToArray();
        return body is { Length: > 0 } && IsObject(body) ? Compact(body) : null;
    }

    /// <summary>
    /// The body of the answer as the model server gave it, where something else was sent: a stream put together; null where it is no JSON
    /// object.
    /// </summary>
    public static byte[]? ReceivedBody(ExchangeRecord record)
    {
        var body =
            record.IsStream && !record.Received.Span.StartsWith("{"u8)
                ? StreamToBody.Assemble(record.Dialect, record.Received.Span)
                : record.Received.ToArray();
        return body is { Length: > 0 } && IsObject(body) ? Compact(body) : null;
    }

    /// <summary><paramref name="json"/> without white space between its tokens, so that it fits on a line.</summary>
    public static byte[] Compact(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny("\n\r\t "u8) < 0)
        {
            return json.ToArray();
        }

        var compact = new byte[json.Length];
        var length = 0;
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var b = json[i];
            if (inText)
            {
                compact[length++] = b;
                if (b == '\\')
                {
                    compact[length++] = json[++i];
                }

                inText = b != '"';
            }
            else if (b is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                compact[length++] = b;
                inText = b == '"';
            }
        }

        return compact.AsSpan(0, length).ToArray();
    }

    /// <summary>Whether <paramref name="bytes"/> are one valid JSON object in valid UTF-8, as a reader of the line will see it.</summary>
    public static bool IsObject(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = ExchangeLineReader.MostDepth - 2 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Request(Utf8JsonWriter json, ReadOnlySpan<byte> request)
    {
        request = RequestReader.WithoutMark(request);
        if (IsObject(request))
        {
            json.WritePropertyName("request");
            json.WriteRawValue(Compact(request), skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject("request");
            json.WriteEndObject();
            json.WriteBase64String("request_raw", request);
        }
    }

    private static void Response(Utf8JsonWriter json, ExchangeRecord record)
    {
        var body = Body(record);
        if (body != null)
        {
            json.WritePropertyName("response");
            json.WriteRawValue(body, skipInputValidation: true);
            return;
        }

        json.WriteNull("response");
        if (!record.Response.IsEmpty)
        {
            json.WriteBase64String("response_raw", record.Response.Span);
        }
    }

    /// <summary>What was changed on its way, as it was before or behind: left out where nothing was.</summary>
    private static void Changed(Utf8JsonWriter json, string name, ReadOnlySpan<byte> body)
    {
        if (IsObject(body))
        {
            json.WritePropertyName(name);
            json.WriteRawValue(Compact(body), skipInputValidation: true);
        }
    }

    private static void Client(Utf8JsonWriter json, in ClientFacts client)
    {
        if (client == default)
        {
            return;
        }

        json.WriteStartObject("client");
        Text(json, "ip", client.Ip);
        if (client.Asn > 0)
        {
            json.WriteNumber("asn", client.Asn);
        }

        Text(json, "country", client.Country);
        Text(json, "user_agent", client.UserAgent);
        Text(json, "tls", client.Tls);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value != null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, int value)
    {
        if (value >= 0)
        {
            json.WriteNumber(name, value);
        }
    }
}
