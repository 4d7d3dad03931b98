using System.CommandLine;
using Stillwatch.App.StandIn;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch upstream --from LOG</c>: a stand-in for a model server.</summary>
internal static class UpstreamVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var from = new Option<string?>("--from") { Description = "Answer with what this exchange log recorded: by the exchange's id, else by the request's body", HelpName = "LOG" };
        var port = new Option<int>("--port") { Description = "The port, on loopback", DefaultValueFactory = _ => 9000 };
        var pace = new Option<string>("--pace") { Description = "realistic, or none: at once", DefaultValueFactory = _ => "realistic" };
        pace.AcceptOnlyFromAmong("realistic", "none");
        var command = new Command("upstream", "Start a stand-in for a model server. It is no model.") { from, port, pace };
        command.SetAction(async (parsed, cancel) =>
        {
            var log = parsed.GetValue(from);
            var answers = log == null ? Answers.None : Answers.Read(log);
            try
            {
                await using var server = await StandInServer.StartAsync(answers, parsed.GetValue(port), parsed.GetValue(pace) == "none" ? Pace.None : Pace.Realistic, cancel);
                Terminal.WriteLine($"a stand-in model server answers at {server.Address}; it is no model");
                var stop = new TaskCompletionSource();
                await using var stopped = cancel.Register(() => stop.TrySetResult());
                await stop.Task;
                return ExitCode.Done;
            }
            catch (IOException fault)
            {
                throw new UnusableInputException($"{fault.Message}; choose another port with --port");
            }
        });
        return command;
    }
}
