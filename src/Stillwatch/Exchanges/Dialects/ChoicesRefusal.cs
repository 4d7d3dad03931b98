using System.Text.Json;
using Stillwatch.Exchanges.Answers;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// Refusals in Chat Completions and Completions. Chat has a field for the text; Completions has none, so the text is the answer's. Both
/// give <c>content_filter</c> as the reason for the end.
/// </summary>
internal static class ChoicesRefusal
{
    /// <summary>
    /// The reason for the end. A client that reads only this must not take the refusal for an answer, as it would with <c>stop</c>. The
    /// price: helpers that parse an answer into a type (<c>parse</c>) throw their error for filtered content.
    /// </summary>
    private const string FinishReason = "content_filter";

    private static readonly byte[][] Refusal = ["choices"u8.ToArray(), "message"u8.ToArray(), "refusal"u8.ToArray()];
    private static readonly byte[][] Finish = ["choices"u8.ToArray(), "finish_reason"u8.ToArray()];

    /// <summary>A refusal in Chat Completions.</summary>
    public static DisclosedAnswer Chat(in DisclosedRefusal refusal, bool stream)
    {
        using var body = new DisclosedBody();
        var json = body.Json;
        if (!stream)
        {
            json.WriteStartObject();
            Head(json, refusal, "chatcmpl-", "chat.completion");
            BeginChoice(json);
            json.WriteStartObject("message");
            Role(json);
            json.WriteString("refusal", refusal.Text);
            json.WriteEndObject();
            EndChoice(json, FinishReason);
            Usage(json);
            json.WriteEndObject();
            return body.Answer();
        }

        foreach (var piece in (ReadOnlySpan<Piece>)[Piece.Role, Piece.Text, Piece.Finish])
        {
            body.Begin();
            Head(json, refusal, "chatcmpl-", "chat.completion.chunk");
            BeginChoice(json);
            json.WriteStartObject("delta");
            if (piece == Piece.Role)
            {
                Role(json);
                json.WriteNull("refusal");
            }
            else if (piece == Piece.Text)
            {
                json.WriteString("refusal", refusal.Text);
            }

            json.WriteEndObject();
            EndChoice(json, piece == Piece.Finish ? FinishReason : null);
            if (piece == Piece.Finish)
            {
                Usage(json); // not in a chunk without choices: who did not ask for one takes the first choice of every chunk
            }

            body.End();
        }

        body.Done();
        return body.Answer();
    }

    /// <summary>A refusal in Completions.</summary>
    public static DisclosedAnswer Completions(in DisclosedRefusal refusal, bool stream)
    {
        using var body = new DisclosedBody();
        var json = body.Json;
        if (!stream)
        {
            json.WriteStartObject();
            Head(json, refusal, "cmpl-", "text_completion");
            BeginChoice(json);
            json.WriteString("text", refusal.Text);
            EndChoice(json, FinishReason);
            Usage(json);
            json.WriteEndObject();
            return body.Answer();
        }

        foreach (var piece in (ReadOnlySpan<Piece>)[Piece.Text, Piece.Finish])
        {
            body.Begin();
            Head(json, refusal, "cmpl-", "text_completion");
            BeginChoice(json);
            json.WriteString("text", piece == Piece.Text ? refusal.Text : "");
            EndChoice(json, piece == Piece.Finish ? FinishReason : null);
            if (piece == Piece.Finish)
            {
                Usage(json);
            }

            body.End();
        }

        body.Done();
        return body.Answer();
    }

    /// <summary>Whether an answer has a refusal in it, or was filtered; of either dialect.</summary>
    public static UpstreamRefusal? Read(ReadOnlySpan<byte> answer) =>
        AnswerPath.First(answer, Finish, static word => word == FinishReason) != null ? new(FinishReason, null)
        : AnswerPath.First(answer, Refusal, static word => word.Length > 0) != null ? new("refusal", null)
        : null;

    private enum Piece
    {
        Role,
        Text,
        Finish,
    }

    private static void Head(Utf8JsonWriter json, in DisclosedRefusal refusal, string prefix, string kind)
    {
        json.WriteString("id", refusal.IdAs(prefix));
        json.WriteString("object", kind);
        json.WriteNumber("created", refusal.Second);
        json.WriteString("model", refusal.Model);
        refusal.WriteDetails(json);
    }

    private static void BeginChoice(Utf8JsonWriter json)
    {
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
    }

    private static void EndChoice(Utf8JsonWriter json, string? finish)
    {
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finish);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Role(Utf8JsonWriter json)
    {
        json.WriteString("role", "assistant");
        json.WriteNull("content");
    }

    private static void Usage(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", 0);
        json.WriteNumber("completion_tokens", 0);
        json.WriteNumber("total_tokens", 0);
        json.WriteEndObject();
    }
}
