using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>
/// OpenTelemetry GenAI spans and log records, as OTLP/JSON export requests, to exchange-log lines. Attributes as in the GenAI semantic
/// conventions (<c>gen_ai.request.*</c>, <c>gen_ai.usage.*</c>), and as the instrumentations wrote them that came before or went beside;
/// where text stands: <see cref="OtlpMessages"/>.
/// </summary>
/// <remarks>
/// An exchange is a span whose operation is one of the conventions' calls, or that names none and has <c>gen_ai.request.model</c>. Agents
/// and workflows carry a model's name too: they are exchanges only where no call is beneath them. Of calls within calls (a framework's span
/// around its library's) the innermost counts, with what only the outer one has. The account is the first attribute present of the
/// operator's and of <see cref="AccountAttributes"/>, on the span, on one above it in the same export request, or on the resource: the
/// conventions name no customer.
/// </remarks>
internal static class OtlpGenAiToExchange
{
    /// <summary>
    /// Where the account is looked for, in order: what names a customer before what names a customer's customer, and a session last.
    /// </summary>
    public static readonly string[] AccountAttributes =
    [
        "stillwatch.account",
        "enduser.id",
        "user.id",
        "client.id",
        "api_key.id",
        "metadata.user_api_key_team_id",
        "metadata.user_api_key_user_id",
        "metadata.user_api_key_hash",
        "metadata.user_api_key",
        "llm.user",
        "traceloop.association.properties.user_id",
        "ai.telemetry.metadata.userId",
        "langfuse.user.id",
        "user_id",
        "session.id",
    ];

    /// <summary>Translates the spans of <c>resourceSpans</c> or <c>batches</c>.</summary>
    /// <exception cref="JsonException">A value is not valid JSON.</exception>
    public static void Spans(ReadOnlySpan<byte> text, JsonSlices fields, LogOptions options, Translation into)
    {
        List<OtlpSpan> spans = [];
        EachOwner(fields.Raw(text, "resourceSpans", "resource_spans", "batches"), (resource, scopes, outer) =>
        {
            EachOwned(outer.Raw(scopes, "scopeSpans", "scope_spans", "instrumentationLibrarySpans"), "spans", (within, span, own) =>
                spans.Add(OtlpSpan.OfSpan(within, span, own, resource))
            );
        });
        if (!spans.Exists(span => span.Kind != SpanKind.Other))
        {
            into.Lose(
                new(
                    RejectionKind.NoExchange,
                    "no span of the line is a call of a "
                        + "model (none has gen_ai.request.model, or gen_ai.operation.name with the name of a call)"
                )
            );
            return;
        }

        WriteAll(spans, options, into);
    }

    /// <summary>Translates the log records of <c>resourceLogs</c> that describe whole calls.</summary>
    /// <exception cref="JsonException">A value is not valid JSON.</exception>
    public static void Records(ReadOnlySpan<byte> text, JsonSlices fields, LogOptions options, Translation into)
    {
        List<OtlpSpan> calls = [];
        var messages = 0;
        EachOwner(fields.Raw(text, "resourceLogs", "resource_logs"), (resource, scopes, outer) =>
        {
            EachOwned(outer.Raw(scopes, "scopeLogs", "scope_logs"), "logRecords", (within, record, own) =>
            {
                var attributes = new OtlpAttributes();
                attributes.Read(record.Raw(within, "attributes"));
                var name = record.Text(within, "eventName") ?? record.Text(within, "event_name") ?? attributes.Text("event.name");
                if (name == "gen_ai.client.inference.operation.details")
                {
                    calls.Add(OtlpSpan.OfRecord(within, record, own, attributes, resource));
                }
                else if (name == "gen_ai.choice" || ChatMessages.RoleOf(name) != null)
                {
                    messages++;
                }
            });
        });
        if (calls.Exists(call => call.Kind != SpanKind.Other))
        {
            WriteAll(calls, options, into);
        }
        else
        {
            into.Lose(
                new(
                    RejectionKind.NoExchange,
                    messages > 0
                        ? $"OTLP log records with single messages ({messages:N0} in this line), which are not joined to their spans: "
                            + $"have the instrumentation write text on spans, or as gen_ai.client.inference.operation.details"
                        : "OTLP log records, none of which describes a call of a model (gen_ai.client.inference.operation.details)"
                )
            );
        }
    }

