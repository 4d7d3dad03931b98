using System.Text.Json;
using Stillwatch.Exchanges.Answers;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// Refusals in Messages: <c>stop_reason</c> is <c>refusal</c>, and <c>stop_details</c> has the category and the text. There is no content,
/// as in Anthropic's own refusals before any output: a block of text would be parsed by clients that asked for JSON, and would be taken for
/// the model's words.
/// </summary>
internal static class MessagesRefusal
{
    private const string StopReason = "refusal";

    private static readonly byte[][] Stop = ["stop_reason"u8.ToArray()];
    private static readonly byte[][] Category = ["stop_details"u8.ToArray(), "category"u8.ToArray()];

    /// <summary>A refusal in Messages.</summary>
    public static DisclosedAnswer Write(in DisclosedRefusal refusal, bool stream)
    {
        using var body = new DisclosedBody();
        var json = body.Json;
        if (!stream)
        {
            json.WriteStartObject();
            Message(json, refusal);
            Ends(json, refusal);
            Usage(json);
            json.WriteEndObject();
            return body.Answer();
        }

        body.Begin("message_start");
        json.WriteStartObject("message");
        Message(json, refusal);
        json.WriteNull("stop_reason");
        json.WriteNull("stop_sequence");
        Usage(json);
        json.WriteEndObject();
        body.End();

        body.Begin("message_delta");
        json.WriteStartObject("delta");
        Ends(json, refusal);
        json.WriteEndObject();
        Usage(json);
        body.End();

        body.Begin("message_stop");
        body.End();
        return body.Answer();
    }

    /// <summary>Whether an answer is a refusal, and of what category.</summary>
    public static UpstreamRefusal? Read(ReadOnlySpan<byte> answer) =>
        AnswerPath.First(answer, Stop, static word => word == StopReason) != null
            ? new(StopReason, AnswerPath.First(answer, Category, static word => word.Length > 0))
            : null;

    private static void Message(Utf8JsonWriter json, in DisclosedRefusal refusal)
    {
        json.WriteString("id", refusal.IdAs("msg_"));
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", refusal.Model);
        json.WriteStartArray("content");
        json.WriteEndArray();
        refusal.WriteDetails(json); // at the start of a stream: helpers that put one together keep what begins it
    }

    private static void Ends(Utf8JsonWriter json, in DisclosedRefusal refusal)
    {
        json.WriteString("stop_reason", StopReason);
        json.WriteNull("stop_sequence");
        json.WriteStartObject("stop_details");
        json.WriteString("type", "refusal");
        json.WriteString("category", refusal.Category);
        json.WriteString("explanation", refusal.Text);
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", 0);
        json.WriteNumber("output_tokens", 0);
        json.WriteEndObject();
    }
}
