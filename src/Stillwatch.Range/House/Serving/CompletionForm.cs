using System.Text.Json.Nodes;
using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Serving;

/// <summary>Completions: text that goes on; reasoning is no part of it.</summary>
internal sealed class CompletionForm(string id, string model, long created, HouseTokenizer tokenizer)
    : AnswerForm(id, model, created, tokenizer)
{
    /// <inheritdoc/>
    protected override (string, string) Objects => ("text_completion", "text_completion");

    /// <inheritdoc/>
    public override JsonObject Choice(int index, string text, string? reasoning, IReadOnlyList<Token>? tokens, string reason) =>
        new()
        {
            ["index"] = index,
            ["text"] = text,
            ["logprobs"] = LogProbabilities(tokens),
            ["finish_reason"] = reason,
        };

    /// <inheritdoc/>
    public override JsonObject Part(int index, string? text, string? reasoning, IReadOnlyList<Token>? tokens, string? reason, bool first) =>
        new()
        {
            ["index"] = index,
            ["text"] = text ?? "",
            ["logprobs"] = LogProbabilities(tokens),
            ["finish_reason"] = reason,
        };

    private JsonObject? LogProbabilities(IReadOnlyList<Token>? tokens)
    {
        if (tokens == null)
        {
            return null;
        }

        var at = 0;
        var offsets = new JsonArray();
        foreach (var token in tokens)
        {
            offsets.Add(at);
            at += Of(token.Id).Text.Length;
        }

        return new JsonObject
        {
            ["tokens"] = new JsonArray([.. tokens.Select(token => (JsonNode)Of(token.Id).Text)]),
            ["token_logprobs"] = new JsonArray([.. tokens.Select(token => (JsonNode)token.LogProbability)]),
            ["top_logprobs"] = new JsonArray([
                .. tokens.Select(token => new JsonObject(
                    token
                        .Alternatives.DistinctBy(other => Of(other.Id).Text, StringComparer.Ordinal)
                        .Select(other => KeyValuePair.Create(Of(other.Id).Text, (JsonNode?)other.LogProbability))
                )),
            ]),
            ["text_offset"] = offsets,
        };
    }
}
