using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Gateway.Enforce;

/// <summary>Capabilities in words that a customer understands.</summary>
internal static class Capabilities
{
    /// <summary>The words for <paramref name="denied"/>.</summary>
    public static string Words(Capability denied) =>
        string.Join(
            ", ",
            Enum.GetValues<Capability>()
                .Where(one => one != 0 && denied.HasFlag(one))
                .Select(one =>
                    one switch
                    {
                        Capability.LogProbabilities => "log-probabilities",
                        Capability.PromptLogProbabilities => "log-probabilities of the prompt",
                        Capability.LogitBias => "weights on tokens (logit_bias)",
                        Capability.Echo => "the prompt in the answer (echo)",
                        Capability.ReasoningSummary => "summaries of reasoning",
                        Capability.SeveralAnswers => "several answers (n)",
                        Capability.NonText => "images, audio or files",
                        Capability.StructuredOutput => "structured output",
                        _ => one.ToString().ToLowerInvariant(),
                    }
                )
        );
}
