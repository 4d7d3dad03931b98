using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Stillwatch.App.Operation;

/// <summary>One line for a person; names that customers chose cannot steer the terminal.</summary>
internal sealed class PlainFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>Its name.</summary>
    public const string FormatterName = "plain";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = entry.Formatter(entry.State, entry.Exception);
        textWriter.Write("stillwatch: ");
        textWriter.Write(Shown.Text(entry.Exception == null ? message : $"{message}: {entry.Exception.Message}"));
        textWriter.Write('\n');
    }
}
