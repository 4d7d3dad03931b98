using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Stillwatch.Gateway.Settle;

/// <summary>
/// A line of the program's log for each exchange of a known key, where the settings want it. No text of an exchange is in it.
/// </summary>
internal static class ExchangeLog
{
    /// <summary>Its category.</summary>
    public const string Category = "Stillwatch.Exchanges";

    private static readonly EventId Event = new(100, "Ended");

    /// <summary>Writes a fault of the gateway itself.</summary>
    public static void Fault(ILogger log, string id, Exception fault) =>
        log.LogError(fault, "exchange {Id}: a fault of this program; the request was answered with 500", id);

    /// <summary>Writes the line of an exchange that has ended.</summary>
    public static void Write(ILogger log, Exchange exchange, TimeProvider clock)
    {
        if (exchange.Record is not { } record || !log.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var ended = new Ended();
        ended.Add("Id", record.Id, "");
        ended.Add("Account", record.Account, " of ");
        ended.Add("Key", record.Key, " with key ");
        ended.Add("Dialect", exchange.Format.Dialect.ToString(), ": ");
        ended.Add("Model", record.Model, " ");
        ended.Add("Upstream", exchange.Upstream?.Options.Name, " at ");
        ended.Add("Status", record.Status, ", ");
        ended.Add("Outcome", GatewayMetrics.Word(record.Outcome, record.Status), " ");
        ended.Add(
            "FirstByteMs",
            exchange.FirstByte == 0 ? null : clock.Milliseconds(exchange.Began, exchange.FirstByte),
            ", first byte after ",
            " ms"
        );
        ended.Add("LatencyMs", clock.Milliseconds(exchange.Began, clock.GetTimestamp()), ", ended after ", " ms");
        ended.Add("InputTokens", exchange.Usage.Input < 0 ? null : exchange.Usage.Input, ", ", " tokens in");
        ended.Add("OutputTokens", exchange.Usage.Output < 0 ? null : exchange.Usage.Output, ", ", " tokens out");
        log.Log(LogLevel.Information, Event, ended, null, static (state, _) => state.ToString());
    }

    /// <summary>What is known of an exchange, for a line and for a program: what is not known is in neither.</summary>
    private sealed class Ended : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly List<KeyValuePair<string, object?>> _fields = new(12);
        private readonly System.Text.StringBuilder _line = new(160);

        public int Count => _fields.Count;

        public KeyValuePair<string, object?> this[int index] => _fields[index];

        public void Add(string name, object? value, string before, string after = "")
        {
            if (value != null)
            {
                _fields.Add(new(name, value));
                _line.Append(before).Append(CultureInfo.InvariantCulture, $"{value}").Append(after);
            }
        }

        public override string ToString() => _line.ToString();

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
