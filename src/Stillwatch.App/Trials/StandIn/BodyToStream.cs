using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Trials.StandIn;

/// <summary>Takes a body apart into the events that a stream of it would have had.</summary>
internal static class BodyToStream
{
    private const int PieceLength = 16;

    /// <summary>The events, each with the blank line behind it.</summary>
    /// <param name="dialect">Which API it speaks.</param>
    /// <param name="body">The whole answer.</param>
    /// <param name="usage">Whether the client asked for the usage, where the dialect lets it choose.</param>
    /// <param name="recorded">Whether it is a recorded answer: then what it cost is told with its last choice, as some servers do, or it
    /// would be lost.</param>
    public static IEnumerable<string> Events(Dialect dialect, JsonElement body, bool usage, bool recorded) =>
        dialect switch
        {
            Dialect.Messages => Messages(body),
            Dialect.Responses => Responses(body),
            Dialect.Gemini => Gemini(body),
            Dialect.Completions => Choices(body, usage, recorded, "text_completion"),
            _ => Choices(body, usage, recorded, "chat.completion.chunk"),
        };

    private static IEnumerable<string> Choices(JsonElement body, bool usage, bool recorded, string kind)
    {
        var head = new JsonObject();
        foreach (var field in body.EnumerateObject().Where(field => field.Name is not ("choices" or "usage" or "object")))
        {
            head[field.Name] = JsonNode.Parse(field.Value.GetRawText());
        }

        head["object"] = kind;
        // no choice could tell what it cost
        usage |= recorded && !(body.TryGetProperty("choices", out var any) && any.GetArrayLength() > 0);
        foreach (var choice in body.TryGetProperty("choices", out var choices) ? choices.EnumerateArray() : default)
        {
            var index = choice.TryGetProperty("index", out var number) ? number.GetInt32() : 0;
            foreach (var part in kind == "text_completion" ? Texts(choice) : Deltas(choice))
            {
                part["index"] = index;
                part["finish_reason"] ??= null;
                yield return Data(head, part);
            }

            var last = kind == "text_completion" ? new JsonObject { ["text"] = "" } : new JsonObject { ["delta"] = new JsonObject() };
            last["index"] = index;
            last["finish_reason"] = choice.TryGetProperty("finish_reason", out var reason) ? JsonNode.Parse(reason.GetRawText()) : null;
            yield return Data(
                head,
                last,
                !usage && recorded && body.TryGetProperty("usage", out var cost) ? JsonNode.Parse(cost.GetRawText()) : null
            );
        }

        if (usage && body.TryGetProperty("usage", out var used))
        {
            var end = head.DeepClone().AsObject();
            end["choices"] = new JsonArray();
            end["usage"] = JsonNode.Parse(used.GetRawText());
            yield return $"data: {end.ToJsonString()}\n\n";
        }

        yield return "data: [DONE]\n\n";
    }

    private static IEnumerable<JsonObject> Texts(JsonElement choice) =>
        choice.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
            ? Pieces(text.GetString()!).Select(piece => new JsonObject { ["text"] = piece })
            : [];

