using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Stillwatch.Exchanges.Streams;

namespace Stillwatch.Exchanges;

/// <summary>
/// Reads an exchange that the tap saw into a draft: the same draft as <see cref="ExchangeLineReader"/> makes of the line that
/// <see cref="ExchangeLineWriter"/> makes of it, without the line.
/// </summary>
internal static class ExchangeRecordReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = ExchangeLineReader.MostDepth - 2 };

    /// <summary>Reads <paramref name="record"/> into <paramref name="draft"/>.</summary>
    /// <returns>Whether it was taken; else the draft holds nothing of use.</returns>
    public static bool Read(ExchangeRecord record, ExchangeDraft draft)
    {
        draft.Clear();
        if (record.At < Rfc3339.Earliest || record.At >= Rfc3339.Latest || record.Id.Length == 0 || record.Account.Length == 0)
        {
            return false;
        }

        Facts(record, draft);
        if (!Request(record.Request.Span, draft))
        {
            draft.Clear();   // what was read of it before it broke
            Facts(record, draft);
            Raw(record.Request.Span, draft);
        }

        draft.Traits |= StatusTraits.Of(record.Status) | StatusTraits.Of(record.Outcome);
        Response(record, draft);
        draft.Traits |= StatusTraits.Of(draft);
        return true;
    }

    private static void Facts(ExchangeRecord record, ExchangeDraft draft)
    {
        draft.At = new EventTime(record.At.Micros - record.At.Micros % 1000);   // as the log writes times: milliseconds
        draft.Id = Take(record.Id, draft);
        draft.Account = Take(record.Account, draft);
        draft.EndUser = Take(record.EndUser, draft);
        draft.Model = Take(record.Model, draft);
        draft.Ip = Take(record.Client.Ip, draft);
        draft.UserAgent = Take(record.Client.UserAgent, draft);
        draft.Tls = Take(record.Client.Tls, draft);
        draft.Asn = record.Client.Asn;
    }

    private static bool Request(ReadOnlySpan<byte> body, ExchangeDraft draft)
    {
        if (!TryObject(body, out var reader))
        {
            return false;
        }

        try
        {
            RequestReader.Read(ref reader, draft);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Raw(ReadOnlySpan<byte> body, ExchangeDraft draft)
    {
        body.CopyTo(draft.Room(body.Length));
        var text = draft.Keep(body.Length);
        draft.Add(new(text.Start, text.Length, TextRole.User, Message: 0, RequestReader.RawField));
        draft.Traits |= ExchangeTraits.Raw;
        draft.Turns = Math.Max(1, draft.Turns);
    }

    private static void Response(ExchangeRecord record, ExchangeDraft draft)
    {
        var body = record.IsStream ? StreamToBody.Assemble(record.Dialect, record.Response.Span) : record.Response.Span;
        if (!TryObject(body, out var reader))
        {
            return;
        }

        try
        {
            ResponseReader.Read(ref reader, draft);
            if (!reader.Read())
            {
                return;
            }
        }
        catch (JsonException)
        {
            // Not one object: nothing is counted of it.
        }

        (draft.AnsweredTokens, draft.OutputBytes) = (TokenCounts.None, 0);
    }

    /// <summary>A reader on the start of the object that <paramref name="body"/> begins with, if it does.</summary>
    private static bool TryObject(ReadOnlySpan<byte> body, out Utf8JsonReader reader)
    {
        reader = new Utf8JsonReader(body, Options);
        try
        {
            return Utf8.IsValid(body) && reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ExchangeDraft.Slice Take(string? text, ExchangeDraft draft) =>
        string.IsNullOrEmpty(text) ? default : draft.Keep(Encoding.UTF8.GetBytes(text, draft.Room(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
