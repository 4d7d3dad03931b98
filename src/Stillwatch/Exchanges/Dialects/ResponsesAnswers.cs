using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;
using static Stillwatch.Exchanges.Answers.AnswerShape;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>What OpenAI's responses and their events look like.</summary>
/// <remarks>
/// An item of reasoning stays, without its text: items keep their numbers (<c>output_index</c>), and a conversation goes on with its
/// <c>encrypted_content</c>, which shows nothing. Some servers write raw reasoning where a summary belongs: who strips the one should
/// strip the other. <c>sequence_number</c> stays as it came, with gaps where events are left out: clients only compare it.
/// </remarks>
internal static class ResponsesAnswers
{
    private static readonly AnswerShape LogProbabilities = Any.Of(Capability.LogProbabilities, "[]");

    private static readonly AnswerShape Annotation = Object(
        ("type url title file_id filename container_id index start_index end_index", Leaf)
    );

    private static readonly AnswerShape Part = ByType(
        (
            "output_text text",
            Object(("type", Frame), ("text", WholeText), ("annotations", List(Annotation)), ("logprobs", LogProbabilities))
        ),
        ("refusal", Object(("type", Frame), ("refusal", Leaf))),
        ("output_audio", Object(("type", Frame), ("data transcript", Leaf))),
        ("reasoning_text", Object(("type", Frame), ("text", Leaf)).Of(Capability.Reasoning)),
        ("summary_text", Object(("type", Frame), ("text", Leaf)).Of(Capability.ReasoningSummary))
    );

    private static readonly AnswerShape Item = ByType(
        ("message", Object(("type", Frame), ("id role status phase created_by", Leaf), ("content", List(Part)))),
        (
            "reasoning",
            Object(
                ("type", Frame),
                ("id status encrypted_content format created_by", Leaf),
                ("content", List(Part).Of(Capability.Reasoning, "[]")),
                ("summary", List(Part).Of(Capability.ReasoningSummary, "[]"))
            )
        ),
        ("compaction", Object(("type id encrypted_content created_by", Leaf))),
        (
            "function_call function_call_output custom_tool_call custom_tool_call_output web_search_call file_search_call computer_call "
                + "computer_call_output image_generation_call code_interpreter_call local_shell_call local_shell_call_output shell_call "
                + "shell_call_output apply_patch_call apply_patch_call_output mcp_call mcp_list_tools mcp_approval_request "
                + "mcp_approval_response tool_search_call tool_search_output additional_tools program program_output",
            Object(
                ("type", Frame),
                (
                    "id call_id name namespace status role server_label approval_request_id approve reason code container_id result "
                        + "revised_prompt background output_format quality size fingerprint execution max_output_length created_by",
                    Leaf
                ),
                ("queries", Leaves),
                (
                    "arguments input output outputs results action actions operation tools environment caller error "
                        + "pending_safety_checks acknowledged_safety_checks",
                    Any
                )
            )
        )
    );

    private static readonly AnswerShape Usage = ChatAnswers.Usage;

    /// <summary>A whole answer.</summary>
    public static AnswerShape Whole { get; } =
        ChatAnswers.Failed.With(
            (
                "id object created_at completed_at model status background max_output_tokens max_tool_calls parallel_tool_calls "
                    + "previous_response_id prompt_cache_key prompt_cache_retention safety_identifier service_tier store temperature top_p "
                    + "top_logprobs truncation user presence_penalty frequency_penalty provider",
                Leaf
            ),
            ("output", List(Item)),
            ("output_text", WholeText),
            ("incomplete_details", Object(("reason", Leaf))),
            ("instructions tools tool_choice", Any),
            ("metadata billing", Map),
            ("reasoning", Object(("effort summary generate_summary context mode", Leaf))),
            ("text", Object(("verbosity", Leaf), ("format", Any))),
            ("conversation", Object(("id", Leaf)).Or(Leaf)),
            ("prompt", Object(("id version", Leaf), ("variables", Any))),
            ("prompt_cache_options", Object(("mode ttl", Leaf))),
            ("moderation", ChatAnswers.Moderated),
            ("usage", Usage)
        );

