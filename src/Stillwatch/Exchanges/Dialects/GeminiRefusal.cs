using Stillwatch.Exchanges.Answers;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// Refusals in Gemini: a prompt that is blocked has a reason and no candidate. A stream of one is a single event of the same form; nothing
/// but the reason marks its end.
/// </summary>
internal static class GeminiRefusal
{
    /// <summary>The reason for what is no matter of the prompt's content alone. The text says what it is.</summary>
    private const string BlockReason = "OTHER";

    private static readonly byte[][] Block = ["promptFeedback"u8.ToArray(), "blockReason"u8.ToArray()];
    private static readonly byte[][] Finish = ["candidates"u8.ToArray(), "finishReason"u8.ToArray()];

    /// <summary>A refusal in Gemini.</summary>
    public static DisclosedAnswer Write(in DisclosedRefusal refusal, bool stream)
    {
        using var body = new DisclosedBody();
        var json = body.Json;
        if (stream)
        {
            body.Begin();
        }
        else
        {
            json.WriteStartObject();
        }

        json.WriteStartObject("promptFeedback");
        json.WriteString("blockReason", BlockReason);
        json.WriteString("blockReasonMessage", refusal.Text);
        json.WriteEndObject();
        json.WriteStartObject("usageMetadata");
        json.WriteNumber("promptTokenCount", 0);
        json.WriteNumber("candidatesTokenCount", 0);
        json.WriteNumber("totalTokenCount", 0);
        json.WriteEndObject();
        json.WriteString("modelVersion", refusal.Model);
        json.WriteString("responseId", refusal.IdAs(""));
        refusal.WriteDetails(json);
        if (stream)
        {
            body.End();
        }
        else
        {
            json.WriteEndObject();
        }

        return body.Answer();
    }

    /// <summary>Whether the prompt of an answer was blocked, or a candidate stopped for what it said.</summary>
    public static UpstreamRefusal? Read(ReadOnlySpan<byte> answer) =>
        AnswerPath.First(answer, Block, static word => word is not ("" or "BLOCK_REASON_UNSPECIFIED" or "BLOCKED_REASON_UNSPECIFIED"))
            is { } blocked
            ? new(blocked, null)
        : AnswerPath.First(answer, Finish, IsRefusal) is { } finish ? new(finish, null)
        : null;

    /// <summary>Recitation and languages that are not served end an answer too, and refuse nobody.</summary>
    private static bool IsRefusal(string word) =>
        word is "SAFETY" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "IMAGE_SAFETY" or "IMAGE_PROHIBITED_CONTENT" or "MODEL_ARMOR";
}
