using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

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
        if (!IsUsable(record))
        {
            return false;
        }

        _ = RequestReader.Read(record.Request.Span, format: null, draft);
        Facts(record, draft);
        draft.Traits |= StatusTraits.Of(record.Status) | StatusTraits.Of(record.Outcome);
        (draft.AnsweredTokens, draft.OutputBytes) = Count(record);
        draft.Traits |= draft.Answer.Traits(draft.Traits);
        return true;
    }

    /// <summary>Takes what is known of an exchange besides its request, which was read into <paramref name="draft"/> before.</summary>
    public static void Facts(ExchangeRecord record, ExchangeDraft draft)
    {
        draft.At = new EventTime(record.At.Micros - record.At.Micros % 1000); // as the log writes times: milliseconds
        draft.Id = Take(record.Id, draft);
        draft.Account = Take(record.Account, draft);
        draft.EndUser = string.IsNullOrEmpty(record.EndUser) ? draft.EndUser : Take(record.EndUser, draft);
        draft.Model = string.IsNullOrEmpty(record.Model) ? draft.Model : Take(record.Model, draft);
        draft.Ip = Take(record.Client.Ip, draft);
        draft.UserAgent = Take(record.Client.UserAgent, draft);
        draft.Tls = Take(record.Client.Tls, draft);
        draft.Asn = record.Client.Asn;
    }

    /// <summary>Whether <paramref name="record"/> has what every exchange must have.</summary>
    public static bool IsUsable(ExchangeRecord record) =>
        record.At >= Rfc3339.Earliest && record.At < Rfc3339.Latest && record.Id.Length > 0 && record.Account.Length > 0;

    /// <summary>Counts an answer that is there whole.</summary>
    /// <param name="record">The exchange.</param>
    public static AnswerCounts Count(ExchangeRecord record)
    {
        var body = record.IsStream ? StreamToBody.Assemble(record.Dialect, record.Response.Span) : record.Response.Span;
        if (!TryObject(body, out var reader))
        {
            return AnswerCounts.None;
        }

        try
        {
            var counts = ResponseReader.Read(ref reader);
            return reader.Read() ? AnswerCounts.None : counts;
        }
        catch (JsonException)
        {
            return AnswerCounts.None; // not one object: nothing is counted of it
        }
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
        string.IsNullOrEmpty(text)
            ? default
            : draft.Keep(Encoding.UTF8.GetBytes(text, draft.Room(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
