using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;
using static Stillwatch.Exchanges.Answers.AnswerShape;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// What answers with choices look like, whole and streamed: OpenAI's, and what vLLM, SGLang, llama.cpp, LiteLLM, OpenRouter, Azure, Groq,
/// Mistral, Perplexity and Google's compatible API add to them.
/// </summary>
/// <remarks>
/// Nobody can tell whether <c>reasoning_content</c> is what the model wrote or a summary of it: both take it out. What is encrypted or
/// signed (<c>reasoning.encrypted</c>, <c>signature</c>, <c>thought_signature</c>, <c>redacted_thinking</c>) shows nothing and stays,
/// for a conversation goes on with it. Token numbers of the answer (<c>token_ids</c>) are its reasoning too, so they go with it.
/// </remarks>
internal static class ChatAnswers
{
    private const Capability Thought = Capability.Reasoning | Capability.ReasoningSummary;

    private static readonly AnswerShape Details = Object(
        (
            "cached_tokens audio_tokens text_tokens image_tokens video_tokens file_tokens cache_write_tokens cache_creation_tokens "
                + "cache_read_tokens reasoning_tokens accepted_prediction_tokens rejected_prediction_tokens",
            Leaf
        )
    );

    /// <summary>Tokens, and what they cost.</summary>
    public static AnswerShape Usage { get; } =
        Object(
            (
                "prompt_tokens completion_tokens total_tokens input_tokens output_tokens reasoning_tokens cached_tokens num_cached_tokens "
                    + "prompt_cache_hit_tokens prompt_cache_miss_tokens cache_read_input_tokens cache_creation_input_tokens "
                    + "citation_tokens num_search_queries num_sources_used search_context_size is_byok cost queue_time prompt_time "
                    + "completion_time total_time cost_in_usd_ticks prompt_audio_seconds",
                Leaf
            ),
            ("prompt_tokens_details completion_tokens_details input_tokens_details output_tokens_details", Details),
            ("cost cost_details server_tool_use server_tool_use_details server_side_tool_usage_details", Map.Or(Leaf))
        );

    private static readonly AnswerShape Filtered = Object(
        (
            "hate self_harm sexual violence jailbreak profanity protected_material_text protected_material_code indirect_attack",
            Object(("filtered severity detected", Leaf), ("citation", Object(("URL license", Leaf))))
        ),
        ("custom_blocklists", Object(("filtered", Leaf), ("details", List(Object(("filtered id", Leaf)))))),
        ("error", Object(("code message", Leaf)))
    );

    private static readonly AnswerShape Failure = Object(
        ("message type param code status n_prompt_tokens n_ctx error_type", Leaf),
        ("metadata", Map),
        ("innererror", Object(("code", Leaf), ("content_filter_result content_filter_results", Filtered))),
        ("details", List(Map))
    );

    /// <summary>What says that something is wrong, in OpenAI's form, FastAPI's, and that of older servers.</summary>
    public static AnswerShape Failed { get; } =
        Object(
            ("error", Failure.Or(Leaf)),
            ("message type param code error_type status request_id user_id", Leaf),
            ("detail", List(Object(("type msg", Leaf), ("loc", Leaves))).Or(Leaf))
        );

    /// <summary>The results of a moderation that was asked for with the answer.</summary>
    public static AnswerShape Moderated { get; } = Object(("input output", Moderation()));

    private static readonly AnswerShape Google = Object(("google", Object(("thought thought_signature", Frame))));

    private static readonly AnswerShape Blocks = List(
        ByType(
            (
                "thinking",
                Object(("type", Frame), ("thinking", Leaf.Of(Thought, "\"\"")), ("signature", Leaf), ("cache_control", Map)).OrNothing()
            ),
            ("redacted_thinking", Object(("type", Frame), ("data", Leaf)))
        )
    );

    private static readonly AnswerShape ReasoningDetails = List(
        ByType(
            (
                "reasoning.text",
                Object(("type id format index", Frame), ("text", Leaf.Of(Thought, "\"\"")), ("signature", Leaf)).OrNothing()
            ),
            ("reasoning.summary", Object(("type id format index", Frame), ("summary", Leaf)).Of(Capability.ReasoningSummary)),
            ("reasoning.encrypted", Object(("type id format index", Frame), ("data", Leaf)))
        )
    );

    private static readonly AnswerShape Specific = Object(
        ("refusal thought_signature reasoning_signature", Leaf),
        ("reasoning reasoning_content", Leaf.Of(Thought)),
        ("thinking_blocks", Blocks),
        ("reasoning_details", ReasoningDetails),
        ("citations", Any)
    );

    private static readonly AnswerShape Annotations = List(
        Object(
            ("type url title start_index end_index", Leaf),
            ("url_citation", Object(("url title content start_index end_index", Leaf))),
            (
                "file_citation file_path container_file_citation",
                Object(("file_id filename container_id index start_index end_index quote", Leaf))
            ),
            ("file", Object(("name hash", Leaf), ("content", List(Object(("type text", Leaf), ("image_url", Object(("url", Leaf))))))))
        )
    );