    private static IEnumerable<JsonObject> Deltas(JsonElement choice)
    {
        if (!choice.TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        yield return new JsonObject
        {
            ["delta"] = new JsonObject { ["role"] = "assistant", ["content"] = "" },
        };
        foreach (var field in message.EnumerateObject().Where(field => field.Name != "role"))
        {
            if (field.Value.ValueKind == JsonValueKind.String)
            {
                foreach (var piece in Pieces(field.Value.GetString()!))
                {
                    yield return new JsonObject { ["delta"] = new JsonObject { [field.Name] = piece } };
                }
            }
            else if (field.Name == "tool_calls" && field.Value.ValueKind == JsonValueKind.Array)
            {
                var index = 0;
                foreach (var call in field.Value.EnumerateArray())
                {
                    var named = JsonNode.Parse(call.GetRawText())!.AsObject();
                    var arguments = named["function"]?["arguments"]?.GetValue<string>() ?? "";
                    if (named["function"] is JsonObject function)
                    {
                        function["arguments"] = "";
                    }

                    named["index"] = index;
                    yield return new JsonObject { ["delta"] = new JsonObject { ["tool_calls"] = new JsonArray(named) } };
                    foreach (var piece in Pieces(arguments))
                    {
                        yield return new JsonObject
                        {
                            ["delta"] = new JsonObject
                            {
                                ["tool_calls"] = new JsonArray(
                                    new JsonObject
                                    {
                                        ["index"] = index,
                                        ["function"] = new JsonObject { ["arguments"] = piece },
                                    }
                                ),
                            },
                        };
                    }

                    index++;
                }
            }
        }
    }

    /// <summary>Each event has the form of a whole answer, with some of the text.</summary>
    private static IEnumerable<string> Gemini(JsonElement body)
    {
        var candidates = body.TryGetProperty("candidates", out var all) ? all.EnumerateArray().ToList() : [];
        for (var i = 0; i < candidates.Count; i++)
        {
            var parts =
                candidates[i].TryGetProperty("content", out var content) && content.TryGetProperty("parts", out var list)
                    ? list.EnumerateArray().ToList()
                    : [];
            var pieces = parts
                .SelectMany(part =>
                    part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String
                        ? Pieces(text.GetString()!)
                            .Select(piece =>
                            {
                                var one = JsonNode.Parse(part.GetRawText())!.AsObject();
                                one["text"] = piece;
                                return one;
                            })
                        : [JsonNode.Parse(part.GetRawText())!.AsObject()]
                )
                .ToList();
            for (var j = 0; j < pieces.Count; j++)
            {
                var whole = JsonNode.Parse(body.GetRawText())!.AsObject();
                var candidate = JsonNode.Parse(candidates[i].GetRawText())!.AsObject();
                candidate["content"]!["parts"] = new JsonArray(pieces[j]);
                if (j < pieces.Count - 1)
                {
                    candidate.Remove("finishReason");
                }

                whole["candidates"] = new JsonArray(candidate);
                yield return $"data: {whole.ToJsonString()}\r\n\r\n";
            }
        }
    }

    private static IEnumerable<string> Messages(JsonElement body)
    {
        var start = JsonNode.Parse(body.GetRawText())!.AsObject();
        var content = start["content"]?.AsArray() ?? [];
        var stop = start["stop_reason"]?.DeepClone();
        var output = start["usage"]?["output_tokens"]?.DeepClone() ?? 0;
        start["content"] = new JsonArray();
        start["stop_reason"] = null;
        if (start["usage"] is JsonObject usage)
        {
            usage["output_tokens"] = 1;
        }

        yield return Named("message_start", new JsonObject { ["message"] = start });
        for (var i = 0; i < content.Count; i++)
        {
            var block = content[i]!.DeepClone().AsObject();
            var type = block["type"]?.GetValue<string>();
            var (field, delta, text) = type switch
            {
                "tool_use" => ("partial_json", "input_json_delta", block["input"]?.ToJsonString() ?? "{}"),
                "thinking" => ("thinking", "thinking_delta", block["thinking"]?.GetValue<string>() ?? ""),
                _ => ("text", "text_delta", block["text"]?.GetValue<string>() ?? ""),
            };
            block[type == "tool_use" ? "input" : field] = type == "tool_use" ? new JsonObject() : "";
            yield return Named("content_block_start", new JsonObject { ["index"] = i, ["content_block"] = block });
            foreach (var piece in Pieces(text))
            {
                yield return Named(
                    "content_block_delta",
                    new JsonObject
                    {
                        ["index"] = i,
                        ["delta"] = new JsonObject { ["type"] = delta, [field] = piece },
                    }
                );
            }

            yield return Named("content_block_stop", new JsonObject { ["index"] = i });
        }

        yield return Named(
            "message_delta",
            new JsonObject
            {
                ["delta"] = new JsonObject { ["stop_reason"] = stop, ["stop_sequence"] = null },
                ["usage"] = new JsonObject { ["output_tokens"] = output },
            }
        );
        yield return Named("message_stop", []);
    }

    private static IEnumerable<string> Responses(JsonElement body)
    {
        var sequence = 0;
        var whole = JsonNode.Parse(body.GetRawText())!.AsObject();
        var begun = whole.DeepClone().AsObject();
        begun["status"] = "in_progress";
        begun["output"] = new JsonArray();
        begun["usage"] = null;
        begun["completed_at"] = null;
        yield return Next("response.created", new JsonObject { ["response"] = begun });
        var items = whole["output"]?.AsArray() ?? [];
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i]!.AsObject();
            var id = item["id"]?.DeepClone();
            var empty = item.DeepClone().AsObject();
            empty["status"] = "in_progress";
            if (empty["content"] != null)
            {
                empty["content"] = new JsonArray();
            }

            if (empty["arguments"] != null)
            {
                empty["arguments"] = "";
            }

            yield return Next("response.output_item.added", new JsonObject { ["output_index"] = i, ["item"] = empty });
            if (item["content"]?[0]?["text"] is { } text)
            {
                yield return Next(
                    "response.content_part.added",
                    new JsonObject
                    {
                        ["item_id"] = id?.DeepClone(),
                        ["output_index"] = i,
                        ["content_index"] = 0,
                        ["part"] = new JsonObject
                        {
                            ["type"] = "output_text",
                            ["text"] = "",
                            ["annotations"] = new JsonArray(),
                        },
                    }
                );
                foreach (var piece in Pieces(text.GetValue<string>()))
                {
                    yield return Next(
                        "response.output_text.delta",
                        new JsonObject
                        {
                            ["item_id"] = id?.DeepClone(),
                            ["output_index"] = i,
                            ["content_index"] = 0,
                            ["delta"] = piece,
                        }
                    );
                }

                yield return Next(
                    "response.output_text.done",
                    new JsonObject
                    {
                        ["item_id"] = id?.DeepClone(),
                        ["output_index"] = i,
                        ["content_index"] = 0,
                        ["text"] = text.DeepClone(),
                    }
                );
                yield return Next(
                    "response.content_part.done",
                    new JsonObject
                    {
                        ["item_id"] = id?.DeepClone(),
                        ["output_index"] = i,
                        ["content_index"] = 0,
                        ["part"] = item["content"]![0]!.DeepClone(),
                    }
                );
            }
            else if (item["arguments"] is { } arguments)
            {
                yield return Next(
                    "response.function_call_arguments.delta",
                    new JsonObject
                    {
                        ["item_id"] = id?.DeepClone(),
                        ["output_index"] = i,
                        ["delta"] = arguments.DeepClone(),
                    }
                );
                yield return Next(
                    "response.function_call_arguments.done",
                    new JsonObject
                    {
                        ["item_id"] = id?.DeepClone(),
                        ["output_index"] = i,
                        ["arguments"] = arguments.DeepClone(),
                    }
                );
            }

            yield return Next("response.output_item.done", new JsonObject { ["output_index"] = i, ["item"] = item.DeepClone() });
        }

        yield return Next("response.completed", new JsonObject { ["response"] = whole });

        string Next(string type, JsonObject data)
        {
            data["sequence_number"] = sequence++;
            return Named(type, data);
        }
    }

    private static string Named(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        return $"event: {type}\ndata: {data.ToJsonString()}\n\n";
    }

    private static string Data(JsonObject head, JsonObject choice, JsonNode? usage = null)
    {
        var one = head.DeepClone().AsObject();
        if (usage != null)
        {
            one["usage"] = usage;
        }

        one["choices"] = new JsonArray(choice);
        return $"data: {one.ToJsonString()}\n\n";
    }

    /// <summary>Pieces of about four tokens, never between the halves of one character.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        for (var start = 0; start < text.Length; )
        {
            var end = Math.Min(text.Length, start + PieceLength);
            end += end < text.Length && char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
            yield return text[start..end];
            start = end;
        }
    }
}
