using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Countermeasures;

/// <summary>Capabilities in words that a customer understands.</summary>
public static class CapabilityWords
{
    private static readonly (Capability One, string Words)[] All =
    [
        (Capability.LogProbabilities, "log-probabilities"),
        (Capability.PromptLogProbabilities, "log-probabilities of the prompt"),
        (Capability.LogitBias, "logit_bias"),
        (Capability.Tools, "tools"),
        (Capability.SeveralAnswers, "several answers (n)"),
        (Capability.NonText, "images, audio or files"),
        (Capability.StructuredOutput, "structured output"),
        (Capability.Streaming, "streaming"),
        (Capability.Embeddings, "embeddings"),
        (Capability.Reasoning, "reasoning"),
        (Capability.ReasoningSummary, "summaries of reasoning"),
        (Capability.Seed, "seed"),
        (Capability.Echo, "echo"),
    ];

    /// <summary>The words for <paramref name="capabilities"/>, joined by commas.</summary>
    public static string Of(Capability capabilities) =>
        string.Join(", ", All.Where(one => capabilities.HasFlag(one.One)).Select(one => one.Words));
}
