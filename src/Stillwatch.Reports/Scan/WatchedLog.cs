using Stillwatch.Campaigns;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Scan;

/// <summary>A log with its accounts numbered by the order of their first exchanges, ready for a watch.</summary>
internal static class WatchedLog
{
    /// <summary>Runs <paramref name="watch"/> over what <paramref name="reader"/> read.</summary>
    /// <param name="reader">A reader that has read.</param>
    /// <param name="facts">What the provider knows of the accounts.</param>
    /// <param name="watch">The watch; its accounts are added as they appear.</param>
    /// <param name="place">Told each exchange with its account's number, after the watch.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    /// <param name="signals">Told what happened in each tick.</param>
    /// <returns>The accounts' names by number, and what was seen in all.</returns>
    public static LogSummary Run(
        LogReader reader,
        IReadOnlyDictionary<UInt128, AccountFacts> facts,
        Watch watch,
        Action<int, LoggedExchange>? place = null,
        IProgress<double>? progress = null,
        Action<IReadOnlyList<Signal>>? signals = null
    )
    {
        var numbers = new Dictionary<UInt128, int>();
        List<string> names = [];
        var exchanges = 0L;
        EventTime first = default,
            last = default;
        foreach (var exchange in reader.Exchanges())
        {
            if (watch.Reach(exchange.Features.At) is { Count: > 0 } happened)
            {
                signals?.Invoke(happened);
            }

            if (!numbers.TryGetValue(exchange.Account, out var number))
            {
                number = numbers[exchange.Account] = names.Count;
                names.Add(reader.Accounts[exchange.Account]);
                watch.Add(facts.GetValueOrDefault(exchange.Account), AccountName.Fingerprint(names[^1]));
            }

            first = exchanges++ == 0 ? exchange.Features.At : first;
            last = exchange.Features.At;
            watch.Observe(number, exchange.Features);
            place?.Invoke(number, exchange);
            if (exchanges % 8192 == 0)
            {
                progress?.Report(exchanges / (double)reader.Taken);
            }
        }

        var atEnd = watch.CloseTick();
        signals?.Invoke(atEnd);
        return new LogSummary(names, numbers, exchanges, first, last);
    }
}
