using System.Text.Json;
using System.Text.Json.Serialization;
using Stillwatch.Capabilities;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Decisions;

/// <summary>
/// How decisions, policies and what stands are written as JSON: names in small letters with underscores, ids and times as text.
/// </summary>
public static class DecisionJson
{
    /// <summary>The options; fields that are not known are refused, as a mistyped one would silently mean nothing.</summary>
    public static JsonSerializerOptions Options { get; } = Make(indented: false);

    /// <summary>The same, for people.</summary>
    public static JsonSerializerOptions Indented { get; } = Make(indented: true);

    /// <summary>Reads a policy.</summary>
    /// <exception cref="FormatException">It is none; the message says where and why.</exception>
    public static Policy ReadPolicy(ReadOnlySpan<byte> json)
    {
        var policy = Read<Policy>(json);
        return policy.Fault() is { } fault ? throw new FormatException(fault) : policy;
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="FormatException">It is none; the message says where and why.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            RefuseNullsInLists(json);
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new FormatException("it is null");
        }
        catch (JsonException fault)
        {
            var line = fault.LineNumber is { } number ? $"line {number + 1}, " : "";
            throw new FormatException($"{line}{fault.Path ?? "$"}: {Plain(fault)}", fault);
        }
        catch (NotSupportedException fault)
        {
            throw new FormatException("$: 'kind' is wanted: it says what is decided", fault);
        }
    }

    /// <summary>The serializer takes null for an element of any list, and whoever looks at the list would stumble over it.</summary>
    private static void RefuseNullsInLists(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(
            json,
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
        );
        Stack<bool> inList = [];
        var field = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    inList.Push(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    inList.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    field = reader.GetString();
                    break;
                case JsonTokenType.Null when inList.TryPeek(out var isList) && isList:
                    var line = json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
                    throw new FormatException($"line {line}, {field}: null is nothing that a list can hold");
            }
        }
    }

    private static string Plain(JsonException fault)
    {
        var text = fault.InnerException is FormatException inner ? inner.Message : fault.Message;
        var end = text.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    private static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            AllowOutOfOrderMetadataProperties = true,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            WriteIndented = indented,
            Converters =
            {
                new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
                new TextConverter<CaseId>(text => CaseId.TryParse(text, out var id) ? id : null, "case-7k2m9qt4"),
                new TextConverter<MeasureId>(text => MeasureId.TryParse(text, out var id) ? id : null, "cm-7k2m9qt4"),
                new TextConverter<ReleaseId>(text => ReleaseId.TryParse(text, out var id) ? id : null, "rel-7k2m9qt4"),
                new TextConverter<CampaignId>(text => CampaignId.TryParse(text, out var id) ? id : null, "c-7k2m9qt"),
                new TextConverter<EventTime>(
                    text =>
                        Rfc3339.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var at)
                            ? new EventTime(at.Window(1000) * 1000) // milliseconds are written
                            : null,
                    "2026-11-28T12:00:00Z"
                ),
                new SubjectConverter(),
            },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class TextConverter<T>(Func<string, T?> parse, string example) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
            return parse(text) ?? throw new JsonException("", new FormatException($"one such as {example} is wanted"));
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    private sealed class SubjectConverter : JsonConverter<Subject>
    {
        public override Subject Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Subject.TryParse(reader.TokenType == JsonTokenType.String ? reader.GetString() : null, out var subject)
                ? subject
                : throw new JsonException(
                    "",
                    new FormatException("account:NAME, key:ID, end_user:ACCOUNT/USER, organisation:NAME or campaign:ID is wanted")
                );

        public override void Write(Utf8JsonWriter writer, Subject value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