    /// <summary>An event.</summary>
    public static AnswerShape Event { get; } =
        ByType(
            ("response.created response.queued response.in_progress", One(("response", Whole))),
            (
                "response.completed response.incomplete response.failed response.cancelled",
                Object(("type sequence_number", Frame), ("response", Whole)).ThenEnds()
            ),
            ("response.output_item.added response.output_item.done", One(("item", Item)).OrNothing()),
            ("response.content_part.added response.content_part.done", One(("part", Part)).OrNothing()),
            ("response.output_text.delta", One(("delta", Text), ("logprobs", LogProbabilities)).OrNothing()),
            ("response.output_text.done", One(("text", WholeText), ("logprobs", LogProbabilities)).ThenEnds()),
            ("response.output_text.annotation.added", One(("annotation", Annotation))),
            ("response.refusal.delta response.refusal.done", One(("delta refusal", Leaf))),
            (
                "response.reasoning_text.delta response.reasoning_text.done response.reasoning.delta response.reasoning.done",
                One(("delta text", Leaf)).Of(Capability.Reasoning)
            ),
            (
                "response.reasoning_part.added response.reasoning_part.done",
                One(("part", Object(("type text", Leaf)))).Of(Capability.Reasoning)
            ),
            (
                "response.reasoning_summary_text.delta response.reasoning_summary_text.done response.reasoning_summary.delta "
                    + "response.reasoning_summary.done",
                One(("delta text status", Leaf)).Of(Capability.ReasoningSummary)
            ),
            (
                "response.reasoning_summary_part.added response.reasoning_summary_part.done",
                One(("part", Object(("type text", Leaf))), ("status", Leaf)).Of(Capability.ReasoningSummary)
            ),
            (
                "response.function_call_arguments.delta response.function_call_arguments.done response.mcp_call_arguments.delta "
                    + "response.mcp_call_arguments.done response.custom_tool_call_input.delta response.custom_tool_call_input.done "
                    + "response.code_interpreter_call_code.delta response.code_interpreter_call_code.done "
                    + "response.apply_patch_call_operation_diff.delta response.apply_patch_call_operation_diff.done",
                One(("delta arguments input code diff name call_id", Leaf))
            ),
            (
                "response.shell_call_command.added response.shell_call_command.delta response.shell_call_command.done "
                    + "response.shell_call_output_content.delta response.shell_call_output_content.done",
                One(("command", Leaf), ("delta output", Any))
            ),
            (
                "response.code_interpreter_call.in_progress response.code_interpreter_call.interpreting "
                    + "response.code_interpreter_call.completed response.file_search_call.in_progress response.file_search_call.searching "
                    + "response.file_search_call.completed response.web_search_call.in_progress response.web_search_call.searching "
                    + "response.web_search_call.completed response.mcp_call.in_progress response.mcp_call.completed "
                    + "response.mcp_call.failed response.mcp_list_tools.in_progress response.mcp_list_tools.completed "
                    + "response.mcp_list_tools.failed response.image_generation_call.in_progress "
                    + "response.image_generation_call.generating response.image_generation_call.completed keepalive",
                One()
            ),
            (
                "response.image_generation_call.partial_image",
                One(("partial_image_b64 partial_image_index background output_format quality size", Leaf))
            ),
            (
                "response.audio.delta response.audio.done response.audio.transcript.delta response.audio.transcript.done",
                One(("delta", Leaf))
            ),
            ("error", ChatAnswers.Failed.With(("type sequence_number", Frame)).ThenEnds()),
            ("", ChatAnswers.Failed.ThenEnds())
        );

    private static AnswerShape One(params ReadOnlySpan<(string Names, AnswerShape Shape)> fields) =>
        Object(
                (
                    "type sequence_number item_id output_index content_index summary_index annotation_index command_index obfuscation "
                        + "response_id",
                    Frame
                )
            )
            .With(fields)
            .At("output_index", "content_index");
}
