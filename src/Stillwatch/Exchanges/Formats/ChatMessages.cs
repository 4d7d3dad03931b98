using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// Messages as instrumentations write them, in the form of the dialects: a list of objects with <c>role</c> and <c>content</c>. Read are a
/// list, one message, an object that holds the list, a list of strings (texts or JSON), <c>parts</c> in place of <c>content</c>, events
/// with a role in their name, and any of these in a string.
/// </summary>
internal static class ChatMessages
{
    private const int Deepest = 4;

    /// <summary>The messages within <paramref name="json"/> as a JSON list; empty where there are none.</summary>
    /// <exception cref="JsonException">A value is not valid JSON.</exception>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json)
    {
        var into = new ArrayBufferWriter<byte>(Math.Max(256, json.Length));
        var count = 0;
        using (var writer = new Utf8JsonWriter(into, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartArray();
            Any(writer, json, ref count, Deepest);
            writer.WriteEndArray();
        }

        return count == 0 ? [] : into.WrittenSpan;
    }

    /// <summary>
    /// The role that the name of an event gives its message, such as <c>gen_ai.user.message</c>; null where it gives none.
    /// </summary>
    public static string? RoleOf(string? eventName) =>
        eventName switch
        {
            "gen_ai.user.message" => "user",
            "gen_ai.system.message" => "system",
            "gen_ai.assistant.message" => "assistant",
            "gen_ai.tool.message" => "tool",
            _ => null,
        };

    private static void Any(Utf8JsonWriter writer, ReadOnlySpan<byte> json, ref int count, int depth)
    {
        json = EmbeddedJson.Of(json.Trim(" \t\r\n"u8));
        if (depth == 0 || json.Length < 2)
        {
            return;
        }

        if (json[0] == '[')
        {
            List(writer, json, ref count, depth);
        }
        else if (json[0] == '{')
        {
            Object(writer, json, ref count, depth);
        }
        else if (json[0] == '"' && json.Length > 2)
        {
            Write(writer, "\"user\""u8, json);
            count++;
        }
    }

    private static void List(Utf8JsonWriter writer, ReadOnlySpan<byte> json, ref int count, int depth)
    {
        if (IsParts(json))
        {
            Write(writer, "\"user\""u8, json);
            count++;
            return;
        }

        var reader = JsonText.Reader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Any(writer, json[start..(int)reader.BytesConsumed], ref count, depth - 1);
        }
    }

    private static void Object(Utf8JsonWriter writer, ReadOnlySpan<byte> json, ref int count, int depth)
    {
        var fields = JsonSlices.Of(json);
        var name = fields.Text(json, "event.name");
        if (name == "gen_ai.choice")
        {
            return; // an answer
        }

        if (fields.Has("messages"))
        {
            Any(writer, fields.Raw(json, "messages"), ref count, depth - 1);
            return;
        }

        var content = EmbeddedParts(fields.Raw(json, "parts", "content", "text", "gen_ai.event.content"));
        if (content.Length == 0 && !fields.Has("role") && !fields.Has("tool_calls"))
        {
            return;
        }

        if (content.Length > 1 && content[0] == '{' && fields.Has("gen_ai.event.content"))
        {
            Any(writer, content, ref count, depth - 1);
            return;
        }

        var role = fields.Raw(json, "role");
        Write(writer, role.Length > 2 ? role : System.Text.Encoding.UTF8.GetBytes($"\"{RoleOf(name) ?? "user"}\""), content);
        count++;
    }

    /// <summary>Content that is a list of parts in a string; other text that happens to be JSON is text.</summary>
    private static ReadOnlySpan<byte> EmbeddedParts(ReadOnlySpan<byte> content)
    {
        var embedded = EmbeddedJson.Of(content);
        return embedded.Length > 0 && (IsParts(embedded) || embedded[0] == '{' && content[0] != '"') ? embedded : content;
    }

    /// <summary>Whether a list is one of parts of a message and not of messages.</summary>
    public static bool IsParts(ReadOnlySpan<byte> json)
    {
        if (json.Length < 4 || json[0] != '[' || json[1..].TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            return false;
        }

        var reader = JsonText.Reader(json);
        reader.Read();
        reader.Read();
        var first = new JsonSlices();
        first.Read(ref reader);
        return !first.Has("role") && !first.Has("event.name") && (first.Has("type") || first.Has("text"));
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> role, ReadOnlySpan<byte> content)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("role"u8);
        writer.WriteRawValue(role, skipInputValidation: true);
        if (content.Length > 0)
        {
            writer.WritePropertyName("content"u8);
            writer.WriteRawValue(content, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }
}
