using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.App.Operation;
using Stillwatch.App.Trials.Demos;
using Stillwatch.App.Trials.House;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Gateway.Forward;
using Stillwatch.Reports;
using Stillwatch.Reports.Calibrations;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch up</c>: gateway, journal, watch and console, until it is told to stop.</summary>
internal static class UpVerb
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var upstream = new Option<string[]>("--upstream")
        {
            Description = "A model server to stand in front of; may be given several times",
            HelpName = "URL",
        };
        var config = new Option<string?>("--config")
        {
            Description = "A YAML or JSON file; docs/configuration.md lists its fields",
            HelpName = "FILE",
        };
        var data = new Option<string?>("--data") { Description = $"The data folder; {DataFolder.DefaultPath} otherwise", HelpName = "DIR" };
        var port = new Option<int?>("--port") { Description = "The gateway's port; 8080 otherwise" };
        var console = new Option<int?>("--console-port") { Description = "The console's port; 8081 otherwise" };
        var calibration = new Option<string?>("--calibration")
        {
            Description = "What honest accounts do, as ./stillwatch calibrate learned it from your own traffic; the built-in one otherwise",
            HelpName = "FILE",
        };
        var demo = new Option<bool>("--demo") { Description = "Make traffic with a campaign in it, and show it being caught" };
        var trust = new Option<bool>("--trust-replay")
        {
            Description = "Believe ./stillwatch replay, from loopback and with the administration's token, what it says of an exchange",
        };
        var check = new Option<bool>("--check-config") { Description = "Check the configuration and stop" };
        var command = new Command("up", "Start the gateway in front of a model server, the watch and the console.")
        {
            upstream,
            config,
            data,
            port,
            console,
            calibration,
            demo,
            trust,
            check,
        };
        command.SetAction(
            (parsed, cancel) =>
                RunAsync(
                    new UpArguments(
                        parsed.GetValue(upstream) ?? [],
                        parsed.GetValue(config),
                        parsed.GetValue(data),
                        parsed.GetValue(port),
                        parsed.GetValue(console),
                        parsed.GetValue(calibration),
                        parsed.GetValue(demo),
                        parsed.GetValue(trust),
                        parsed.GetValue(check)
                    ),
                    cancel
                )
        );
        return command;
    }

    private sealed record UpArguments(
        string[] Upstreams,
        string? Config,
        string? Data,
        int? Port,
        int? ConsolePort,
        string? Calibration,
        bool Demo,
        bool TrustReplay,
        bool Check
    );

    /// <summary>The flow: 1. check, 2. a model server if none is given, 3. start, 4. wait for signals, 5. drain and stop.</summary>
    private static async Task<int> RunAsync(UpArguments arguments, CancellationToken cancel)
    {
        var settings = Read(arguments); // 1
        if (arguments.Check)
        {
            _ = CalibrationFile.Load(settings.Calibration);
            Terminal.WriteLine("the configuration is valid");
            return ExitCode.Done;
        }

        var folder = arguments.Demo ? DemoFolder.Open(arguments.Data) : DataFolder.Make(arguments.Data);
        var none = settings.Gateway.Upstreams.Count == 0;
        var plan = arguments.Demo ? DemoPlan.Make(SystemClock.Instance) : null;
        await using var standIn = none && plan != null ? await StandInServer.StartAsync(plan.Answers, 0, Pace.None, cancel) : null; // 2
        await using var house = none && !arguments.Demo ? await HouseUpstream.StartAsync(settings.House, cancel) : null;
        if (standIn != null)
        {
            Terminal.WriteLine(
                $"the demo's answers come from a stand-in model server at {standIn.Address}; it is no model, and answers what the "
                    + $"simulation says"
            );
            settings = settings with
            {
                Gateway = settings.Gateway with { Upstreams = [new UpstreamOptions { Name = "stand-in", Url = new Uri(standIn.Address) }] },
            };
        }

        if (house != null)
        {
            Terminal.WriteLine(
                $"no --upstream was given: the house model, a very small one made on this machine, answers at {house.Address}"
            );
            settings = settings with
            {
                Gateway = settings.Gateway with
                {
                    Upstreams = [new UpstreamOptions { Name = HouseUpstream.Name, Url = new Uri(house.Address) }],
                },
            };
        }

        if (arguments.TrustReplay || arguments.Demo)
        {
            settings = settings with { Gateway = settings.Gateway with { ReplayToken = folder.Token() } };
        }

        Running running;
        try
        {
            running = await Running.StartAsync(folder, settings, SystemClock.Instance, cancel); // 3
        }
        catch (IOException fault)
        {
            throw new UnusableInputException($"{fault.Message}; choose other ports with --port and --console-port");
        }

        await using (running)
        {
            running.Gateway.ReadyNote =
                standIn != null ? "a stand-in model server answers; it is no model"
                : house != null ? "the house model answers, a very small one"
                : null;
            var others = running.Gateway.NotReady;
            running.Gateway.NotReady = () =>
                others?.Invoke()
                // a reload may have brought another
                ?? (running.Gateway.UpstreamFaults.Any(upstream => upstream.Name == HouseUpstream.Name) ? house?.NotReady : null);
            Tell(running, arguments.Demo);
            house?.Begin(folder.House);
            await WaitAsync(running, house, plan, arguments, cancel); // 4
            running.Log.Stopping();
            await running.DrainAsync(Drain); // 5
        }

        return running.HasLost ? ExitCode.DidNotHold : ExitCode.Done;
    }

    private static Settings Read(UpArguments arguments)
    {
        List<(string, string)> flags = [];
        if (arguments.Port is { } port)
        {
            flags.Add(("gateway.port", port.ToString()));
        }

        if (arguments.ConsolePort is { } console)
        {
            flags.Add(("console.port", console.ToString()));
        }

        if (arguments.Calibration is { } calibration)
        {
            flags.Add(("calibration", calibration));
        }

        var settings = Settings.Read(
            arguments.Config,
            arguments.Data ?? (arguments.Demo ? DemoFolder.DefaultPath : DataFolder.DefaultPath),
            flags
        );
        if (arguments.Upstreams.Length == 0)
        {
            return settings;
        }

        var upstreams = arguments.Upstreams.Select(
            (url, i) =>
                new UpstreamOptions
                {
                    Name = $"upstream-{i + 1}",
                    Url =
                        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
                            ? Settings.PlainBase(parsed)
                            : throw new UnusableInputException($"--upstream {url} is no http or https URL"),
                }
        );
        return settings with { Gateway = settings.Gateway with { Upstreams = [.. upstreams] } };
    }

    private static void Tell(Running running, bool demo)
    {
        if (running.Repaired is not (0, 0))
        {
            running.Log.Repaired(running.Repaired.Torn, running.Repaired.Ended);
        }

        if (running.Settings.LogFormat == ProgramLogFormat.Json)
        {
            running.Log.Started(running.GatewayAddress, running.ConsoleAddress);
        }

        Terminal.WriteLine(
            $"gateway  {running.GatewayAddress}   (clients: base URL {running.GatewayAddress}/v1, Anthropic's {running.GatewayAddress})"
        );
        Terminal.WriteLine($"console  {running.ConsoleAddress}   (./stillwatch watch shows what is believed)");
        if (!demo && running.Accounts.Current.Keys == 0)
        {
            Terminal.WriteLine(
                $"no key exists yet: ./stillwatch keys create --account NAME makes one; without it every request is refused"
            );
        }
    }

    private static async Task WaitAsync(
        Running running,
        HouseUpstream? house,
        DemoPlan? plan,
        UpArguments arguments,
        CancellationToken cancel
    )
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _ = ReloadAsync(running, house, arguments);
        });
        await using var cancelled = cancel.Register(() => stop.TrySetResult());
        if (plan != null)
        {
            _ = Demo.TryAsync(running, plan, arguments.Data ?? DemoFolder.DefaultPath, SystemClock.Instance, stop.Task);
        }

        await stop.Task;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
    }

    /// <summary>All or nothing: a configuration with a fault changes nothing.</summary>
    private static async Task ReloadAsync(Running running, HouseUpstream? house, UpArguments arguments)
    {
        try
        {
            var settings = Read(arguments);
            if (settings.Gateway.Upstreams.Count == 0)
            {
                settings = settings with { Gateway = settings.Gateway with { Upstreams = running.Settings.Gateway.Upstreams } };
            }

            var stay = RestartFields.Changed(running.Settings, settings);
            await running.ReloadAsync(settings);
            house?.Reload(settings.House);
            if (stay.Count > 0)
            {
                running.Log.ReloadedInPart(string.Join(", ", stay));
            }
            else
            {
                running.Log.Reloaded();
            }
        }
        catch (Exception fault)
            when (fault
                    is UnusableInputException
                        or IOException
                        or UnauthorizedAccessException
                        or CryptographicException
                        or ArgumentException
            )
        {
            running.Log.ReloadRefused(fault.Message);
        }
    }
}