    private delegate void Owner(OtlpAttributes resource, ReadOnlySpan<byte> text, JsonSlices fields);

    private delegate void Owned(ReadOnlySpan<byte> text, JsonSlices fields, ReadOnlySpan<byte> own);

    private static void EachOwner(ReadOnlySpan<byte> owners, Owner take) =>
        EachObject(owners, (text, fields, _) => take(OtlpAttributes.OfOwner(fields.Raw(text, "resource")), text, fields));

    private static void EachOwned(ReadOnlySpan<byte> scopes, string name, Owned take) =>
        EachObject(scopes, (text, scope, _) => EachObject(scope.Raw(text, name, name == "logRecords" ? "log_records" : name), take));

    private static void EachObject(ReadOnlySpan<byte> list, Owned take)
    {
        if (list.Length == 0 || list[0] != '[')
        {
            return;
        }

        var reader = JsonText.Reader(list);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            var fields = new JsonSlices();
            fields.Read(ref reader);
            take(list, fields, list[start..(int)reader.BytesConsumed]);
        }
    }

    private static void WriteAll(List<OtlpSpan> spans, LogOptions options, Translation into)
    {
        var covered = Relate(spans);
        var traces = spans.Where(span => span.Kind != SpanKind.Other).Select(span => span.Facts.Trace).ToHashSet();
        var names = options.AccountAttributes.Concat(AccountAttributes).ToArray();
        var nobody = 0;
        foreach (var span in spans)
        {
            if (span.Kind == SpanKind.Other || covered.Contains(span))
            {
                if (traces.Contains(span.Facts.Trace))
                {
                    into.Pass(span.Facts with { Kind = SpanKind.Other });
                }

                continue;
            }

            var account = span.Account(names);
            if (account == null)
            {
                nobody++;
                into.Pass(span.Facts with { Kind = SpanKind.Other });
            }
            else if (span.Start is not { } at)
            {
                into.Lose(new(RejectionKind.FieldUnusable, "a span's 'startTimeUnixNano' is no time"));
            }
            else
            {
                into.Add(Line(span, account, at), span.Facts);
            }
        }

        if (nobody > 0)
        {
            into.Lose(
                new(
                    RejectionKind.NoAccount,
                    $"{(nobody == 1 ? "a span names" : $"{nobody:N0} spans name")} no account: none of the attributes "
                        + $"{string.Join(", ", names)} is there; name another with --account-attribute"
                ),
                nobody
            );
        }
    }

    /// <summary>Finds what stands above each span, and the spans that are no exchanges because a call is beneath them.</summary>
    private static HashSet<OtlpSpan> Relate(List<OtlpSpan> spans)
    {
        var byId = new Dictionary<(UInt128, ulong), OtlpSpan>();
        foreach (var span in spans.Where(span => span.Facts.Id != 0))
        {
            byId[(span.Facts.Trace, span.Facts.Id)] = span;
        }

        foreach (var span in spans.Where(span => span.Facts.Parent != 0))
        {
            span.Above = byId.GetValueOrDefault((span.Facts.Trace, span.Facts.Parent));
        }

        var covered = new HashSet<OtlpSpan>();
        foreach (var kind in (ReadOnlySpan<SpanKind>)[SpanKind.Call, SpanKind.Around])
        {
            foreach (var span in spans.Where(span => span.Kind == kind && !covered.Contains(span)).ToList())
            {
                covered.UnionWith(
                    span.Ancestors.Where(above => above.Kind == SpanKind.Around || above.Kind == SpanKind.Call && kind == SpanKind.Call)
                );
            }
        }

        Inherit([.. spans.Where(span => span.Kind == SpanKind.Call && !covered.Contains(span))]);
        return covered;
    }

    /// <summary>Gives the calls that count what a framework's span around one of them says, and the call's own does not.</summary>
    private static void Inherit(List<OtlpSpan> calls)
    {
        var beneath = calls
            .SelectMany(call => call.Ancestors.Where(above => above.Kind == SpanKind.Call))
            .GroupBy(above => above)
            .ToDictionary(above => above.Key, above => above.Count());
        foreach (var call in calls)
        {
            foreach (var above in call.Ancestors.Where(above => above.Kind == SpanKind.Call && beneath[above] == 1))
            {
                call.Attributes.AddMissing(above.Attributes);
                if (call.MessageEvents.Count == 0)
                {
                    call.MessageEvents.AddRange(above.MessageEvents);
                }
            }
        }
    }

    /// <summary>The line, whole before it is handed on: a fault in the middle leaves nothing behind.</summary>
    private static ReadOnlySpan<byte> Line(OtlpSpan span, string account, EventTime at)
    {
        var attributes = span.Attributes;
        var exchange = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(exchange, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, span.Id);
            writer.WriteString("time"u8, at.ToString());
            writer.WriteString("account"u8, account);
            Text(writer, "key"u8, attributes.Text("metadata.user_api_key_hash") ?? attributes.Text("api_key.id"));
            Text(writer, "model"u8, attributes.Text("gen_ai.response.model"));
            Text(writer, "end_user"u8, attributes.Text("enduser.pseudo.id"));
            writer.WriteStartObject("client"u8);
            Text(writer, "ip"u8, attributes.Text("client.address"));
            Text(writer, "user_agent"u8, attributes.Text("user_agent.original"));
            Text(writer, "tls"u8, attributes.Text("tls.client.ja4"));
            writer.WriteEndObject();
            Request(writer, span);
            OtlpMessages.WriteAnswer(writer, attributes);
            if (attributes.Has("error.type"))
            {
                writer.WriteNumber("status"u8, 500);
            }

            writer.WriteStartObject("usage"u8);
            Number(
                writer,
                "input_tokens"u8,
                attributes.Text("gen_ai.usage.input_tokens")
                    ?? attributes.Text("gen_ai.usage.prompt_tokens")
                    ?? attributes.Text("ai.usage.promptTokens")
            );
            Number(
                writer,
                "output_tokens"u8,
                attributes.Text("gen_ai.usage.output_tokens")
                    ?? attributes.Text("gen_ai.usage.completion_tokens")
                    ?? attributes.Text("ai.usage.completionTokens")
            );
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return exchange.WrittenSpan;
    }

    private static void Request(Utf8JsonWriter writer, OtlpSpan span)
    {
        var attributes = span.Attributes;
        writer.WriteStartObject("request"u8);
        Text(writer, "model"u8, attributes.Text("gen_ai.request.model"));
        Number(writer, "temperature"u8, attributes.Text("gen_ai.request.temperature"));
        Number(writer, "top_p"u8, attributes.Text("gen_ai.request.top_p"));
        Number(writer, "max_tokens"u8, attributes.Text("gen_ai.request.max_tokens"));
        Number(writer, "n"u8, attributes.Text("gen_ai.request.choice.count"));
        Number(writer, "seed"u8, attributes.Text("gen_ai.request.seed"));
        Number(writer, "frequency_penalty"u8, attributes.Text("gen_ai.request.frequency_penalty"));
        Number(writer, "presence_penalty"u8, attributes.Text("gen_ai.request.presence_penalty"));
        Structure(writer, "stop"u8, attributes.Raw("gen_ai.request.stop_sequences"));
        Structure(writer, "tools"u8, attributes.Raw("gen_ai.tool.definitions"));
        OtlpMessages.WriteRequest(writer, span);
        writer.WriteEndObject();
    }

    private static void Structure(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        if (json.Length > 0)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(json, skipInputValidation: true);
        }
    }

    private static void Text(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (double.TryParse(value, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
    }
}
