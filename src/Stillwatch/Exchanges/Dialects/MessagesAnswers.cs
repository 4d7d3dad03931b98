using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;
using static Stillwatch.Exchanges.Answers.AnswerShape;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>What Anthropic's messages and their events look like.</summary>
/// <remarks>
/// The text of a thinking block may be what the model wrote or a summary: both take it out. The block stays where it has a
/// <c>signature</c>, with an empty text, as the provider itself answers where thinking is not to be shown (<c>display: omitted</c>): a
/// signature shows nothing, and a conversation with tools is refused without it. A block without one is left out whole.
/// <c>redacted_thinking</c> shows nothing either, and stays.
/// </remarks>
internal static class MessagesAnswers
{
    private const Capability Thought = Capability.Reasoning | Capability.ReasoningSummary;

    private static readonly AnswerShape Caller = Object(("type tool_id", Leaf));

    private static readonly AnswerShape Iteration = Object(
        ("type model input_tokens output_tokens cache_creation_input_tokens cache_read_input_tokens", Leaf),
        ("cache_creation", Object(("ephemeral_1h_input_tokens ephemeral_5m_input_tokens", Leaf)))
    );

    private static readonly AnswerShape Usage = Iteration.With(
        ("service_tier inference_geo speed", Leaf),
        ("server_tool_use", Object(("web_search_requests web_fetch_requests", Leaf))),
        ("output_tokens_details", Object(("thinking_tokens reasoning_tokens", Leaf))),
        ("iterations", List(Iteration)),
        ("fallback_credit", Object(("status", Map)))
    );

    private static readonly AnswerShape Citation = Object(
        (
            "type cited_text document_index document_title file_id start_char_index end_char_index start_page_number end_page_number "
                + "start_block_index end_block_index search_result_index source title url encrypted_index",
            Leaf
        )
    );

    private static readonly AnswerShape Block = ByType(
        ("text", Object(("type", Frame), ("text", Text), ("citations", List(Citation)))),
        ("thinking", Object(("type", Frame), ("thinking", Leaf.Of(Thought, "\"\"")), ("signature", Leaf)).OrNothing()),
        ("redacted_thinking", Object(("type", Frame), ("data", Leaf))),
        ("tool_use server_tool_use mcp_tool_use", Object(("type id name server_name", Leaf), ("input", Any), ("caller", Caller))),
        (
            "tool_result web_search_tool_result web_fetch_tool_result code_execution_tool_result bash_code_execution_tool_result "
                + "text_editor_code_execution_tool_result tool_search_tool_result mcp_tool_result advisor_tool_result",
            Object(("type tool_use_id is_error", Leaf), ("content", Any), ("caller", Caller))
        ),
        ("container_upload", Object(("type file_id", Leaf))),
        ("compaction", Object(("type content encrypted_content", Leaf))),
        ("fallback", Object(("type", Leaf), ("from to", Object(("model", Leaf))), ("trigger", Object(("type category", Leaf)))))
    );

    private static readonly AnswerShape Delta = ByType(
        ("text_delta", Object(("type", Frame), ("text", Text))),
        ("input_json_delta", Object(("type", Frame), ("partial_json", Leaf))),
        ("citations_delta", Object(("type", Frame), ("citation", Citation))),
        ("thinking_delta", Object(("type", Frame), ("thinking", Leaf.Of(Thought, "\"\"")), ("estimated_tokens", Leaf)).OrNothing()),
        ("signature_delta", Object(("type", Frame), ("signature", Leaf))),
        ("compaction_delta", Object(("type", Frame), ("content encrypted_content", Leaf)))
    );

    private static readonly AnswerShape Head = Object(
        ("stop_reason stop_sequence", Leaf),
        ("stop_details", Object(("type category explanation fallback_credit_token fallback_has_prefill_claim recommended_model", Leaf))),
        ("container", Object(("id expires_at", Leaf), ("skills", List(Map)))),
        ("context_management", Managed()),
        ("diagnostics", Object(("cache_miss_reason", Map.Or(Leaf))))
    );

    private static readonly AnswerShape Error = Object(
        ("type message code param", Leaf),
        ("details", Map.With(("error_code error_visibility", Leaf)))
    );

    /// <summary>What says that something is wrong.</summary>
    public static AnswerShape Failed { get; } = ChatAnswers.Failed.With(("error", Error.Or(Leaf)));

    /// <summary>A whole answer.</summary>
    public static AnswerShape Whole { get; } =
        Failed.With(("id type role model", Frame), ("content", List(Block).At()), ("usage", Usage)).With([.. Fields(Head)]);

    /// <summary>An event.</summary>
    public static AnswerShape Event { get; } =
        ByType(
            ("message_start", Object(("type", Frame), ("message", Whole))),
            ("content_block_start", Object(("type", Frame), ("index", BlockIndex), ("content_block", Block)).At("index").OrNothing()),
            ("content_block_delta", Object(("type", Frame), ("index", BlockIndex), ("delta", Delta)).At("index").OrNothing()),
            ("content_block_stop", Object(("type", Frame), ("index", BlockIndex)).At("index").ThenEnds()),
            ("message_delta", Object(("type", Frame), ("delta", Head), ("usage", Usage), ("context_management", Managed())).ThenEnds()),
            ("message_stop", Object(("type", Frame), ("amazon-bedrock-invocationMetrics", Map)).ThenEnds()),
            ("ping", Object(("type", Frame), ("cost", Leaf))),
            ("error", Failed.ThenEnds()),
            ("", Failed.ThenEnds())
        );

    private static AnswerShape Managed() => Object(("applied_edits", List(Map)), ("original_input_tokens", Leaf));

    private static IEnumerable<(string Names, AnswerShape Shape)> Fields(AnswerShape shape) =>
        shape.Fields.Select(field => (field.Key, field.Value));
}
