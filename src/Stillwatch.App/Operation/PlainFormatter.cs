using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Stillwatch.Reports;

namespace Stillwatch.App.Operation;

/// <summary>One line for a person: when, how bad where it is, and what. Names that customers chose cannot steer the terminal.</summary>
internal sealed class PlainFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>Its name.</summary>
    public const string FormatterName = "plain";

    /// <summary>The time of a line, in UTC.</summary>
    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = entry.Formatter(entry.State, entry.Exception);
        textWriter.Write(SystemClock.Instance.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture));
        textWriter.Write(
            entry.LogLevel switch
            {
                LogLevel.Warning => " stillwatch: warning: ",
                >= LogLevel.Error => " stillwatch: error: ",
                _ => " stillwatch: ",
            }
        );
        textWriter.Write(Shown.Text(entry.Exception == null ? message : $"{message}: {entry.Exception.Message}"));
        textWriter.Write('\n');
    }
}
