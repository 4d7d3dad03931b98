using System.Text.Json.Nodes;
using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Serving;

/// <summary>The form of an answer in one dialect: whole, or as a stream's events.</summary>
/// <param name="id">The answer's id.</param>
/// <param name="model">The model's name.</param>
/// <param name="created">When it began, in seconds since 1970.</param>
/// <param name="tokenizer">The model's.</param>
internal abstract class AnswerForm(string id, string model, long created, HouseTokenizer tokenizer)
{
    /// <summary>What the whole answer is called, and what an event of a stream is.</summary>
    protected abstract (string Whole, string Piece) Objects { get; }

    /// <summary>A choice of the whole answer.</summary>
    public abstract JsonObject Choice(int index, string text, string? reasoning, IReadOnlyList<Token>? tokens, string reason);

    /// <summary>The part of a choice that an event brings.</summary>
    public abstract JsonObject Part(int index, string? text, string? reasoning, IReadOnlyList<Token>? tokens, string? reason, bool first);

    /// <summary>The whole answer.</summary>
    public JsonObject Whole(IEnumerable<JsonObject> choices, JsonObject usage) => With(Objects.Whole, [.. choices], usage);

    /// <summary>An event of a stream.</summary>
    public JsonObject Event(JsonObject? part, JsonObject? usage = null) => With(Objects.Piece, part == null ? [] : [part], usage);

    /// <summary>What was used.</summary>
    public static JsonObject Usage(int prompt, int answer, int reasoning) =>
        new()
        {
            ["prompt_tokens"] = prompt,
            ["completion_tokens"] = answer,
            ["total_tokens"] = prompt + answer,
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reasoning },
        };

    /// <summary>A token's text, and its bytes where it is no whole character.</summary>
    protected (string Text, JsonArray Bytes) Of(int token)
    {
        var bytes = tokenizer.BytesOf(token).ToArray();
        return (
            token < Special.Names.Count ? Special.Names[token] : System.Text.Encoding.UTF8.GetString(bytes),
            [.. bytes.Select(one => (JsonNode)one)]
        );
    }

    private JsonObject With(string kind, JsonNode[] choices, JsonObject? usage)
    {
        var body = new JsonObject
        {
            ["id"] = id,
            ["object"] = kind,
            ["created"] = created,
            ["model"] = model,
            ["choices"] = new JsonArray(choices),
        };
        if (usage != null)
        {
            body["usage"] = usage;
        }

        return body;
    }
}
