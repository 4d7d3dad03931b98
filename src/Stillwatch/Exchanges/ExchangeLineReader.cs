using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges;

/// <summary>
/// Reads one line of an exchange log, version 1, into a draft: streaming, without a tree of objects. Where the log says nothing of a field
/// twice in a body, the last one counts, as it does for the servers that answer it.
/// </summary>
/// <remarks>Format: the exchange log's page in docs/formats.</remarks>
internal static class ExchangeLineReader
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MostDepth = 128;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MostDepth };

    private enum Field
    {
        Other,
        Id,
        Time,
        Account,
        Key,
        EndUser,
        Endpoint,
        Model,
        Client,
        Request,
        RequestRaw,
        Status,
        Outcome,
        Response,
        Usage,
        LatencyMs,
        FirstTokenMs,
    }

    /// <summary>Reads <paramref name="line"/> (no line end), one object and no more, into <paramref name="draft"/>.</summary>
    /// <returns>Whether the line was taken, and if not why; then the draft holds nothing of use.</returns>
    public static Rejection Read(ReadOnlySpan<byte> line, ExchangeDraft draft)
    {
        if (!Utf8.IsValid(line))
        {
            draft.Clear();
            return new(RejectionKind.NotUtf8, "the line is not valid UTF-8");
        }

        var rejection = ReadFirst(line, draft, out var bytes);
        return rejection.Taken && line[bytes..].IndexOfAnyExcept(" \t\r\n"u8) is >= 0 and var more
            ? new(RejectionKind.NotJson, $"something follows the object at byte {bytes + more}")
            : rejection;
    }

    /// <summary>Reads the object that <paramref name="line"/> begins with, whatever follows it, into <paramref name="draft"/>.</summary>
    /// <param name="line">The text, known to be valid UTF-8.</param>
    /// <param name="draft">What is filled.</param>
    /// <param name="bytes">How long the object is, where it was taken.</param>
    /// <returns>As <see cref="Read"/>.</returns>
    public static Rejection ReadFirst(ReadOnlySpan<byte> line, ExchangeDraft draft, out int bytes)
    {
        bytes = 0;
        draft.Clear();
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: true, new JsonReaderState(Options));
            var rejection = Exchange(ref reader, draft);
            bytes = (int)reader.BytesConsumed;
            return rejection;
        }
        catch (JsonException broken)
        {
            return new(RejectionKind.NotJson, $"not valid JSON at byte {broken.BytePositionInLine}: {FirstSentence(broken.Message)}");
        }
    }

    private static Rejection Exchange(ref Utf8JsonReader reader, ExchangeDraft draft)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return new(RejectionKind.NotJson, "the line is no JSON object");
        }

        var seen = 0u;
        var hasRequest = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Name(ref reader);
            if (field != Field.Other)
            {
                var bit = 1u << (int)field;
                if ((seen & bit) != 0)
                {
                    return new(
                        RejectionKind.DuplicateField,
                        $"the field '{JsonNamingPolicy.SnakeCaseLower.ConvertName(field.ToString())}' stands there twice"
                    );
                }

                seen |= bit;
            }

            reader.Read();
            var rejection = Value(ref reader, field, draft, ref hasRequest);
            if (!rejection.Taken)
            {
                return rejection;
            }
        }

        return Complete(draft, hasRequest, (seen & 1u << (int)Field.Time) != 0);
    }

    private static Rejection Complete(ExchangeDraft draft, bool hasRequest, bool hasTime)
    {
        var missing =
            draft.Id.Length == 0 ? "id"
            : !hasTime ? "time"
            : draft.Account.Length == 0 ? "account"
            : !hasRequest ? "request"
            : null;
        if (missing != null)
        {
            return new(RejectionKind.FieldMissing, $"the field '{missing}' is missing or empty");
        }

        draft.Traits |= draft.Answer.Traits(draft.Traits);
        return draft.At < Rfc3339.Earliest || draft.At >= Rfc3339.Latest
            ? new(RejectionKind.TimeAbsurd, $"the time {draft.At} is not between 2000 and 2100")
            : Rejection.None;
    }

    private static Rejection Value(ref Utf8JsonReader reader, Field field, ExchangeDraft draft, ref bool hasRequest)
    {
        switch (field)
        {
            case Field.Id:
                if (!Name(ref reader, draft, out var id))
                {
                    return Unusable("id", "a string or a number");
                }

                draft.Id = id;
                break;
            case Field.Account:
                if (!Name(ref reader, draft, out var account))
                {
                    return Unusable("account", "a string or a number");
                }

                draft.Account = account;
                break;
            case Field.Time:
                var kind = LogTime.Kind.None;
                EventTime at = default;
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                {
                    kind = LogTime.Read(reader.ValueSpan, out at);
                    if (LogTime.Complaint("time", kind, reader.ValueSpan) is { } complaint)
                    {
                        return new(RejectionKind.FieldUnusable, complaint);
                    }
                }
                else
                {
                    return Unusable("time", "a time such as 2026-03-02T00:10:19.162Z");
                }

                (draft.At, draft.TimeWithoutOffset) = (at, kind == LogTime.Kind.NoOffset);
                break;
            case Field.Request:
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    return Unusable("request", "an object");
                }

                hasRequest = true;
                RequestReader.Read(ref reader, draft);
                break;
            case Field.RequestRaw when reader.TokenType == JsonTokenType.String:
                return Raw(ref reader, draft);
            case Field.Key when Name(ref reader, draft, out var key):
                draft.Key = key;
                break;
            case Field.EndUser when Name(ref reader, draft, out var endUser):
                draft.EndUser = endUser;
                break;
            case Field.Model when Name(ref reader, draft, out var model):
                draft.Model = model;
                break;
            case Field.Client when reader.TokenType == JsonTokenType.StartObject:
                Client(ref reader, draft);
                break;
            case Field.Status when reader.TokenType == JsonTokenType.Number:
                draft.Traits |= StatusTraits.Of(reader.TryGetInt32(out var status) ? status : 0);
                break;
            case Field.Outcome when reader.TokenType == JsonTokenType.String:
                draft.Traits |= StatusTraits.Of(
                    reader.Is("complete"u8) ? Outcome.Complete
                    : reader.Is("refused"u8) ? Outcome.Refused
                    : Outcome.ClientGone
                );
                break;
            case Field.Response when reader.TokenType == JsonTokenType.StartObject:
                (draft.AnsweredTokens, draft.OutputBytes) = ResponseReader.Read(ref reader);
                break;
            case Field.Usage when reader.TokenType == JsonTokenType.StartObject:
                draft.LoggedTokens = ResponseReader.Usage(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }

        return Rejection.None;
    }

    private static void Client(ref Utf8JsonReader reader, ExchangeDraft draft)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var ip = reader.Is("ip"u8);
            var agent = !ip && reader.Is("user_agent"u8);
            var tls = !ip && !agent && reader.Is("tls"u8);
            var asn = !ip && !agent && !tls && reader.Is("asn"u8);
            reader.Read();
            if (asn && reader.TokenType == JsonTokenType.Number && reader.TryGetUInt32(out var number))
            {
                draft.Asn = number;
            }
            else if ((ip || agent || tls) && reader.TokenType == JsonTokenType.String)
            {
                var text = JsonText.Take(ref reader, draft);
                draft.Ip = ip ? text : draft.Ip;
                draft.UserAgent = agent ? text : draft.UserAgent;
                draft.Tls = tls ? text : draft.Tls;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static Rejection Raw(ref Utf8JsonReader reader, ExchangeDraft draft)
    {
        var encoded = reader.ValueSpan;
        var room = draft.Room(Base64.GetMaxDecodedFromUtf8Length(encoded.Length));
        if (reader.ValueIsEscaped || Base64.DecodeFromUtf8(encoded, room, out _, out var written) != System.Buffers.OperationStatus.Done)
        {
            return Unusable("request_raw", "base64");
        }

        draft.AddRaw(draft.Keep(written));
        return Rejection.None;
    }

    private static bool Name(ref Utf8JsonReader reader, ExchangeDraft draft, out ExchangeDraft.Slice name)
    {
        name = reader.TokenType is JsonTokenType.String or JsonTokenType.Number ? JsonText.Take(ref reader, draft) : default;
        return name.Length > 0;
    }

    private static Field Name(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        return name.Length switch
        {
            2 when name.SequenceEqual("id"u8) => Field.Id,
            3 when name.SequenceEqual("key"u8) => Field.Key,
            4 when name.SequenceEqual("time"u8) => Field.Time,
            5 when name.SequenceEqual("model"u8) => Field.Model,
            5 when name.SequenceEqual("usage"u8) => Field.Usage,
            6 when name.SequenceEqual("client"u8) => Field.Client,
            6 when name.SequenceEqual("status"u8) => Field.Status,
            7 when name.SequenceEqual("account"u8) => Field.Account,
            7 when name.SequenceEqual("request"u8) => Field.Request,
            7 when name.SequenceEqual("outcome"u8) => Field.Outcome,
            8 when name.SequenceEqual("end_user"u8) => Field.EndUser,
            8 when name.SequenceEqual("endpoint"u8) => Field.Endpoint,
            8 when name.SequenceEqual("response"u8) => Field.Response,
            10 when name.SequenceEqual("latency_ms"u8) => Field.LatencyMs,
            11 when name.SequenceEqual("request_raw"u8) => Field.RequestRaw,
            14 when name.SequenceEqual("first_token_ms"u8) => Field.FirstTokenMs,
            _ => Field.Other,
        };
    }

    private static Rejection Unusable(string field, string wanted) =>
        new(RejectionKind.FieldUnusable, $"the field '{field}' is not {wanted}");

    /// <summary>What a parser says, without where it looked.</summary>
    internal static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
