using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Stillwatch.App.Operation;

/// <summary>
/// What the program says of itself, on standard error: what changed, what fails, and by a setting a line for each exchange. No text of an
/// exchange is in it.
/// </summary>
internal static class ProgramLog
{
    /// <summary>The category of the program's own events.</summary>
    public const string Category = "Stillwatch";

    /// <summary>Makes the log. What libraries say is in it from warnings on.</summary>
    /// <param name="format">Lines for a person or for a machine.</param>
    /// <param name="exchanges">Whether each exchange has a line.</param>
    public static ILoggerFactory Create(ProgramLogFormat format, bool exchanges) =>
        LoggerFactory.Create(builder =>
        {
            builder.SetMinimumLevel(LogLevel.Warning);
            builder.AddFilter(Category, LogLevel.Information);
            builder.AddFilter("Orleans", LogLevel.Error); // it warns of what a silo in a gateway's process is on purpose
            // else each request gets a scope and an activity of its own
            builder.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
            builder.AddFilter(Gateway.Settle.ExchangeLog.Category, exchanges ? LogLevel.Information : LogLevel.Warning);
            builder.AddConsole(console =>
            {
                console.LogToStandardErrorThreshold = LogLevel.Trace;
                console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite; // who does not read standard error must not stop the gateway
                console.FormatterName = format == ProgramLogFormat.Json ? ConsoleFormatterNames.Json : PlainFormatter.FormatterName;
            });
            builder.AddConsoleFormatter<PlainFormatter, ConsoleFormatterOptions>();
            builder.Services.Configure<JsonConsoleFormatterOptions>(json =>
                (json.UseUtcTimestamp, json.TimestampFormat) = (true, PlainFormatter.TimeFormat)
            );
        });
}
