using Microsoft.Extensions.Logging;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Tap;

/// <summary>A line of the program's log for each exchange of a known key, where the settings want it. No text of an exchange is in it.</summary>
internal static partial class ExchangeLog
{
    /// <summary>Its category.</summary>
    public const string Category = "Stillwatch.Exchanges";

    /// <summary>Writes the line of an exchange that has ended.</summary>
    public static void Write(ILogger log, Exchange exchange, TimeProvider clock)
    {
        if (exchange.Record is { } record && log.IsEnabled(LogLevel.Information))
        {
            Ended(
                log, record.Id, record.Account, record.Key, exchange.Dialect.ToString(), record.Model, exchange.Upstream?.Options.Name, record.Status, ExchangeLineWriter.Word(record.Outcome),
                exchange.FirstByte == 0 ? null : clock.Milliseconds(exchange.Began, exchange.FirstByte), clock.Milliseconds(exchange.Began, clock.GetTimestamp()),
                exchange.Usage.Input < 0 ? null : exchange.Usage.Input, exchange.Usage.Output < 0 ? null : exchange.Usage.Output);
        }
    }

    [LoggerMessage(100, LogLevel.Information, "{Id} of {Account} (key {Key}): {Dialect} {Model} at {Upstream}, {Status} {Outcome}, first byte after {FirstByteMs} ms, {LatencyMs} ms, {InputTokens} tokens in, {OutputTokens} out")]
    private static partial void Ended(
        ILogger log, string id, string account, string? key, string dialect, string? model, string? upstream, int status, string outcome, int? firstByteMs, int latencyMs, long? inputTokens, long? outputTokens);
}
