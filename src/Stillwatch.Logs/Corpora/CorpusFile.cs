using System.Text;
using System.Text.Json;

namespace Stillwatch.Logs.Corpora;

/// <summary>
/// Reads the items of a benchmark or a set of instructions from a file: JSON lines, one JSON list, or an item a line; plain, gzip or
/// Zstandard.
/// </summary>
internal static class CorpusFile
{
    private const int MostDocument = 1 << 30; // bytes of one JSON list
    private const int MostNamed = 5; // lines that are named where they cannot be read

    /// <summary>Fields that hold an item, the first that is there.</summary>
    private static readonly string[] Fields =
    [
        "messages",
        "conversations",
        "turns",
        "prompt",
        "question",
        "problem",
        "instruction",
        "query",
        "goal",
        "text",
        "content",
        "input",
    ];

    private static readonly string[] ChoiceFields = ["choices", "options", "endings"];

    /// <summary>The items of the file at <paramref name="path"/>, UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="field">The field that holds an item; null for the known ones.</param>
    /// <param name="complain">Told what could not be read, a sentence each.</param>
    /// <exception cref="UnusableInputException">It cannot be opened, is damaged, or holds no item.</exception>
    public static IReadOnlyList<byte[]> Read(string path, string? field, Action<string> complain)
    {
        try
        {
            using var stream = LogFile.Open(path, out _);
            using var whole = new MemoryStream();
            stream.CopyTo(whole);
            var items = Items(path, whole.GetBuffer().AsMemory(0, (int)whole.Length), field, complain);
            return items.Count > 0
                ? items
                : throw new UnusableInputException(
                    $"{path}: no item in it; JSON lines with "
                        + (field == null ? $"one of the fields {string.Join(", ", Fields)}, " : $"the field {field}, ")
                        + "one JSON list of such, or an item a line are read"
                );
        }
        catch (Exception fault) when (LogFile.IsDamage(fault) || fault is IOException)
        {
            throw new UnusableInputException($"{path}: {fault.Message}");
        }
    }

    private static List<byte[]> Items(string path, ReadOnlyMemory<byte> file, string? field, Action<string> complain)
    {
        var bytes = file.Span.StartsWith(Encoding.UTF8.Preamble) ? file[3..] : file;
        var first = bytes.Span.TrimStart(" \t\r\n"u8);
        if (first is [(byte)'[', ..])
        {
            return OfList(path, bytes, field, complain);
        }

        var json = first is [(byte)'{', ..];
        List<byte[]> items = [];
        var (number, wrong) = (0L, 0L);
        foreach (var range in bytes.Span.Split((byte)'\n'))
        {
            number++;
            var line = bytes[range];
            if (line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            if (!json)
            {
                items.Add(line.Span.Trim(" \t\r"u8).ToArray());
            }
            else if (OfLine(line, field) is { } item)
            {
                items.Add(item);
            }
            else if (wrong++ < MostNamed)
            {
                complain($"{path}, line {number:N0}: no JSON object with an item; it is left out");
            }
        }

        if (wrong > MostNamed)
        {
            complain($"{path}: {wrong - MostNamed:N0} more lines like these are left out");
        }

        return items;
    }

    private static List<byte[]> OfList(string path, ReadOnlyMemory<byte> bytes, string? field, Action<string> complain)
    {
        if (bytes.Length > MostDocument)
        {
            throw new UnusableInputException($"{path}: one JSON list of more than {MostDocument:N0} bytes; write an item a line");
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            List<byte[]> items = [];
            var wrong = 0;
            foreach (var one in document.RootElement.EnumerateArray())
            {
                if (Item(one, field) is { } item)
                {
                    items.Add(item);
                }
                else
                {
                    wrong++;
                }
            }

            if (wrong > 0)
            {
                complain($"{path}: {wrong:N0} of {items.Count + wrong:N0} entries hold no item; they are left out");
            }

            return items;
        }
        catch (JsonException fault)
        {
            throw new UnusableInputException($"{path}, line {fault.LineNumber + 1:N0}: {Shown.Text(fault.Message)}");
        }
    }

    private static byte[]? OfLine(ReadOnlyMemory<byte> line, string? field)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Item(document.RootElement, field);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Item(JsonElement one, string? field)
    {
        try
        {
            return ItemOf(one, field);
        }
        catch (InvalidOperationException)
        {
            return null; // a lone surrogate, or bytes that are no text
        }
    }

    private static byte[]? ItemOf(JsonElement one, string? field)
    {
        if (one.ValueKind == JsonValueKind.String)
        {
            return field == null ? Encoding.UTF8.GetBytes(one.GetString()!) : null;
        }

        if (one.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var name in field == null ? Fields : [field])
        {
            if (one.TryGetProperty(name, out var value) && Text(value) is { Length: > 0 } text)
            {
                var more = name == "instruction" && field == null && one.TryGetProperty("input", out var input) ? Text(input) : null;
                var choices = field == null ? Choices(one) : [];
                return Encoding.UTF8.GetBytes(
                    string.Join('\n', [text, .. string.IsNullOrWhiteSpace(more) ? [] : (string[])["", more], .. choices])
                );
            }
        }

        return null;
    }

    /// <summary>What can be chosen from, which stands behind the question.</summary>
    private static string[] Choices(JsonElement one)
    {
        foreach (var name in ChoiceFields)
        {
            if (one.TryGetProperty(name, out var choices))
            {
                choices = choices.ValueKind == JsonValueKind.Object && choices.TryGetProperty("text", out var texts) ? texts : choices;
                return choices.ValueKind == JsonValueKind.Array ? [.. choices.EnumerateArray().Select(Text).OfType<string>()] : [];
            }
        }

        return [];
    }

    /// <summary>A text; of a list of messages the last user's, of other lists the first text.</summary>
    private static string? Text(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Object:
                return Of(value, "content", "value", "text");
            case JsonValueKind.Array:
                var all = value.EnumerateArray().ToList();
                var user = all.FindLast(one => one.ValueKind == JsonValueKind.Object && Of(one, "role", "from") is "user" or "human");
                return user.ValueKind == JsonValueKind.Object ? Text(user)
                    : all.Count > 0 ? Text(all[0])
                    : null;
            default:
                return null;
        }
    }

    private static string? Of(JsonElement one, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (one.TryGetProperty(name, out var value))
            {
                return Text(value);
            }
        }

        return null;
    }
}
