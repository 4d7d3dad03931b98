using System.Text.Json;
using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Serving;

/// <summary>What a request asks for, after it was checked.</summary>
/// <param name="Prompts">The prompts: one of a chat, one or more of completions.</param>
/// <param name="Count">How many answers to each.</param>
/// <param name="Most">The most tokens of an answer; null for as many as there is room for.</param>
/// <param name="Sampling">How they are drawn.</param>
/// <param name="Stops">Stop sequences.</param>
/// <param name="Stream">Whether the answer comes piece by piece.</param>
/// <param name="Usage">Whether a stream ends with its usage.</param>
internal sealed record Asked(
    IReadOnlyList<IReadOnlyList<int>> Prompts,
    int Count,
    int? Most,
    Sampling Sampling,
    IReadOnlyList<string> Stops,
    bool Stream,
    bool Usage
)
{
    private const int MostAnswers = 16;
    private const int MostPrompts = 32; // with all their answers
    private const int MostCharacters = 100_000; // more than any context holds

    /// <summary>Reads a request of chat completions.</summary>
    /// <exception cref="BadRequestException">It cannot be answered.</exception>
    public static Asked Chat(JsonElement body, HouseTokenizer tokenizer)
    {
        if (Field(body, "messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
        {
            throw new BadRequestException("'messages' must be a list of at least one message.", "messages");
        }

        if (
            Field(body, "response_format") is { } format
            && format.ValueKind == JsonValueKind.Object
            && Field(format, "type")?.GetString() is not (null or "text")
        )
        {
            throw new BadRequestException("The house model answers in plain text only: leave 'response_format' out.", "response_format");
        }

        if (
            Field(body, "tool_choice") is { } choice
            && !(choice.ValueKind == JsonValueKind.String && choice.GetString() is "auto" or "none")
        )
        {
            throw new BadRequestException("The house model calls no tools: 'tool_choice' can be 'auto' or 'none' only.", "tool_choice");
        }

        var conversation = new Conversation(tokenizer);
        var at = 0;
        foreach (var message in messages.EnumerateArray())
        {
            var field = $"messages[{at++}]";
            var text =
                message.ValueKind == JsonValueKind.Object
                    ? Short(Content(message, field))
                    : throw new BadRequestException($"'{field}' is no message.", field);
            _ = Field(message, "role")?.GetString() switch
            {
                "system" or "developer" => conversation.System(text),
                "user" or "tool" or "function" => conversation.User(text),
                "assistant" => conversation.Assistant(text),
                var role => throw new BadRequestException(
                    $"'{field}.role' is '{role}'; it can be system, developer, user, assistant or tool.",
                    $"{field}.role"
                ),
            };
        }

        var told = Field(body, "logprobs")?.ValueKind == JsonValueKind.True;
        var alternatives = Whole(body, "top_logprobs", 0, 20);
        return alternatives == null || told
            ? Of(body, [conversation.Ask().Tokens], told ? alternatives ?? 0 : -1)
            : throw new BadRequestException("'top_logprobs' needs 'logprobs' to be true.", "top_logprobs");
    }

    /// <summary>Reads a request of completions: text that goes on.</summary>
    /// <exception cref="BadRequestException">It cannot be answered.</exception>
    public static Asked Completion(JsonElement body, HouseTokenizer tokenizer)
    {
        if (Field(body, "echo")?.ValueKind == JsonValueKind.True || Field(body, "suffix")?.ValueKind == JsonValueKind.String)
        {
            throw new BadRequestException("The house model knows neither 'echo' nor 'suffix'.", "echo");
        }

        List<IReadOnlyList<int>> prompts = [];
        foreach (var prompt in PromptsOf(body))
        {
            prompts.Add(
                prompt.ValueKind switch
                {
                    JsonValueKind.String => tokenizer.Encode(Short(prompt.GetString()!)),
                    JsonValueKind.Array =>
                    [
                        .. prompt
                            .EnumerateArray()
                            .Select(token =>
                                token.TryGetInt32(out var id) && id >= Special.Names.Count && id < tokenizer.Size
                                    ? id
                                    : throw new BadRequestException("'prompt' has a token that is none of this model's texts.", "prompt")
                            ),
                    ],
                    _ => throw new BadRequestException("'prompt' must be a text, a list of tokens, or a list of such.", "prompt"),
                }
            );
        }

        return Of(body, [.. prompts.Select(prompt => prompt.Count > 0 ? prompt : [Special.End])], Whole(body, "logprobs", 0, 20) ?? -1);
    }

    private static JsonElement[] PromptsOf(JsonElement body)
    {
        if (Field(body, "prompt") is not { } prompt)
        {
            throw new BadRequestException("'prompt' must be given.", "prompt");
        }

        var several = prompt.ValueKind == JsonValueKind.Array && prompt.GetArrayLength() > 0 && prompt[0].ValueKind != JsonValueKind.Number;
        return !several ? [prompt]
            : prompt.GetArrayLength() <= MostPrompts ? [.. prompt.EnumerateArray()]
            : throw new BadRequestException($"'prompt' can be {MostPrompts} texts at the most.", "prompt");
    }

    /// <summary>A text that may fit; what cannot is not even made tokens of.</summary>
    private static string Short(string text) =>
        text.Length <= MostCharacters
            ? text
            : throw new BadRequestException(
                $"A text of {text.Length:N0} characters is beyond the house model's context.",
                "messages",
                "context_length_exceeded"
            );

    private static Asked Of(JsonElement body, IReadOnlyList<IReadOnlyList<int>> prompts, int alternatives) =>
        new(
            prompts,
            Whole(body, "n", 1, MostAnswers) is var count && (count ?? 1) * prompts.Count <= MostPrompts
                ? count ?? 1
                : throw new BadRequestException($"'n' times the prompts can be {MostPrompts} at the most.", "n"),
            Whole(body, "max_completion_tokens", 1, int.MaxValue) ?? Whole(body, "max_tokens", 1, int.MaxValue),
            new Sampling(
                Number(body, "temperature", 0, 2) ?? 1,
                Number(body, "top_p", 0, 1) ?? 1,
                Field(body, "seed") is { ValueKind: JsonValueKind.Number } seed && seed.TryGetInt64(out var given) ? given : null,
                Bias(body),
                Number(body, "frequency_penalty", -2, 2) ?? 0,
                Number(body, "presence_penalty", -2, 2) ?? 0,
                alternatives
            ),
            Stop(body),
            Field(body, "stream")?.ValueKind == JsonValueKind.True,
            Field(body, "stream_options") is { ValueKind: JsonValueKind.Object } options
                && Field(options, "include_usage")?.ValueKind == JsonValueKind.True
        );

    private static string Content(JsonElement message, string field)
    {
        var content = Field(message, "content");
        return content?.ValueKind switch
        {
            null => "", // an assistant's call of a tool
            JsonValueKind.String => content.Value.GetString()!,
            JsonValueKind.Array => string.Concat(
                content
                    .Value.EnumerateArray()
                    .Select(part =>
                        part.ValueKind == JsonValueKind.Object && Field(part, "text") is { ValueKind: JsonValueKind.String } text
                            ? text.GetString()
                            : throw new BadRequestException(
                                $"'{field}.content' has a part that is no text; the house model reads text only.",
                                $"{field}.content"
                            )
                    )
            ),
            _ => throw new BadRequestException($"'{field}.content' must be a text or a list of parts.", $"{field}.content"),
        };
    }

    private static string[] Stop(JsonElement body)
    {
        var stop = Field(body, "stop");
        string[] stops = stop?.ValueKind switch
        {
            null => [],
            JsonValueKind.String => [stop.Value.GetString()!],
            JsonValueKind.Array =>
            [
                .. stop
                    .Value.EnumerateArray()
                    .Select(one =>
                        one.ValueKind == JsonValueKind.String
                            ? one.GetString()!
                            : throw new BadRequestException("'stop' must be a text or a list of texts.", "stop")
                    ),
            ],
            _ => throw new BadRequestException("'stop' must be a text or a list of texts.", "stop"),
        };
        return stops.Length <= 4
            ? [.. stops.Where(one => one.Length > 0)]
            : throw new BadRequestException("'stop' can be four texts at the most.", "stop");
    }

    private static Dictionary<int, float>? Bias(JsonElement body)
    {
        if (Field(body, "logit_bias") is not { } bias)
        {
            return null;
        }

        try
        {
            return bias.EnumerateObject()
                .ToDictionary(
                    one => int.Parse(one.Name, System.Globalization.CultureInfo.InvariantCulture),
                    one => Math.Clamp(one.Value.GetSingle(), -100, 100)
                );
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new BadRequestException("'logit_bias' must be an object of tokens and numbers.", "logit_bias");
        }
    }

    private static int? Whole(JsonElement body, string name, int least, int most) =>
        Field(body, name) is not { } field ? null
        : field.ValueKind == JsonValueKind.Number && field.TryGetInt32(out var value) && value >= least && value <= most ? value
        : throw new BadRequestException(
            most == int.MaxValue
                ? $"'{name}' must be a whole number from {least} on."
                : $"'{name}' must be a whole number from {least} to {most}.",
            name
        );

    private static double? Number(JsonElement body, string name, double least, double most) =>
        Field(body, name) is not { } field ? null
        : field.ValueKind == JsonValueKind.Number && field.GetDouble() is var value && value >= least && value <= most ? value
        : throw new BadRequestException($"'{name}' must be a number from {least} to {most}.", name);

    private static JsonElement? Field(JsonElement element, string name) =>
        element.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null ? field : null;
}
