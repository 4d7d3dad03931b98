using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;
using Stillwatch.Sketches;
using Stillwatch.Tests.World;

namespace Stillwatch.Tests.Reports.Scan;

/// <summary>A scan as the verb runs it, with a calibration made of another seed's honest world.</summary>
internal static class ScanRun
{
    private static readonly Lazy<Calibration> Honest = new(() => Calibrate(seed: 1));

    public static Calibration Calibration => Honest.Value;

    public static Briefing Run(
        IReadOnlyList<string> logs,
        string? accounts,
        int cores = 2,
        int held = 50_000,
        Calibration? calibration = null,
        bool dossiers = false
    )
    {
        using var reader = new LogReader(logs, KeyedHash.ForScan, workers: cores, heldExchanges: held);
        var facts = AccountsFile.Read(accounts, KeyedHash.ForScan, Rejections.OfFile(accounts));
        reader.Read();
        var findings = LogScan.Watch(reader, facts, calibration ?? Calibration);
        if (dossiers)
        {
            LogScan.LookAgain(findings, reader, accounts);
        }

        return findings;
    }

    public static byte[] Result(Briefing findings)
    {
        using var into = new MemoryStream();
        ScanResultWriter.Write(findings, into);
        return into.ToArray();
    }

    private static Calibration Calibrate(int seed)
    {
        using var folder = new Logs.LogFolder();
        var (log, accounts, _) = new SmallWorld(seed, campaign: false, people: 160).WriteTo(folder.Path);
        using var reader = new LogReader([log], KeyedHash.ForScan);
        var facts = AccountsFile.Read(accounts, KeyedHash.ForScan, Rejections.OfFile(accounts));
        reader.Read();
        var numbers = new Dictionary<UInt128, int>();
        List<AccountFacts> known = [];
        List<AccountExchange> exchanges = [];
        foreach (var exchange in reader.Exchanges())
        {
            if (!numbers.TryGetValue(exchange.Account, out var number))
            {
                number = numbers[exchange.Account] = known.Count;
                known.Add(facts.GetValueOrDefault(exchange.Account));
            }

            exchanges.Add(new(number, exchange.Features));
        }

        // Through its file, so that every scan of these tests also reads what was written.
        using var stored = new MemoryStream();
        CalibrationFile.Save(
            new Calibrator(HonestLevelsFile.BuiltIn, 7).Calibrate([
                new HonestPopulation("an honest world made in the tests", known, exchanges, HonestList: true),
            ]),
            stored
        );
        var path = folder.Write("calibration.json", stored.ToArray());
        return CalibrationFile.Load(path);
    }
}
