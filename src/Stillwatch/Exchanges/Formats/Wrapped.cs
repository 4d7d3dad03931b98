using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// Finds the line that a container's runtime, a collector or a store wrapped into an object of its own. Only wrappers that are known by
/// their other fields are undone: an application's own log may hold what customers wrote, and text of a customer must never become an
/// exchange.
/// </summary>
internal static class Wrapped
{
    private static readonly string[] Lists =
    [
        "data",
        "items",
        "logs",
        "rows",
        "records",
        "Records",
        "results",
        "entries",
        "events",
        "logEvents",
        "exchanges",
        "spend",
        "hits",
    ];

    private const int LeastOfAnEventId = 40;

    private static readonly string[] OfCloudWatch =
    [
        "message",
        "timestamp",
        "ingestionTime",
        "eventId",
        "id",
        "logStreamName",
        "logGroupName",
        "logStream",
        "logGroup",
    ];

    /// <summary>
    /// What <paramref name="fields"/> of <paramref name="json"/> wrap: an object or a list of them, or text with one; empty where they wrap
    /// nothing.
    /// </summary>
    /// <param name="json">The object.</param>
    /// <param name="fields">Its fields.</param>
    public static ReadOnlySpan<byte> In(ReadOnlySpan<byte> json, JsonSlices fields)
    {
        if (TextField(json, fields) is { } name)
        {
            return Unescaped(fields.Raw(json, name));
        }

        foreach (var field in (ReadOnlySpan<string>)["_source", "jsonPayload", "trace"])
        {
            if (fields.Type(field) == JsonTokenType.StartObject)
            {
                return fields.Raw(json, field);
            }
        }

        foreach (var field in Lists)
        {
            if (
                fields.Type(field) == JsonTokenType.StartArray
                && fields.Raw(json, field) is var list
                && list[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
            )
            {
                return list;
            }

            if (field is "data" or "hits" && fields.Type(field) == JsonTokenType.StartObject)
            {
                return fields.Raw(json, field); // {"hits": {"hits": […]}}, {"data": {"resourceSpans": …}}
            }
        }

        return [];
    }

    /// <summary>The field that holds a line as text, where the others say who put it there.</summary>
    private static string? TextField(ReadOnlySpan<byte> json, JsonSlices fields) =>
        fields.Type("log") == JsonTokenType.String
        && (fields.Has("stream") || fields.Has("kubernetes") || fields.Has("container_id") || fields.Has("date"))
            ? "log"
        : fields.Type("message") == JsonTokenType.String
        && (
            fields.Has("kubernetes")
            || fields.Names.All(OfCloudWatch.Contains)
                && (fields.Has("ingestionTime") || fields.Text(json, "id") is { Length: > LeastOfAnEventId })
        )
            ? "message"
        : fields.Type("@message") == JsonTokenType.String ? "@message"
        : fields.Type("MESSAGE") == JsonTokenType.String && fields.Has("__REALTIME_TIMESTAMP") ? "MESSAGE"
        : fields.Type("textPayload") == JsonTokenType.String && fields.Has("insertId") ? "textPayload"
        : null;

    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> raw)
    {
        var text = new byte[raw.Length];
        return text.AsSpan(0, JsonText.Unescape(raw[1..^1], text));
    }
}
