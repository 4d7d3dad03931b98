using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>OpenAI's Completions.</summary>
internal sealed class Completions : WireFormat
{
    private static readonly AnswerShape Whole = ChatAnswers.Of(
        ("text", AnswerShape.Text),
        ("prompt_logprobs", AnswerShape.Any.Of(Capability.PromptLogProbabilities)),
        ("reasoning reasoning_content", AnswerShape.Leaf.Of(Capability.Reasoning | Capability.ReasoningSummary))
    );

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.Completions;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => ["/v1/completions"];

    /// <inheritdoc/>
    public override string Operation => "text_completion";

    /// <inheritdoc/>
    public override IReadOnlyList<(RequestField Field, string[] Names)> Fields =>
        [
            (RequestField.Model, ["model"]),
            (RequestField.Prompt, ["prompt"]),
            (RequestField.Stream, ["stream"]),
            (RequestField.MostTokens, ["max_tokens"]),
            (RequestField.Answers, ["n", "best_of"]),
            (RequestField.User, ["user"]),
            (RequestField.LogProbabilities, ["logprobs"]),
            (RequestField.Temperature, ["temperature"]),
            (RequestField.Seed, ["seed"]),
            (RequestField.LogitBias, ["logit_bias"]),
            (RequestField.Echo, ["echo"]),
        ];

    /// <inheritdoc/>
    public override bool ZeroAsksLogProbabilities => true;

    /// <inheritdoc/>
    public override bool AnswersEachPrompt => true;

    /// <inheritdoc/>
    public override DisclosedAnswer? Disclosed(in DisclosedRefusal refusal, bool stream) => ChoicesRefusal.Completions(refusal, stream);

    /// <inheritdoc/>
    public override UpstreamRefusal? RefusalOf(ReadOnlySpan<byte> answer) => ChoicesRefusal.Read(answer);

    /// <inheritdoc/>
    public override AnswerShape Answer => Whole;

    /// <inheritdoc/>
    public override bool GivesReason(ReadOnlySpan<byte> tail) => ChoicesStream.GivesReason(tail);

    /// <inheritdoc/>
    public override bool Assemble(ReadOnlySpan<byte> stream, Utf8JsonWriter json) =>
        ChoicesStream.Assemble(stream, json, "text_completion"u8, default);

    /// <inheritdoc/>
    public override bool Count(ReadOnlySpan<byte> data, StreamTally tally) => ChoicesStream.Count(data, tally, hasDeltas: false);
}
