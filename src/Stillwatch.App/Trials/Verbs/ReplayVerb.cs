using System.CommandLine;
using System.Globalization;
using Stillwatch.App.Configuration;
using Stillwatch.App.Trials.Replay;

namespace Stillwatch.App.Trials.Verbs;

/// <summary><c>stillwatch replay LOG --into URL</c>: a log through a running gateway.</summary>
internal static class ReplayVerb
{
    private const int MostConnections = 4096;

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var log = new Argument<string>("LOG") { Description = "An exchange log; plain, .gz or .zst" };
        var into = new Option<string>("--into")
        {
            Description = "The gateway, on loopback",
            HelpName = "URL",
            Required = true,
        };
        var accounts = new Option<string?>("--accounts") { Description = "Import these account facts first", HelpName = "FILE" };
        var speed = new Option<string>("--speed")
        {
            Description = "How many times faster than it happened, or max",
            DefaultValueFactory = _ => "max",
        };
        var data = new Option<string?>("--data")
        {
            Description = $"The gateway's data folder, for keys and the token; {DataFolder.DefaultPath} otherwise",
            HelpName = "DIR",
        };
        var connections = new Option<int>("--connections")
        {
            Description = "Exchanges that are open at once, at most",
            DefaultValueFactory = _ => 64,
        };
        var quiet = new Option<bool>("--quiet") { Description = "No progress" };
        var command = new Command(
            "replay",
            "Send a log through a running gateway, keeping accounts; with up --trust-replay also ids, times and clients."
        )
        {
            log,
            into,
            accounts,
            speed,
            data,
            connections,
            quiet,
        };
        command.SetAction(
            (parsed, cancel) =>
                RunAsync(
                    new(
                        parsed.GetValue(log)!,
                        parsed.GetValue(into)!,
                        parsed.GetValue(accounts),
                        parsed.GetValue(speed)!,
                        parsed.GetValue(data),
                        parsed.GetValue(connections),
                        parsed.GetValue(quiet)
                    ),
                    cancel
                )
        );
        return command;
    }

    private sealed record ReplayArguments(
        string Log,
        string Into,
        string? Accounts,
        string Speed,
        string? Data,
        int Connections,
        bool Quiet
    );

    private static async Task<int> RunAsync(ReplayArguments arguments, CancellationToken cancel)
    {
        var (log, into, accounts, speed, data, connections, quiet) = arguments;
        var pace =
            speed == "max" ? double.PositiveInfinity
            : double.TryParse(speed, CultureInfo.InvariantCulture, out var times) && times > 0 ? times
            : throw new UnusableInputException($"--speed {speed}: a number above 0, or max, is wanted");
        if (!Uri.TryCreate(into, UriKind.Absolute, out var url) || !url.IsLoopback)
        {
            throw new UnusableInputException($"--into {into}: a URL on loopback is wanted; a replay is a load, and goes nowhere else");
        }

        if (connections is < 1 or > MostConnections)
        {
            throw new UnusableInputException($"--connections {connections}: 1 to {MostConnections:N0} are taken");
        }

        var folder = DataFolder.Existing(data);
        var lines = ReplayLog.Read(log);
        var (sent, failed, firstFault) = await Replayer.RunAsync(
            new ReplayPlan(folder, url, accounts, pace, connections, quiet),
            lines,
            cancel
        );
        Terminal.Error.WriteLine(
            $"{sent:N0} exchanges were sent, {failed:N0} of them got no answer where the log says that there was one; "
                + $"{lines.Rejected:N0} lines could not be read"
        );
        if (firstFault != null)
        {
            Terminal.Error.WriteLine($"the first that failed got {Shown.Text(firstFault)}");
        }

        return failed == 0 && lines.Rejected == 0 ? ExitCode.Done : ExitCode.DidNotHold;
    }
}
