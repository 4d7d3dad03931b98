using System.CommandLine;
using Stillwatch.Console;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch up</c>: the servers. In this version a start page only.</summary>
internal static class UpVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var port = new Option<int>("--console-port") { Description = "The console's port, on loopback", DefaultValueFactory = _ => 8081 };
        var command = new Command("up", "Start Stillwatch: a start page in this version; the gateway and the watch come next.") { port };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(port), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int port, CancellationToken cancel)
    {
        try
        {
            await ConsoleServer.RunAsync(port, address => Terminal.WriteLine($"Stillwatch's start page is at {address} (Ctrl+C stops it). The gateway is not part of this version; ./stillwatch scan is."), cancel);
            return ExitCode.Done;
        }
        catch (IOException fault)
        {
            throw new UnusableInputException($"port {port} cannot be used ({fault.Message}); choose another with --console-port");
        }
    }
}
