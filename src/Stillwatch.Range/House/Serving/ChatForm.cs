using System.Text.Json.Nodes;
using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Serving;

/// <summary>Chat completions; reasoning stands beside the answer as <c>reasoning_content</c>.</summary>
internal sealed class ChatForm(string id, string model, long created, HouseTokenizer tokenizer) : AnswerForm(id, model, created, tokenizer)
{
    /// <inheritdoc/>
    protected override (string, string) Objects => ("chat.completion", "chat.completion.chunk");

    /// <inheritdoc/>
    public override JsonObject Choice(int index, string text, string? reasoning, IReadOnlyList<Token>? tokens, string reason)
    {
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = text,
            ["refusal"] = null,
        };
        if (reasoning != null)
        {
            message["reasoning_content"] = reasoning;
        }

        return new JsonObject
        {
            ["index"] = index,
            ["message"] = message,
            ["logprobs"] = LogProbabilities(tokens),
            ["finish_reason"] = reason,
        };
    }

    /// <inheritdoc/>
    public override JsonObject Part(int index, string? text, string? reasoning, IReadOnlyList<Token>? tokens, string? reason, bool first)
    {
        var delta = new JsonObject();
        if (first)
        {
            (delta["role"], delta["content"], delta["refusal"]) = ("assistant", "", null);
        }

        if (text != null)
        {
            delta["content"] = text;
        }

        if (reasoning != null)
        {
            delta["reasoning_content"] = reasoning;
        }

        return new JsonObject
        {
            ["index"] = index,
            ["delta"] = delta,
            ["logprobs"] = LogProbabilities(tokens),
            ["finish_reason"] = reason,
        };
    }

    private JsonObject? LogProbabilities(IReadOnlyList<Token>? tokens) =>
        tokens == null
            ? null
            : new JsonObject
            {
                ["content"] = new JsonArray([
                    .. tokens.Select(token =>
                    {
                        var one = One(token.Id, token.LogProbability);
                        one["top_logprobs"] = new JsonArray([.. token.Alternatives.Select(other => One(other.Id, other.LogProbability))]);
                        return one;
                    }),
                ]),
                ["refusal"] = null,
            };

    private JsonObject One(int token, float logProbability)
    {
        var (text, bytes) = Of(token);
        return new JsonObject
        {
            ["token"] = text,
            ["logprob"] = logProbability,
            ["bytes"] = bytes,
        };
    }
}
