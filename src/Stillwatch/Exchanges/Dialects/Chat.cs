using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>OpenAI's Chat Completions.</summary>
internal sealed class Chat : WireFormat
{
    private static readonly AnswerShape Whole = ChatAnswers.Of(
        ("message delta", ChatAnswers.Message),
        ("prompt_logprobs", AnswerShape.Any.Of(Capability.PromptLogProbabilities))
    );

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.Chat;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => ["/v1/chat/completions"];

    /// <inheritdoc/>
    public override IReadOnlyList<(RequestField Field, string[] Names)> Fields =>
        [
            (RequestField.Model, ["model"]),
            (RequestField.Content, ["messages"]),
            (RequestField.Stream, ["stream"]),
            (RequestField.MostTokens, ["max_tokens", "max_completion_tokens"]),
            (RequestField.Answers, ["n"]),
            (RequestField.User, ["user", "safety_identifier"]),
            (RequestField.Metadata, ["metadata"]),
            (RequestField.LogProbabilities, ["logprobs", "top_logprobs"]),
            (RequestField.Tools, ["tools", "functions", "web_search_options"]),
            (RequestField.Format, ["response_format"]),
            (RequestField.Media, ["modalities", "audio"]),
            (RequestField.Temperature, ["temperature"]),
            (RequestField.Seed, ["seed"]),
            (RequestField.Free, ["prompt_cache_key"]),
            (RequestField.LogitBias, ["logit_bias"]),
        ];

    /// <inheritdoc/>
    public override DisclosedAnswer? Disclosed(in DisclosedRefusal refusal, bool stream) => ChoicesRefusal.Chat(refusal, stream);

    /// <inheritdoc/>
    public override UpstreamRefusal? RefusalOf(ReadOnlySpan<byte> answer) => ChoicesRefusal.Read(answer);

    /// <inheritdoc/>
    public override AnswerShape Answer => Whole;

    /// <inheritdoc/>
    public override bool GivesReason(ReadOnlySpan<byte> tail) => ChoicesStream.GivesReason(tail);

    /// <inheritdoc/>
    public override bool Assemble(ReadOnlySpan<byte> stream, Utf8JsonWriter json) =>
        ChoicesStream.Assemble(stream, json, "chat.completion"u8, "message"u8);

    /// <inheritdoc/>
    public override bool Count(ReadOnlySpan<byte> data, StreamTally tally) => ChoicesStream.Count(data, tally, hasDeltas: true);
}