    private static readonly AnswerShape Parts = List(
        ByType(
            ("text output_text", Object(("type", Frame), ("text", Text), ("annotations", Annotations))),
            ("refusal", Object(("type", Frame), ("refusal", Leaf))),
            ("image_url", Object(("type", Frame), ("image_url", Object(("url detail", Leaf)).Or(Leaf)))),
            ("document_url audio_url file", Object(("type", Frame), ("document_url audio_url document_name", Leaf), ("file", Map))),
            ("reference", Object(("type", Frame), ("reference_ids", Leaves))),
            ("tool_reference", Object(("type", Frame), ("tool title url description favicon", Leaf))),
            // Mistral's
            ("thinking", Object(("type", Frame), ("thinking", Any), ("closed signature", Leaf)).Of(Thought)),
            ("reasoning", Object(("type", Frame), ("text reasoning", Leaf)).Of(Thought))
        )
    );

    private static readonly AnswerShape ToolCalls = List(
        Object(
            ("index", Frame),
            ("id type", Leaf),
            ("function", Object(("name", Leaf), ("arguments", Any), ("provider_specific_fields", Specific))),
            ("custom", Object(("name input", Leaf))),
            ("extra_content", Google),
            ("provider_specific_fields", Specific)
        )
    );

    /// <summary>A message, or what comes to one.</summary>
    public static AnswerShape Message { get; } =
        Object(
            ("role name tool_call_id refusal reasoning_opaque reasoning_signature reasoning_id", Leaf),
            ("content", Text.Or(Parts)),
            ("reasoning reasoning_content reasoning_text thinking thought cot_summary", Leaf.Of(Thought)),
            ("reasoning_details", ReasoningDetails),
            ("thinking_blocks", Blocks),
            ("tool_calls", ToolCalls),
            ("function_call", Object(("name", Leaf), ("arguments", Any))),
            ("annotations", Annotations),
            ("audio", Object(("id data expires_at transcript", Leaf))),
            ("images", List(Object(("type index", Leaf), ("image_url", Object(("url detail", Leaf)))))),
            ("extra_content", Google),
            ("provider_specific_fields", Specific),
            ("citations", List(Map.Or(Leaf))),
            ("executed_tools", List(Object(("index type name arguments output", Leaf), ("search_results code_results", Any)))),
            (
                "context",
                Object(
                    ("intent", Leaf),
                    ("citations all_retrieved_documents", List(Object(("content title url filepath chunk_id rerank_score", Leaf))))
                )
            )
        );

    /// <summary>An answer, or an event of a stream, whose choices have these fields besides.</summary>
    public static AnswerShape Of(params ReadOnlySpan<(string Names, AnswerShape Shape)> choice)
    {
        var choices = Object(
                ("index", Frame),
                ("finish_reason", Ending),
                ("native_finish_reason stop_reason matched_stop", Leaf),
                ("logprobs", Any.Of(Capability.LogProbabilities, "null")),
                ("hidden_states", Any.Of(Capability.LogProbabilities)),
                ("token_ids", Leaves.Of(Thought)),
                ("prompt_token_ids", Leaves),
                ("seed", Leaf.Of(Capability.Seed)),
                ("error", Failure.Or(Leaf)),
                ("content_filter_results content_filter_result", Filtered),
                ("content_filter_offsets", Object(("check_offset start_offset end_offset", Leaf))),
                ("finish_details", Object(("type stop", Leaf)))
            )
            .With(choice)
            .At("index");
        return Failed
            .With(
                ("id object created model system_fingerprint service_tier provider obfuscation", Frame),
                ("choices", List(choices)),
                ("usage", Usage),
                ("prompt_logprobs", Any.Of(Capability.PromptLogProbabilities)),
                ("prompt_token_ids", Leaves),
                ("metadata", Map),
                ("moderation", Moderated),
                ("prompt_filter_results", List(Object(("prompt_index", Leaf), ("content_filter_results", Filtered)))),
                (
                    "timings",
                    Object(
                        (
                            "cache_n prompt_n prompt_ms prompt_per_token_ms prompt_per_second predicted_n predicted_ms "
                                + "predicted_per_token_ms predicted_per_second draft_n draft_n_accepted",
                            Leaf
                        )
                    )
                ),
                ("prompt_progress", Object(("total cache processed time_ms", Leaf))),
                ("citations", List(Map.Or(Leaf))),
                ("search_results", List(Object(("title url date last_updated snippet source", Leaf)))),
                ("related_questions", Leaves),
                ("images", List(Object(("image_url origin_url title height width", Leaf)))),
                ("x_groq", Object(("id error", Leaf), ("usage", Usage), ("seed", Leaf.Of(Capability.Seed))))
            )
            .OrNothing();
    }

    private static AnswerShape Moderation()
    {
        var result = Object(("flagged model type code message", Leaf), ("categories category_scores category_applied_input_types", Map));
        return result.With(("results", List(result)));
    }
}
