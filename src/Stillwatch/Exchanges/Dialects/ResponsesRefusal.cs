using System.Text.Json;
using Stillwatch.Exchanges.Answers;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// Refusals in Responses: the response is incomplete for <c>content_filter</c>, and its one message has a refusal for its content. It is
/// not stored: no later request can go on from it.
/// </summary>
internal static class ResponsesRefusal
{
    private const string Incomplete = "incomplete",
        InProgress = "in_progress",
        Reason = "content_filter";

    private static readonly byte[][] Status = ["status"u8.ToArray()];
    private static readonly byte[][] Details = ["incomplete_details"u8.ToArray(), "reason"u8.ToArray()];
    private static readonly byte[][] Refusal = ["output"u8.ToArray(), "content"u8.ToArray(), "refusal"u8.ToArray()];

    /// <summary>A refusal in Responses.</summary>
    public static DisclosedAnswer Write(in DisclosedRefusal refusal, bool stream)
    {
        using var body = new DisclosedBody();
        var json = body.Json;
        if (!stream)
        {
            json.WriteStartObject();
            Response(json, refusal, Incomplete);
            json.WriteEndObject();
            return body.Answer();
        }

        // As the API has it: the response, its item, the item's part, the part's text; then the ends of all of them, inside out.
        var number = 0;
        foreach (var name in (ReadOnlySpan<string>)["response.created", "response.in_progress"])
        {
            WithResponse(body, name, number++, refusal, InProgress);
        }

        WithItem(body, "response.output_item.added", number++, refusal, InProgress);
        WithPart(body, "response.content_part.added", number++, refusal, "");
        WithText(body, "response.refusal.delta", number++, refusal, "delta");
        WithText(body, "response.refusal.done", number++, refusal, "refusal");
        WithPart(body, "response.content_part.done", number++, refusal, refusal.Text);
        WithItem(body, "response.output_item.done", number++, refusal, Incomplete);
        WithResponse(body, "response.incomplete", number, refusal, Incomplete);
        return body.Answer();
    }

    /// <summary>Whether a response was filtered, or a message of it is a refusal.</summary>
    public static UpstreamRefusal? Read(ReadOnlySpan<byte> answer) =>
        AnswerPath.First(answer, Status, static word => word == Incomplete) != null
        && AnswerPath.First(answer, Details, static word => word == Reason) != null
            ? new(Reason, null)
        : AnswerPath.First(answer, Refusal, static word => word.Length > 0) != null ? new("refusal", null)
        : null;

    private static void WithResponse(DisclosedBody body, string name, int number, in DisclosedRefusal refusal, string status)
    {
        body.Begin(name);
        body.Json.WriteNumber("sequence_number", number);
        body.Json.WriteStartObject("response");
        Response(body.Json, refusal, status);
        body.Json.WriteEndObject();
        body.End();
    }

    private static void WithItem(DisclosedBody body, string name, int number, in DisclosedRefusal refusal, string status)
    {
        body.Begin(name);
        body.Json.WriteNumber("sequence_number", number);
        body.Json.WriteNumber("output_index", 0);
        body.Json.WritePropertyName("item");
        Item(body.Json, refusal, status);
        body.End();
    }

    private static void WithPart(DisclosedBody body, string name, int number, in DisclosedRefusal refusal, string text)
    {
        body.Begin(name);
        Place(body.Json, refusal, number);
        body.Json.WritePropertyName("part");
        Part(body.Json, text);
        body.End();
    }

    private static void WithText(DisclosedBody body, string name, int number, in DisclosedRefusal refusal, string field)
    {
        body.Begin(name);
        Place(body.Json, refusal, number);
        body.Json.WriteString(field, refusal.Text);
        body.End();
    }

    private static void Place(Utf8JsonWriter json, in DisclosedRefusal refusal, int number)
    {
        json.WriteNumber("sequence_number", number);
        json.WriteString("item_id", refusal.IdAs("msg_"));
        json.WriteNumber("output_index", 0);
        json.WriteNumber("content_index", 0);
    }

    /// <summary>The fields of a response. All that the API always has are there: typed clients require some of them.</summary>
    private static void Response(Utf8JsonWriter json, in DisclosedRefusal refusal, string status)
    {
        var isOver = status == Incomplete;
        json.WriteString("id", refusal.IdAs("resp_"));
        json.WriteString("object", "response");
        json.WriteNumber("created_at", refusal.Second);
        json.WriteString("status", status);
        json.WriteBoolean("background", false);
        json.WriteNull("error");
        if (isOver)
        {
            json.WriteStartObject("incomplete_details");
            json.WriteString("reason", Reason);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("incomplete_details");
        }

        json.WriteNull("instructions");
        json.WriteNull("max_output_tokens");
        json.WriteString("model", refusal.Model);
        json.WriteStartArray("output");
        if (isOver)
        {
            Item(json, refusal, Incomplete);
        }

        json.WriteEndArray();
        Settings(json);
        Usage(json, isOver);
        refusal.WriteDetails(json);
    }

    private static void Settings(Utf8JsonWriter json)
    {
        json.WriteBoolean("parallel_tool_calls", true);
        json.WriteNull("previous_response_id");
        json.WriteBoolean("store", false);
        json.WriteNull("temperature");
        json.WriteStartObject("text");
        json.WriteStartObject("format");
        json.WriteString("type", "text");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("tool_choice", "auto");
        json.WriteStartArray("tools");
        json.WriteEndArray();
        json.WriteNull("top_p");
        json.WriteString("truncation", "disabled");
        json.WriteNull("user");
        json.WriteStartObject("metadata");
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, bool isOver)
    {
        if (!isOver)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", 0);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", 0);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", 0);
        json.WriteEndObject();
    }

    private static void Item(Utf8JsonWriter json, in DisclosedRefusal refusal, string status)
    {
        json.WriteStartObject();
        json.WriteString("id", refusal.IdAs("msg_"));
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("status", status);
        json.WriteStartArray("content");
        if (status == Incomplete)
        {
            Part(json, refusal.Text);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "refusal");
        json.WriteString("refusal", text);
        json.WriteEndObject();
    }
}
