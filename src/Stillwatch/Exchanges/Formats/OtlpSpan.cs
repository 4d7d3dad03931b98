using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>A span, or a log record of a whole call, of an export request.</summary>
internal sealed class OtlpSpan
{
    private const int MostAncestors = 64;
    private const string TraceIds = "traceId",
        SpanIds = "spanId";
    private const string Nobody = "default_user_id"; // a LiteLLM proxy's name for whoever has a key that its administrator made

    /// <summary>What the conventions call the operations that are calls of a model.</summary>
    private static readonly HashSet<string> CallOperations = new(StringComparer.Ordinal)
    {
        "chat",
        "generate_content",
        "text_completion",
        "embeddings",
    };

    /// <summary>Those that are none, though a model's name may stand beside them.</summary>
    private static readonly HashSet<string> OtherOperations = new(StringComparer.Ordinal) { "execute_tool", "create_agent", "retrieval" };

    private OtlpSpan(OtlpAttributes resource, OtlpAttributes attributes)
    {
        Resource = resource;
        Attributes = attributes;
    }

    /// <summary>The attributes of what sent it.</summary>
    public OtlpAttributes Resource { get; }

    /// <summary>Its own attributes, and those of its events that it does not have itself.</summary>
    public OtlpAttributes Attributes { get; }

    /// <summary>Events of single messages: the role, and the message as bytes of text or JSON.</summary>
    public List<(string Role, byte[] Content)> MessageEvents { get; } = [];

    /// <summary>Its id in the log.</summary>
    public required string Id { get; init; }

    /// <summary>When it began; null where that is no time.</summary>
    public required EventTime? Start { get; init; }

    /// <summary>Where it stands in its trace.</summary>
    public SpanFacts Facts { get; private set; }

    /// <summary>What it is, seen alone.</summary>
    public SpanKind Kind => Facts.Kind;

    /// <summary>The span that it was made in, where that is in the same export request.</summary>
    public OtlpSpan? Above { get; set; }

    /// <summary>
    /// The spans above it in the same export request, nearest first; at most 64, also where spans name each other for their parents.
    /// </summary>
    public IEnumerable<OtlpSpan> Ancestors
    {
        get
        {
            var depth = 0;
            for (var above = Above; above != null && above != this && depth < MostAncestors; above = above.Above, depth++)
            {
                yield return above;
            }
        }
    }

    /// <summary>Reads a span of <c>resourceSpans</c>.</summary>
    public static OtlpSpan OfSpan(ReadOnlySpan<byte> text, JsonSlices fields, ReadOnlySpan<byte> own, OtlpAttributes resource)
    {
        var attributes = new OtlpAttributes();
        attributes.Read(fields.Raw(text, "attributes"));
        var span = new OtlpSpan(resource, attributes)
        {
            Id = IdOf(text, fields, own),
            Start = Nanoseconds(fields.Raw(text, "startTimeUnixNano", "start_time_unix_nano")),
        };
        span.ReadEvents(fields.Raw(text, "events"));
        span.Facts = span.Place(text, fields);
        return span;
    }

    /// <summary>Reads a log record that describes a whole call (<c>gen_ai.client.inference.operation.details</c>).</summary>
    public static OtlpSpan OfRecord(
        ReadOnlySpan<byte> text,
        JsonSlices fields,
        ReadOnlySpan<byte> own,
        OtlpAttributes attributes,
        OtlpAttributes resource
    )
    {
        var body = fields.Type("body") == JsonTokenType.StartObject ? OtlpAttributes.Value(fields.Raw(text, "body")) : [];
        if (body.Length > 0 && body[0] == '{' && EmbeddedJson.IsStructure(body))
        {
            foreach (var name in (ReadOnlySpan<string>)["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions"])
            {
                var raw = JsonSlices.Of(body).Raw(body, name);
                if (raw.Length > 0)
                {
                    attributes.AddMissing(name, raw);
                }
            }
        }

        var span = new OtlpSpan(resource, attributes)
        {
            Id = IdOf(text, fields, own),
            Start = Nanoseconds(fields.Raw(text, "timeUnixNano", "time_unix_nano", "observedTimeUnixNano", "observed_time_unix_nano")),
        };
        span.Facts = span.Place(text, fields);
        return span;
    }

