using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>Anthropic's counting of tokens: a Messages request that no model answers.</summary>
internal sealed class CountTokens : WireFormat
{
    private static readonly AnswerShape Whole = MessagesAnswers.Failed.With(
        ("input_tokens", AnswerShape.Leaf),
        ("context_management", AnswerShape.Map)
    );

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.CountTokens;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => ["/v1/messages/count_tokens"];

    /// <inheritdoc/>
    public override string Operation => "count_tokens";

    /// <inheritdoc/>
    public override IReadOnlyList<(RequestField Field, string[] Names)> Fields => Of(Dialect.Messages).Fields;

    /// <inheritdoc/>
    public override AnswerShape Answer => Whole;

    /// <inheritdoc/>
    public override bool Writes => false;

    /// <inheritdoc/>
    public override bool HasAnthropicHeaders => true;

    /// <inheritdoc/>
    public override int CountedTokens(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ResponseReader.Usage(ref reader).Input : -1;
        }
        catch (JsonException)
        {
            return -1;
        }
    }

    /// <inheritdoc/>
    public override byte[] Error(in ErrorFacts error) => Of(Dialect.Messages).Error(error);
}
