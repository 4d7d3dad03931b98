using System.Text.Json;

namespace Stillwatch.Exchanges.Requests;

/// <summary>
/// Looks through the messages, items or prompts of a request: for parts that are no text, and for names that two servers would read
/// differently. What is free (the arguments of a call, a schema) is passed over: no server reads it for its meaning.
/// </summary>
internal static class ContentScan
{
    private static readonly string[] Known =
    [
        "role",
        "content",
        "text",
        "type",
        "thinking",
        "output",
        "refusal",
        "tool_calls",
        "function_call",
        "tool_call_id",
        "parts",
    ];

    private static readonly byte[][] KnownNames = [.. Known.Select(System.Text.Encoding.ASCII.GetBytes)];

    private static readonly byte[][] Free =
    [
        .. new[] { "input", "arguments", "parameters", "input_schema", "schema", "metadata", "json", "args", "response" }.Select(
            System.Text.Encoding.ASCII.GetBytes
        ),
    ];

    private static readonly byte[][] MediaNames =
    [
        .. new[]
        {
            "image",
            "images",
            "image_url",
            "input_image",
            "image_embeds",
            "image_file",
            "audio",
            "audio_url",
            "input_audio",
            "audio_embeds",
            "video",
            "video_url",
            "input_video",
            "file",
            "file_id",
            "file_data",
            "file_url",
            "input_file",
            "inline_data",
            "inlinedata",
            "filedata",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    private static readonly byte[][] MediaKinds =
    [
        .. new[]
        {
            "image",
            "image_url",
            "input_image",
            "image_embeds",
            "image_file",
            "audio",
            "audio_url",
            "input_audio",
            "audio_embeds",
            "video",
            "video_url",
            "input_video",
            "file",
            "input_file",
            "document",
            "container_upload",
            "computer_screenshot",
            "media",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    private const int TypeName = 3,
        Longest = 24;
    private const uint Id = 1u << 31,
        AllKnown = (1u << 11) - 1; // bits of names in one object

    /// <summary>Looks through the value that <paramref name="reader"/> stands on; leaves it on the value's end.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <param name="asked">Gets <see cref="Capability.NonText"/> where there is such a part.</param>
    /// <param name="refers">Set where an item is named by its id instead of being given.</param>
    /// <returns>Which name is not clear; null where all are.</returns>
    public static string? Look(ref Utf8JsonReader reader, ref Capability asked, ref bool refers)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return null;
        }

        string? unclear = null;
        var depth = reader.CurrentDepth;
        var items = reader.TokenType == JsonTokenType.StartArray ? depth + 1 : depth;
        Span<uint> seen = stackalloc uint[RequestFacts.MostDepth + 2];
        seen.Clear();
        do
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                seen[reader.CurrentDepth + 1] = 0;
            }
            else if (reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = Property(ref reader, ref seen[reader.CurrentDepth], ref asked, ref refers);
                unclear ??= name;
            }
            else if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == items)
            {
                refers |= IsNamed(seen[items + 1]);
            }
        } while (reader.Read() && reader.CurrentDepth > depth);
        refers |= items == depth && IsNamed(seen[items + 1]); // one item by itself
        return unclear;
    }

    /// <summary>
    /// Whether an item with these names has an id and nothing that would make it an item: the client's types allow one without a type.
    /// </summary>
    private static bool IsNamed(uint seen) => (seen & Id) != 0 && (seen & AllKnown) == 0;

    private static string? Property(ref Utf8JsonReader reader, ref uint seen, ref Capability asked, ref bool refers)
    {
        Span<byte> room = stackalloc byte[96];
        var name = RequestFields.Name(in reader, room);
        Span<byte> folded = stackalloc byte[Longest];
        if (name.Length > Longest * 2 || !RequestFields.Fold(name, folded, out var length))
        {
            return null;
        }

        folded = folded[..length];
        var known = Find(KnownNames, folded);
        if (known >= 0)
        {
            var exact = name.SequenceEqual(folded);
            var twice = (seen & 1u << known) != 0;
            seen |= 1u << known;
            var value = reader;
            if (known == TypeName && value.Read() && value.TokenType == JsonTokenType.String)
            {
                Span<byte> kindRoom = stackalloc byte[96];
                Span<byte> kind = stackalloc byte[Longest];
                if (RequestFields.Fold(RequestFields.Name(in value, kindRoom), kind, out var kindLength))
                {
                    asked |= Find(MediaKinds, kind[..kindLength]) >= 0 ? Capability.NonText : 0;
                    refers |= kind[..kindLength].SequenceEqual("item_reference"u8);
                }
            }

            return exact && !twice ? null : Known[known];
        }

        seen |= folded.SequenceEqual("id"u8) ? Id : 0;
        if (Find(Free, folded) >= 0)
        {
            reader.Read();
            reader.Skip();
        }
        else if (Find(MediaNames, folded) >= 0)
        {
            var media = reader;
            asked |= media.Read() && media.TokenType != JsonTokenType.Null ? Capability.NonText : 0;
        }

        return null;
    }

    private static int Find(byte[][] names, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (name.SequenceEqual(names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