    /// <summary>The first of <paramref name="names"/> that it, a span above it or its sender has, and that names somebody.</summary>
    public string? Account(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            foreach (var span in Ancestors.Prepend(this))
            {
                if (span.Attributes.Text(name) is { Length: > 0 } own && own != Nobody)
                {
                    return own;
                }
            }

            if (Resource.Text(name) is { Length: > 0 } shared && shared != Nobody)
            {
                return shared;
            }
        }

        return null;
    }

    private SpanFacts Place(ReadOnlySpan<byte> text, JsonSlices fields) =>
        new(
            Hash128(fields.Text(text, TraceIds) ?? fields.Text(text, "trace_id")),
            Hash64(fields.Text(text, SpanIds) ?? fields.Text(text, "span_id")),
            Hash64(fields.Text(text, "parentSpanId") ?? fields.Text(text, "parent_span_id")),
            KindOf()
        );

    private SpanKind KindOf()
    {
        var model = Attributes.Has("gen_ai.request.model");
        if (Attributes.Text("gen_ai.operation.name") is { Length: > 0 } operation)
        {
            return CallOperations.Contains(operation) ? SpanKind.Call
                : model && !OtherOperations.Contains(operation) ? SpanKind.Around
                : SpanKind.Other;
        }

        return !model ? SpanKind.Other
            : Attributes.Has("gen_ai.agent.name") || Attributes.Text("traceloop.span.kind") is { Length: > 0 } ? SpanKind.Around
            : SpanKind.Call;
    }

    /// <summary>Text may stand on events: on one for the whole call, or on one for each message.</summary>
    private void ReadEvents(ReadOnlySpan<byte> events)
    {
        if (events.Length == 0 || events[0] != '[')
        {
            return;
        }

        var reader = JsonText.Reader(events);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var fields = new JsonSlices();
            fields.Read(ref reader);
            var attributes = new OtlpAttributes();
            attributes.Read(fields.Raw(events, "attributes"));
            if (ChatMessages.RoleOf(fields.Text(events, "name") ?? attributes.Text("event.name")) is { } role)
            {
                foreach (var name in (ReadOnlySpan<string>)["gen_ai.event.content", "content", "message", "body"])
                {
                    if (attributes.Bytes(name) is { Length: > 0 } content)
                    {
                        MessageEvents.Add((role, content.ToArray()));
                        break;
                    }
                }
            }
            else
            {
                Attributes.AddMissing(attributes);
            }
        }
    }

    /// <summary>
    /// Trace and span id; of what has none, the fingerprint of its bytes. A model server's response id is not unique everywhere.
    /// </summary>
    private static string IdOf(ReadOnlySpan<byte> text, JsonSlices fields, ReadOnlySpan<byte> own)
    {
        var (trace, span) = (
            fields.Text(text, TraceIds) ?? fields.Text(text, "trace_id"),
            fields.Text(text, SpanIds) ?? fields.Text(text, "span_id")
        );
        return span != null ? $"{trace}:{span}" : $"span-{XxHash128.HashToUInt128(own):x32}";
    }

    private static UInt128 Hash128(string? id) => id == null ? 0 : XxHash128.HashToUInt128(System.Text.Encoding.UTF8.GetBytes(id));

    private static ulong Hash64(string? id) =>
        string.IsNullOrEmpty(id) || id.AsSpan().Trim('0').Length == 0
            ? 0
            : XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(id)) | 1;

    private static EventTime? Nanoseconds(ReadOnlySpan<byte> raw) =>
        long.TryParse(raw.Trim((byte)'"'), CultureInfo.InvariantCulture, out var nanoseconds) && nanoseconds > 0
            ? new EventTime(nanoseconds / 1000)
            : null;
}
