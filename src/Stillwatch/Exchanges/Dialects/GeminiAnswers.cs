using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;
using static Stillwatch.Exchanges.Answers.AnswerShape;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>What Gemini's answers look like; every event of a stream looks like one.</summary>
/// <remarks>
/// A part that is a thought is left out, unless it has a <c>thoughtSignature</c>: that shows nothing, stays without the thought, and a
/// conversation with tools is refused without it.
/// </remarks>
internal static class GeminiAnswers
{
    private const Capability Thought = Capability.Reasoning | Capability.ReasoningSummary;

    private static readonly AnswerShape Counts = List(Object(("modality tokenCount", Leaf)));

    private static readonly AnswerShape Ratings = List(
        Object(("category probability probabilityScore severity severityScore blocked overwrittenThreshold", Leaf))
    );

    private static readonly AnswerShape Citations = List(
        Object(("startIndex endIndex uri title license", Leaf), ("publicationDate", Object(("year month day", Leaf))))
    );

    private static readonly AnswerShape Part = By(
        "thought",
        (
            "",
            Object(
                ("thought", Frame),
                ("text", Text),
                ("thoughtSignature", Leaf),
                ("inlineData", Object(("mimeType data displayName", Leaf))),
                ("fileData", Object(("mimeType fileUri displayName", Leaf))),
                ("functionCall", Object(("id name willContinue", Leaf), ("args partialArgs", Any))),
                ("functionResponse", Object(("id name willContinue scheduling", Leaf), ("response parts", Any))),
                ("executableCode", Object(("id language code", Leaf))),
                ("codeExecutionResult", Object(("id outcome output", Leaf))),
                ("videoMetadata", Object(("startOffset endOffset fps", Leaf))),
                ("mediaResolution", Object(("level numTokens", Leaf)).Or(Leaf)),
                ("toolCall", Object(("id toolType", Leaf), ("args", Any))),
                ("toolResponse", Object(("id toolType", Leaf), ("response", Any)))
            )
        ),
        (
            "true",
            Object(
                    ("thought", Frame),
                    ("thoughtSignature", Leaf),
                    ("text", Leaf.Of(Thought)),
                    ("inlineData fileData functionCall executableCode codeExecutionResult", Any.Of(Thought))
                )
                .OrNothing()
        )
    );

    private static readonly AnswerShape Candidate = Object(
            ("index", Frame),
            ("content", Object(("role", Frame), ("parts", List(Part)))),
            ("finishReason", Ending),
            ("finishMessage tokenCount", Leaf),
            ("avgLogprobs", Leaf.Of(Capability.LogProbabilities)),
            ("logprobsResult", Any.Of(Capability.LogProbabilities)),
            ("safetyRatings", Ratings),
            ("citationMetadata", Object(("citations citationSources", Citations))),
            ("groundingMetadata groundingAttributions urlContextMetadata", Any)
        )
        .At("index");

    /// <summary>An answer or an event.</summary>
    public static AnswerShape Whole { get; } =
        Object(
                ("candidates", List(Candidate)),
                ("promptFeedback", Object(("blockReason blockReasonMessage", Leaf), ("safetyRatings", Ratings))),
                (
                    "usageMetadata",
                    Object(
                        (
                            "promptTokenCount cachedContentTokenCount candidatesTokenCount toolUsePromptTokenCount thoughtsTokenCount "
                                + "totalTokenCount trafficType serviceTier billablePromptUsage",
                            Leaf
                        ),
                        ("promptTokensDetails cacheTokensDetails candidatesTokensDetails toolUsePromptTokensDetails", Counts)
                    )
                ),
                ("modelVersion responseId createTime", Frame),
                ("modelStatus", Object(("message modelStage retirementTime", Leaf))),
                (
                    "error",
                    Object(
                            ("code message status type param", Leaf),
                            (
                                "details",
                                List(
                                    Object(
                                        ("@type reason domain retryDelay description detail", Leaf),
                                        ("metadata quotaDimensions", Map),
                                        ("violations fieldViolations links", List(Map.With(("quotaDimensions", Map))))
                                    )
                                )
                            )
                        )
                        .Or(Leaf)
                ),
                ("message detail", Leaf)
            )
            .OrNothing();
}
