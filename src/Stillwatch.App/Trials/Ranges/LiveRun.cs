using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.App.Trials.Replay;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Gateway.Forward;
using Stillwatch.Logs;
using Stillwatch.Range.Scenarios;
using Stillwatch.Reports;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Reports.Scan;
using Stillwatch.Reports.Screen;
using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>
/// A scenario through a real gateway: the log is written, a stand-in model server answers as it says, and every request goes through the
/// gateway over HTTP with a key of its own account, streams as streams. Then the journal is scanned beside the log: both must flag the same
/// accounts at the same times.
/// </summary>
internal static class LiveRun
{
    private const int Connections = 48;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2),
        Look = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The flow: 1. write the log, 2. start a model server that answers as it says and a gateway in front of it, 3. send, 4. stop, 5. scan
    /// both and compare.
    /// </summary>
    /// <param name="arguments">How it is run.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="scale">The share of all numbers.</param>
    /// <param name="folder">The folder, which is there: the log, and the gateway's data in <c>data</c>.</param>
    /// <param name="cancel">Tells it to stop.</param>
    public static async Task<int> RunAsync(
        RangeArguments arguments,
        Scenario scenario,
        double scale,
        string folder,
        CancellationToken cancel
    )
    {
        var data = DataFolder.Make(Path.Combine(folder, "data"));
        if (Directory.Exists(Path.Combine(data.Path, "journal")))
        {
            throw new UnusableInputException($"--out {folder}: there is a gateway's data of an earlier run in it; name another folder");
        }

        var stage = Stage.Set(scenario, arguments.Seed, scale);
        using (var progress = new ProgressBar("writing", arguments.Quiet, SystemClock.Instance))
        {
            LogRun.Write(stage, folder, zipped: false, progress, cancel); // 1
        }

        LogRun.WriteAccounts(stage, folder);
        var (log, accounts) = (Path.Combine(folder, "exchanges.jsonl"), Path.Combine(folder, "accounts.jsonl"));
        var (sent, failed, firstFault) = await SendAsync(data, log, accounts, arguments.Quiet, cancel); // 2, 3, 4
        var (ofLog, ofJournal) = (Flags(log, accounts), Flags(data.Path, accounts)); // 5
        var differ = ofLog
            .Keys.Union(ofJournal.Keys, StringComparer.Ordinal)
            .Where(account => ofLog.GetValueOrDefault(account) != ofJournal.GetValueOrDefault(account))
            .Order(StringComparer.Ordinal)
            .ToList();
        Terminal.WriteLine(
            $"{sent:N0} requests were sent through the gateway, {failed:N0} of them "
                + $"failed{(firstFault == null ? "" : $"; the first got {Shown.Text(firstFault)}")}"
        );
        Terminal.WriteLine($"scan of the log:     {ofLog.Count(flag => flag.Value != null):N0} of {ofLog.Count:N0} accounts flagged");
        Terminal.WriteLine(
            $"scan of the journal: {ofJournal.Count(flag => flag.Value != null):N0} of {ofJournal.Count:N0} accounts flagged"
        );
        Terminal.WriteLine(
            differ.Count == 0
                ? "the same accounts, at the same times"
                : $"they differ on {differ.Count:N0} accounts, first {differ[0]}: "
                    + $"{ofLog.GetValueOrDefault(differ[0]) ?? "not flagged"} in the log, "
                    + $"{ofJournal.GetValueOrDefault(differ[0]) ?? "not flagged"} in the journal"
        );
        return failed == 0 && differ.Count == 0 ? ExitCode.Done : ExitCode.DidNotHold;
    }

    private static async Task<(long Sent, long Failed, string? FirstFault)> SendAsync(
        DataFolder data,
        string log,
        string accounts,
        bool quiet,
        CancellationToken cancel
    )
    {
        await using var standIn = await StandInServer.StartAsync(Answers.Read(log), 0, Pace.None, cancel);
        var settings = Settings.Read(null, data.Path, [("gateway.port", "0"), ("console.port", "0")]);
        settings = settings with
        {
            Gateway = settings.Gateway with
            {
                ReplayToken = data.Token(),
                Upstreams = [new UpstreamOptions { Name = "stand-in", Url = new Uri(standIn.Address) }],
            },
        };
        await using var running = await Running.StartAsync(data, settings, SystemClock.Instance, cancel);
        var result = await Replayer.RunAsync(
            new ReplayPlan(data, new Uri(running.GatewayAddress), accounts, double.PositiveInfinity, Connections, quiet),
            ReplayLog.Read(log),
            cancel
        );
        var began = SystemClock.Instance.GetTimestamp();
        while (
            await running.AskAsync(briefing => briefing.Log.Exchanges) < result.Sent - result.Failed
            && SystemClock.Instance.GetElapsedTime(began) < Patience
        )
        {
            await Task.Delay(Look, SystemClock.Instance, cancel);
        }

        await running.DrainAsync(TimeSpan.FromSeconds(10));
        return result;
    }

    /// <summary>By account, when a scan of <paramref name="log"/> flags it; null where it does not.</summary>
    private static Dictionary<string, string?> Flags(string log, string accounts)
    {
        var facts = AccountsFile.Read(accounts, KeyedHash.ForScan, Rejections.OfFile(accounts));
        using var reader = new LogReader([log], KeyedHash.ForScan);
        ReadingProgress.Read(reader, quiet: true);
        var watch = new Watch(CalibrationFile.Load(null), WatchRules.Default);
        var summary = WatchedLog.Run(reader, facts, watch);
        return watch.Accounts.ToDictionary(
            account => summary.Names[account.Number],
            account => account.FlaggedAt?.ToString(),
            StringComparer.Ordinal
        );
    }
}
