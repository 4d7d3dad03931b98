using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace Stillwatch.App.Operation;

/// <summary>
/// Tells what OpenTelemetry cannot hand on: its exporter says so to a source of events that nobody hears, and drops the spans.
/// </summary>
internal sealed class ExportFaults(ILogger log, TimeProvider clock) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _told;
    private long _since;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (log == null || clock == null)
        {
            return; // the base class listens before this one has what it needs
        }

        long more;
        lock (_gate)
        {
            if (_told != 0 && clock.GetElapsedTime(_told) < Again)
            {
                _since++;
                return;
            }

            (more, _since, _told) = (_since, 0, clock.GetTimestamp());
        }

        var what =
            eventData.Message == null
                ? eventData.EventName ?? ""
                : string.Format(System.Globalization.CultureInfo.InvariantCulture, eventData.Message, [.. eventData.Payload ?? []]);
        var line = what.ReplaceLineEndings(" ");
        log.ExportFails(
            $"{(line.Length <= 300 ? line : line[..300] + "…")}{(more == 0 ? "" : $" (and {more:N0} times more since it was last said)")}"
        );
    }
}
