using System.Text.Json;

namespace Stillwatch.Exchanges.Formats;

/// <summary>Tells shapes.</summary>
internal static class LogShapes
{
    /// <summary>What stands beside <c>startTime</c> in LiteLLM's rows and payloads and nobody else's.</summary>
    private static readonly string[] OfLiteLlm =
    [
        "request_id",
        "api_key",
        "model_parameters",
        "litellm_call_id",
        "litellm_params",
        "response_cost",
        "spend",
        "proxy_server_request",
    ];

    /// <summary>The shape of an object with <paramref name="fields"/>.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="says">What it is in words, where it is <see cref="LogShape.Named"/>.</param>
    public static LogShape Of(JsonSlices fields, out string says)
    {
        says = "";
        if (fields.Has("resourceSpans") || fields.Has("resource_spans") || fields.Type("batches") == JsonTokenType.StartArray)
        {
            return LogShape.OtlpSpans;
        }

        if (fields.Has("resourceLogs") || fields.Has("resource_logs"))
        {
            return LogShape.OtlpRecords;
        }

        var known =
            (fields.Has("account") ? 1 : 0) + (fields.Has("time") ? 1 : 0) + (fields.Has("request") || fields.Has("request_raw") ? 1 : 0);
        if (known >= 2)
        {
            return LogShape.ExchangeLog;
        }

        if (fields.Has("call_type") || fields.Has("startTime") && Array.Exists(OfLiteLlm, fields.Has))
        {
            return LogShape.LiteLlm;
        }

        says =
            fields.Has("resourceMetrics") || fields.Has("resource_metrics") ? "OTLP metrics, which hold no exchanges"
            : fields.Has("spans") && (fields.Has("processes") || fields.Has("traceID"))
                ? "a trace in Jaeger's format, which is not read: export OTLP/JSON"
            : fields.Has("traceID") && fields.Has("spanID") || fields.Has("operationName") && fields.Has("references")
                ? "a span in Jaeger's format, which is not read: export OTLP/JSON"
            : fields.Has("localEndpoint") && fields.Has("traceId") ? "a span in Zipkin's format, which is not read: export OTLP/JSON"
            : fields.Has("trace_id") && fields.Has("context") && fields.Has("attributes")
            || fields.Has("context") && fields.Has("parent_id") && fields.Has("attributes")
                ? "a span as OpenTelemetry's console exporter prints it, which is not read: export OTLP/JSON"
            : "";
        return says.Length > 0 ? LogShape.Named : LogShape.Unknown;
    }
}
