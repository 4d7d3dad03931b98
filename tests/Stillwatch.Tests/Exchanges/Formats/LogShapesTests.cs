using System.Text;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

public sealed class LogShapesTests
{
    [Theory]
    [InlineData("account time request", "ExchangeLog")]
    [InlineData("account request_raw", "ExchangeLog")] // one field may be missing: then the line is told as such
    [InlineData("time request request_raw", "ExchangeLog")]
    [InlineData("account", "Unknown")]
    [InlineData("request request_raw", "Unknown")]
    [InlineData("call_type", "LiteLlm")]
    [InlineData("startTime request_id", "LiteLlm")]
    [InlineData("startTime spend", "LiteLlm")]
    [InlineData("startTime endTime", "Unknown")]
    [InlineData("account time startTime request_id", "ExchangeLog")]
    [InlineData("resourceSpans", "OtlpSpans")]
    [InlineData("resource_spans account time request", "OtlpSpans")]
    [InlineData("batches:[]", "OtlpSpans")]
    [InlineData("batches", "Unknown")]
    [InlineData("resourceLogs", "OtlpRecords")]
    [InlineData("resource_logs", "OtlpRecords")]
    [InlineData("resourceSpans:null", "Unknown")]
    [InlineData("resourceMetrics", "Named: OTLP metrics, which hold no exchanges")]
    [InlineData("spans processes", "Named: a trace in Jaeger's format, which is not read: export OTLP/JSON")]
    [InlineData("traceID spanID", "Named: a span in Jaeger's format, which is not read: export OTLP/JSON")]
    [InlineData("localEndpoint traceId", "Named: a span in Zipkin's format, which is not read: export OTLP/JSON")]
    [InlineData(
        "context parent_id attributes",
        "Named: a span as OpenTelemetry's console exporter prints it, which is not read: export OTLP/JSON"
    )]
    [InlineData("spans", "Unknown")]
    [InlineData("", "Unknown")]
    public void Of_WhenAnObjectHasFields_ThenItsShapeIsToldByThem(string fields, string shape)
    {
        var json = string.Join(
            ',',
            fields
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(field => field.Split(':') is [var name, var value] ? $"\"{name}\":{value}" : $"\"{field}\":\"x\"")
        );
        var found = LogShapes.Of(JsonSlices.Of(Encoding.UTF8.GetBytes($"{{{json}}}")), out var says);
        Assert.Equal(shape, says.Length > 0 ? $"{found}: {says}" : found.ToString());
    }
}
