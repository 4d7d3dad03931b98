using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// The text of a call on a span: the conventions' <c>gen_ai.input.messages</c> and <c>gen_ai.system_instructions</c>, and where
/// instrumentations put it that came before or go beside: single events, <c>gen_ai.prompt</c> (whole, listed, numbered),
/// <c>ai.prompt.messages</c> (Vercel), <c>events</c> and <c>request_data</c> (Logfire), <c>llm.input_messages</c> (OpenInference).
/// </summary>
internal static class OtlpMessages
{
    /// <summary>Lists of messages, in the order in which they are believed.</summary>
    private static readonly string[] Lists =
    [
        "gen_ai.input.messages",
        "gen_ai.prompt",
        "ai.prompt.messages",
        "events",
        "all_messages_events",
        "pydantic_ai.all_messages",
        "request_data",
        "ai.prompt",
    ];

    /// <summary>Messages as attributes of their own, by number: OpenLLMetry until 2025, OpenInference.</summary>
    private static readonly (string Prefix, string Middle)[] Numbered = [("gen_ai.prompt", ""), ("llm.input_messages", "message.")];

    /// <summary>Writes <c>system</c> and <c>messages</c> or <c>prompt</c>, as far as they are there.</summary>
    public static void WriteRequest(Utf8JsonWriter writer, OtlpSpan span)
    {
        var attributes = span.Attributes;
        var system = attributes.Raw("gen_ai.system_instructions");
        if (system.Length > 0)
        {
            writer.WritePropertyName("system"u8);
            writer.WriteRawValue(system, skipInputValidation: true);
        }
        else if (attributes.Text("gen_ai.system_instructions") is { Length: > 0 } text)
        {
            writer.WriteString("system"u8, text);
        }

        foreach (var name in Lists)
        {
            var messages = ChatMessages.Of(attributes.Raw(name));
            if (messages.Length > 0)
            {
                writer.WritePropertyName("messages"u8);
                writer.WriteRawValue(messages, skipInputValidation: true);
                return;
            }
        }

        if (span.MessageEvents.Count > 0)
        {
            Events(writer, span.MessageEvents);
        }
        else if (
            !Array.Exists(Numbered, form => Each(writer, "messages"u8, attributes, form.Prefix, form.Middle))
            && (attributes.Text("gen_ai.input.messages") ?? attributes.Text("gen_ai.prompt") ?? attributes.Text("input.value"))
                is { Length: > 0 } plain
        )
        {
            writer.WriteString("prompt"u8, plain); // as older instrumentations send it
        }
    }

    /// <summary>Writes the answer: where tokens were not counted, its text is.</summary>
    public static void WriteAnswer(Utf8JsonWriter writer, OtlpAttributes attributes)
    {
        var name = attributes.Has("gen_ai.output.messages") ? "gen_ai.output.messages" : "gen_ai.completion";
        var messages = ChatMessages.Of(attributes.Raw(name));
        var text = attributes.Text(name) ?? attributes.Text("ai.response.text") ?? attributes.Text("output.value");
        if (text is null && !attributes.Has("gen_ai.completion.0.content") && !attributes.Has("llm.output_messages.0.message.content"))
        {
            return;
        }

        writer.WriteStartObject("response"u8);
        if (messages.Length > 0)
        {
            writer.WritePropertyName("output"u8);
            writer.WriteRawValue(messages, skipInputValidation: true);
        }
        else if (
            !Each(writer, "output"u8, attributes, "gen_ai.completion", "")
            && !Each(writer, "output"u8, attributes, "llm.output_messages", "message.")
        )
        {
            writer.WriteString("text"u8, text);
        }

        writer.WriteEndObject();
    }

    private static void Events(Utf8JsonWriter writer, List<(string Role, byte[] Content)> events)
    {
        writer.WriteStartArray("messages"u8);
        foreach (var (role, content) in events)
        {
            if (EmbeddedJson.IsStructure(content))
            {
                var fields = JsonSlices.Of(content);
                var inner = fields.Has("content") ? fields.Raw(content, "content") : content;
                writer.WriteStartObject();
                writer.WriteString("role"u8, fields.Text(content, "role") ?? role);
                if (inner[0] == '{')
                {
                    writer.WriteString("content"u8, inner);
                }
                else
                {
                    writer.WritePropertyName("content"u8);
                    writer.WriteRawValue(inner, skipInputValidation: true);
                }

                writer.WriteEndObject();
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteString("role"u8, role);
                writer.WriteString("content"u8, content);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    private static bool Each(Utf8JsonWriter writer, ReadOnlySpan<byte> name, OtlpAttributes attributes, string prefix, string middle)
    {
        var i = 0;
        for (
            ;
            attributes.Text($"{prefix}.{i}.{middle}content") is var content
                && (content ?? attributes.Text($"{prefix}.{i}.{middle}role")) is not null;
            i++
        )
        {
            if (i == 0)
            {
                writer.WriteStartArray(name);
            }

            writer.WriteStartObject();
            if (attributes.Text($"{prefix}.{i}.{middle}role") is { } role)
            {
                writer.WriteString("role"u8, role);
            }

            var structure = attributes.Raw($"{prefix}.{i}.{middle}content"); // a content of parts, or text that happens to be JSON
            if (ChatMessages.IsParts(structure))
            {
                writer.WritePropertyName("content"u8);
                writer.WriteRawValue(structure, skipInputValidation: true);
            }
            else if (content is not null)
            {
                writer.WriteString("content"u8, content);
            }

            writer.WriteEndObject();
        }

        if (i > 0)
        {
            writer.WriteEndArray();
        }

        return i > 0;
    }
}
