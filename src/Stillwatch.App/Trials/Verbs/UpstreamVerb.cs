using System.CommandLine;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Serving;
using Stillwatch.Reports;

namespace Stillwatch.App.Trials.Verbs;

/// <summary><c>stillwatch upstream --from LOG</c>: a stand-in for a model server.</summary>
internal static class UpstreamVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var from = new Option<string?>("--from")
        {
            Description = "Answer with what this exchange log recorded: by the exchange's id, else by the request's body",
            HelpName = "LOG",
        };
        var port = new Option<int>("--port") { Description = "The port, on loopback", DefaultValueFactory = _ => 9000 };
        var house = new Option<string?>("--house")
        {
            Description = "Serve the house model of this folder (./stillwatch range train makes one) in the place of the stand-in",
            HelpName = "DIR",
        };
        var reasoning = new Option<Exposure>("--reasoning")
        {
            Description = "What the house model hands out of its reasoning: full, summarised or withheld",
            DefaultValueFactory = _ => Exposure.Full,
        };
        var pace = new Option<string>("--pace") { Description = "realistic, or none: at once", DefaultValueFactory = _ => "realistic" };
        pace.AcceptOnlyFromAmong("realistic", "none");
        var command = new Command("upstream", "Start a stand-in for a model server, which is no model, or the house model alone.")
        {
            from,
            port,
            pace,
            house,
            reasoning,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                if (parsed.GetValue(port) is < 0 or > ushort.MaxValue)
                {
                    throw new UnusableInputException(
                        $"--port {parsed.GetValue(port)}: 0 (any that is free) to {ushort.MaxValue} are taken"
                    );
                }

                try
                {
                    await using var server = parsed.GetValue(house) is { } folder
                        ? await HouseAsync(folder, parsed.GetValue(port), parsed.GetValue(reasoning), cancel)
                        : await StandInAsync(
                            parsed.GetValue(from),
                            parsed.GetValue(port),
                            parsed.GetValue(pace) == "none" ? Pace.None : Pace.Realistic,
                            cancel
                        );
                    var stop = new TaskCompletionSource();
                    await using var stopped = cancel.Register(() => stop.TrySetResult());
                    await stop.Task;
                    return ExitCode.Interrupted;
                }
                catch (IOException fault)
                {
                    throw new UnusableInputException($"{fault.Message}; choose another port with --port");
                }
            }
        );
        return command;
    }

    private static async Task<IAsyncDisposable> StandInAsync(string? log, int port, Pace pace, CancellationToken cancel)
    {
        var server = await StandInServer.StartAsync(log == null ? Answers.None : Answers.Read(log), port, pace, cancel);
        Terminal.WriteLine($"a stand-in model server answers at {server.Address}; it is no model");
        return server;
    }

    private static async Task<IAsyncDisposable> HouseAsync(string folder, int port, Exposure exposure, CancellationToken cancel)
    {
        HouseModel model;
        try
        {
            model = HouseModel.Load(folder);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException($"--house: {fault.Message}");
        }

        var server = await HouseServer.StartAsync(
            new HouseServerOptions { Port = port, Exposure = exposure },
            SystemClock.Instance,
            cancel
        );
        server.Serve(model);
        Terminal.WriteLine(
            $"the house model, {model.Shape.Parameters:N0} parameters, answers at {server.Address} as {HouseServer.ModelName}"
        );
        return server;
    }
}
