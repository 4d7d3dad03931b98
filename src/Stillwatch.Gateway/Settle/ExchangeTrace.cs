using System.Diagnostics;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Settle;

/// <summary>
/// A span for each exchange, by OpenTelemetry's semantic conventions for generative AI (<c>gen_ai.*</c>). No text is in it. Made only where
/// somebody listens.
/// </summary>
internal static class ExchangeTrace
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Stillwatch.Gateway";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Writes the span of an exchange that has ended.</summary>
    public static void Write(Exchange exchange, TimeProvider clock)
    {
        if (!Source.HasListeners())
        {
            return;
        }

        var http = exchange.Http;
        _ = ActivityContext.TryParse(http.Request.Headers.TraceParent, http.Request.Headers["tracestate"], isRemote: true, out var parent);
        var operation = exchange.Format.Operation;
        using var span = Source.CreateActivity(
            exchange.Facts.Model is { Length: <= 100 } model ? $"{operation} {model}" : operation,
            ActivityKind.Server,
            parent
        );
        if (span == null)
        {
            return;
        }

        var now = clock.GetUtcNow();
        span.SetStartTime((now - clock.GetElapsedTime(exchange.Began)).UtcDateTime);
        span.Start();
        span.SetTag("gen_ai.operation.name", operation);
        span.SetTag("gen_ai.provider.name", exchange.Upstream?.Options.Name ?? "none");
        span.SetTag("gen_ai.request.model", exchange.Facts.Model);
        span.SetTag("gen_ai.response.id", exchange.Record?.Id ?? exchange.Id);
        span.SetTag("http.response.status_code", http.Response.StatusCode);
        if (exchange.Facts.MaxTokens >= 0)
        {
            span.SetTag("gen_ai.request.max_tokens", exchange.Facts.MaxTokens);
        }

        if (exchange.Usage.Input >= 0)
        {
            span.SetTag("gen_ai.usage.input_tokens", exchange.Usage.Input);
        }

        if (exchange.Usage.Output >= 0)
        {
            span.SetTag("gen_ai.usage.output_tokens", exchange.Usage.Output);
        }

        span.SetTag("stillwatch.account", exchange.Key?.Account.Name);
        if (exchange.FirstByte != 0)
        {
            span.SetTag("stillwatch.time_to_first_byte_ms", clock.GetElapsedTime(exchange.Began, exchange.FirstByte).TotalMilliseconds);
        }

        var outcome = exchange.Record?.Outcome ?? Outcome.Refused;
        if (outcome != Outcome.Complete || http.Response.StatusCode >= 400)
        {
            span.SetTag("error.type", outcome == Outcome.Complete ? http.Response.StatusCode.ToString() : ExchangeLineWriter.Word(outcome));
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.SetEndTime(now.UtcDateTime);
    }
}
