using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Trials.StandIn;

/// <summary>
/// An answer of the right form where nothing is recorded: it says what it is, calls the first tool where there are tools, and fills a
/// schema where one is given.
/// </summary>
internal static class PlainAnswer
{
    private const string Text =
        "This is Stillwatch's stand-in for a model server. It is no model: it answers so that clients, limits and the watch can be "
        + "tried before a real one stands behind the gateway.";

    /// <summary>The answer's body.</summary>
    public static byte[] Make(Dialect dialect, JsonElement request, string id)
    {
        var model =
            request.TryGetProperty("model", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "stand-in";
        var input = Math.Max(1, request.GetRawText().Length / 4);
        var text = Schema(request) is { } schema ? Instance(schema)?.ToJsonString() ?? "null" : Text;
        var tool = LastIsTool(request) ? null : Tool(request);
        var output = Math.Max(1, (tool == null ? text.Length : 40) / 4);
        JsonNode body = dialect switch
        {
            Dialect.Completions => new JsonObject
            {
                ["id"] = id,
                ["object"] = "text_completion",
                ["created"] = 0,
                ["model"] = model,
                ["choices"] = new JsonArray(
                    new JsonObject
                    {
                        ["index"] = 0,
                        ["text"] = text,
                        ["logprobs"] = null,
                        ["finish_reason"] = "stop",
                    }
                ),
                ["usage"] = OpenAiUsage(input, output),
            },
            Dialect.Responses => Responses(id, model, text, tool, request, input, output),
            Dialect.Embeddings => Embeddings(model, request, input),
            Dialect.Messages => Messages(id, model, text, tool, input, output),
            Dialect.Gemini => Gemini(id, text, tool, input, output),
            Dialect.CountTokens => new JsonObject { ["input_tokens"] = input },
            _ => Chat(id, model, text, tool, request, input, output),
        };
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static JsonObject Chat(string id, string model, string text, string? tool, JsonElement request, int input, int output)
    {
        var count = request.TryGetProperty("n", out var n) && n.TryGetInt32(out var many) ? Math.Clamp(many, 1, 16) : 1;
        var choices = new JsonArray();
        for (var i = 0; i < count; i++)
        {
            var message = new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = tool == null ? text : null,
                ["refusal"] = null,
            };
            if (tool != null)
            {
                message["tool_calls"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = $"call_{id}",
                        ["type"] = "function",
                        ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = "{}" },
                    }
                );
            }

            choices.Add(
                new JsonObject
                {
                    ["index"] = i,
                    ["message"] = message,
                    ["logprobs"] = null,
                    ["finish_reason"] = tool == null ? "stop" : "tool_calls",
                }
            );
        }

        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "chat.completion",
            ["created"] = 0,
            ["model"] = model,
            ["choices"] = choices,
            ["usage"] = OpenAiUsage(input, output * count),
        };
    }

    private static JsonObject Gemini(string id, string text, string? tool, int input, int output) =>
        new()
        {
            ["candidates"] = new JsonArray(
                new JsonObject
                {
                    ["content"] = new JsonObject
                    {
                        ["parts"] = new JsonArray(
                            tool == null
                                ? new JsonObject { ["text"] = text }
                                : new JsonObject
                                {
                                    ["functionCall"] = new JsonObject { ["name"] = tool, ["args"] = new JsonObject() },
                                }
                        ),
                        ["role"] = "model",
                    },
                    ["finishReason"] = "STOP",
                    ["index"] = 0,
                }
            ),
            ["usageMetadata"] = new JsonObject
            {
                ["promptTokenCount"] = input,
                ["candidatesTokenCount"] = output,
                ["totalTokenCount"] = input + output,
            },
            ["modelVersion"] = "stand-in",
            ["responseId"] = id,
        };

    private static JsonObject Messages(string id, string model, string text, string? tool, int input, int output) =>
        new()
        {
            ["id"] = "msg_" + id,
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = model,
            ["content"] = new JsonArray(
                tool == null
                    ? new JsonObject { ["type"] = "text", ["text"] = text }
                    : new JsonObject
                    {
                        ["type"] = "tool_use",
                        ["id"] = "toolu_" + id,
                        ["name"] = tool,
                        ["input"] = new JsonObject(),
                    }
            ),
            ["stop_reason"] = tool == null ? "end_turn" : "tool_use",
            ["stop_sequence"] = null,
            ["usage"] = new JsonObject { ["input_tokens"] = input, ["output_tokens"] = output },
        };

    private static JsonObject Responses(string id, string model, string text, string? tool, JsonElement request, int input, int output) =>
        new()
        {
            ["id"] = "resp_" + id,
            ["object"] = "response",
            ["created_at"] = 0,
            ["status"] = "completed",
            ["error"] = null,
            ["incomplete_details"] = null,
            ["instructions"] = null,
            ["max_output_tokens"] = null,
            ["model"] = model,
            ["output"] = new JsonArray(
                tool == null
                    ? new JsonObject
                    {
                        ["type"] = "message",
                        ["id"] = "msg_" + id,
                        ["status"] = "completed",
                        ["role"] = "assistant",
                        ["content"] = new JsonArray(
                            new JsonObject
                            {
                                ["type"] = "output_text",
                                ["text"] = text,
                                ["annotations"] = new JsonArray(),
                            }
                        ),
                    }
                    : new JsonObject
                    {
                        ["type"] = "function_call",
                        ["id"] = "fc_" + id,
                        ["call_id"] = "call_" + id,
                        ["name"] = tool,
                        ["arguments"] = "{}",
                        ["status"] = "completed",
                    }
            ),
            ["parallel_tool_calls"] = true,
            ["previous_response_id"] = null,
            ["temperature"] = 1,
            ["tool_choice"] = "auto",
            ["tools"] = Echoed(request),
            ["top_p"] = 1,
            ["metadata"] = new JsonObject(),
            ["completed_at"] = 0,
            ["truncation"] = "disabled",
            ["text"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "text" } },
            ["presence_penalty"] = 0,
            ["frequency_penalty"] = 0,
            ["top_logprobs"] = 0,
            ["reasoning"] = null,
            ["max_tool_calls"] = null,
            ["store"] = false,
            ["background"] = false,
            ["service_tier"] = "default",
            ["safety_identifier"] = null,
            ["prompt_cache_key"] = null,
            ["usage"] = new JsonObject
            {
                ["input_tokens"] = input,
                ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
                ["output_tokens"] = output,
                ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
                ["total_tokens"] = input + output,
            },
        };

    /// <summary>The functions that were offered, with all that the specification wants of each.</summary>
    private static JsonArray Echoed(JsonElement request)
    {
        var tools = new JsonArray();
        foreach (
            var tool in request.TryGetProperty("tools", out var all) && all.ValueKind == JsonValueKind.Array
                ? all.EnumerateArray()
                : default
        )
        {
            if (JsonNode.Parse(tool.GetRawText()) is JsonObject one && one["type"]?.GetValue<string>() == "function")
            {
                one.TryAdd("description", null);
                one.TryAdd("parameters", null);
                one.TryAdd("strict", null);
                tools.Add(one);
            }
        }

        return tools;
    }

    private static JsonObject Embeddings(string model, JsonElement request, int input)
    {
        var count =
            request.TryGetProperty("input", out var texts) && texts.ValueKind == JsonValueKind.Array
                ? Math.Max(1, texts.GetArrayLength())
                : 1;
        var base64 =
            request.TryGetProperty("encoding_format", out var format)
            && format.ValueKind == JsonValueKind.String
            && format.ValueEquals("base64");
        var data = new JsonArray();
        for (var i = 0; i < count; i++)
        {
            float[] vector = [1, 0, 0, i];
            JsonNode embedding = base64
                ? JsonValue.Create(Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan())))
                : new JsonArray([.. vector.Select(v => (JsonNode)v)]);
            data.Add(
                new JsonObject
                {
                    ["object"] = "embedding",
                    ["index"] = i,
                    ["embedding"] = embedding,
                }
            );
        }

        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = data,
            ["model"] = model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = input, ["total_tokens"] = input },
        };
    }

    private static JsonObject OpenAiUsage(int input, int output) =>
        new()
        {
            ["prompt_tokens"] = input,
            ["completion_tokens"] = output,
            ["total_tokens"] = input + output,
        };

    private static string? Tool(JsonElement request)
    {
        if (!request.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array || tools.GetArrayLength() == 0)
        {
            return null;
        }

        var first = tools[0];
        var holder =
            first.TryGetProperty("function", out var function) ? function
            : first.TryGetProperty("functionDeclarations", out var declared)
            && declared.ValueKind == JsonValueKind.Array
            && declared.GetArrayLength() > 0
                ? declared[0]
            : first;
        return holder.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
    }

    /// <summary>Whether a tool's result is the last word: then it is answered in words.</summary>
    private static bool LastIsTool(JsonElement request)
    {
        foreach (var field in (ReadOnlySpan<string>)["messages", "input", "contents"])
        {
            if (
                request.TryGetProperty(field, out var messages)
                && messages.ValueKind == JsonValueKind.Array
                && messages.GetArrayLength() > 0
            )
            {
                var last = messages[messages.GetArrayLength() - 1].GetRawText();
                return last.Contains("\"tool_result\"", StringComparison.Ordinal)
                    || last.Contains("\"role\":\"tool\"", StringComparison.Ordinal)
                    || last.Contains("\"function_call_output\"", StringComparison.Ordinal)
                    || last.Contains("\"functionResponse\"", StringComparison.Ordinal);
            }
        }

        return false;
    }

    private static JsonElement? Schema(JsonElement request)
    {
        if (
            request.TryGetProperty("response_format", out var format)
            && format.TryGetProperty("json_schema", out var named)
            && named.TryGetProperty("schema", out var schema)
        )
        {
            return schema;
        }

        if (
            request.TryGetProperty("generationConfig", out var config)
            && (config.TryGetProperty("responseJsonSchema", out var ofGemini) || config.TryGetProperty("responseSchema", out ofGemini))
        )
        {
            return ofGemini;
        }

        return
            request.TryGetProperty("text", out var text)
            && text.ValueKind == JsonValueKind.Object
            && text.TryGetProperty("format", out var inner)
            && inner.TryGetProperty("schema", out var other)
            ? other
            : null;
    }

    /// <summary>The least value that a schema allows.</summary>
    private static JsonNode? Instance(JsonElement schema)
    {
        if (schema.TryGetProperty("enum", out var choices) && choices.GetArrayLength() > 0)
        {
            return JsonNode.Parse(choices[0].GetRawText());
        }

        var type = schema.TryGetProperty("type", out var kind)
            ? kind.ValueKind == JsonValueKind.Array
                ? kind[0].GetString()
                : kind.GetString()
            : "object";
        switch (type)
        {
            case "string":
                return "stand-in";
            case "integer" or "number":
                return 1;
            case "boolean":
                return true;
            case "array":
                return new JsonArray(schema.TryGetProperty("items", out var items) ? Instance(items) : null);
            case "null":
                return null;
            default:
                var made = new JsonObject();
                if (schema.TryGetProperty("properties", out var properties))
                {
                    foreach (var property in properties.EnumerateObject())
                    {
                        made[property.Name] = Instance(property.Value);
                    }
                }

                return made;
        }
    }
}
