using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Scan;

/// <summary>A scan from the reader's exchanges to what is told of them.</summary>
internal static class LogScan
{
    /// <summary>Watches what <paramref name="reader"/> read. What it finds is looked at again with <see cref="LookAgain"/>.</summary>
    /// <param name="reader">A reader that has read.</param>
    /// <param name="facts">What the provider knows of the accounts.</param>
    /// <param name="calibration">What is weighed by.</param>
    /// <param name="place">Told each exchange with its account's number.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    /// <param name="corpora">The known benchmarks and sets of instructions that the reader knows; none where null.</param>
    /// <param name="signals">Takes all that happened; null where nobody wants it.</param>
    public static Briefing Watch(
        LogReader reader,
        IReadOnlyDictionary<UInt128, AccountFacts> facts,
        Calibration calibration,
        Action<int, LoggedExchange>? place = null,
        IProgress<double>? progress = null,
        List<Signal>? signals = null,
        CorpusIndex? corpora = null
    )
    {
        var watch = new Watch(calibration, WatchRules.Default, corpora: corpora);
        var found = new Findings();
        var log = WatchedLog.Run(reader, facts, watch, place, progress, happened =>
        {
            found.Take(happened);
            signals?.AddRange(happened);
        });
        return new Briefing(found, watch, log, reader.Rejections, calibration, WatchRules.Default)
        {
            Logs = [.. reader.Sources.Select(source => source.Name)],
            Notes = [.. CalibrationFit.Doubts(calibration, log), .. reader.Notes, .. NoFacts(facts, log), .. Known(watch.Corpora)],
        };
    }

    /// <summary>Reads the log again for what is told of those that were found: dossiers, and what it is that they share.</summary>
    /// <param name="briefing">What was found.</param>
    /// <param name="reader">The reader.</param>
    /// <param name="accountsFile">Where the accounts file is; null where there is none.</param>
    public static void LookAgain(Briefing briefing, LogReader reader, string? accountsFile)
    {
        var shared = new SharedThings(briefing);
        briefing.Dossiers = new Dossiers.Plan(briefing).Make(() =>
            reader
                .Exchanges()
                .Select(exchange =>
                {
                    var account = briefing.Log.Numbers[exchange.Account];
                    shared.Look(account, exchange);
                    return new AccountExchange(account, exchange.Features);
                })
        );
        shared.Read(reader, accountsFile);
        briefing.Shared = shared;
    }

    private static IEnumerable<string> Known(CorpusIndex corpora) =>
        corpora.Corpora.Count == 0
            ? []
            :
            [
                "known are "
                    + string.Join(", ", corpora.Corpora.OrderBy(one => one.Number).Select(one => $"{one.Called} ({one.Items:N0} items)")),
            ];

    /// <summary>Facts that fit no account of the log are as good as none.</summary>
    private static IEnumerable<string> NoFacts(IReadOnlyDictionary<UInt128, AccountFacts> facts, LogSummary log) =>
        facts.Count > 0 && !log.Numbers.Keys.Any(facts.ContainsKey)
            ? [$"none of the {facts.Count:N0} accounts of the accounts file is in the log: are they called by the same names?"]
            : [];
}
