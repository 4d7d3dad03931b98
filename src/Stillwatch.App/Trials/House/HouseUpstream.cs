using Stillwatch.App.Configuration;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Training;
using Stillwatch.Reports;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.House;

/// <summary>
/// The house model as the model server of a deployment: it answers from the start, with its model as soon as that is there or made.
/// </summary>
internal sealed class HouseUpstream : IAsyncDisposable
{
    /// <summary>Its name among upstreams.</summary>
    public const string Name = "house";

    private const int FewestToTell = 10; // steps, before it is said how long it will take

    private readonly HouseServer _server;
    private readonly CancellationTokenSource _stop = new();
    private Task _making = Task.CompletedTask;

    private HouseUpstream(HouseServer server) => _server = server;

    /// <summary>Where it answers.</summary>
    public string Address => _server.Address;

    /// <summary>Why it cannot answer yet; null where it can.</summary>
    public string? NotReady => _server.NotReady;

    /// <summary>Starts it, without a model.</summary>
    public static async Task<HouseUpstream> StartAsync(HouseSettings settings, CancellationToken cancel) =>
        new(
            await HouseServer.StartAsync(
                new HouseServerOptions { Exposure = settings.Reasoning, Threads = settings.Threads },
                SystemClock.Instance,
                cancel
            )
        );

    /// <summary>Loads the ready model of <paramref name="folder"/>, or makes it where there is none, in the background.</summary>
    public void Begin(string folder) => _making = Task.Run(() => MakeAsync(new HouseModels(folder)), CancellationToken.None);

    /// <summary>Puts other settings in force; another number of threads waits for a restart.</summary>
    public void Reload(HouseSettings settings) => _server.Exposure = settings.Reasoning;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _making;
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    private async Task MakeAsync(HouseModels models)
    {
        try
        {
            var preset = Preset.Find("ready")!;
            using var progress = new ProgressBar("making the house model", quiet: false, SystemClock.Instance);
            var (began, first) = (0L, 0);
            var model = await models.GetAsync(
                preset,
                seed: 1,
                HouseModels.Threads,
                accelerated: false,
                (step, steps, _) =>
                {
                    (began, first) = first == 0 ? (SystemClock.Instance.GetTimestamp(), step) : (began, first);
                    var left = SystemClock.Instance.GetElapsedTime(began).TotalMinutes / Math.Max(1, step - first) * (steps - step);
                    _server.NotReady =
                        $"the house model is being made, {(double)step / steps:P0} "
                        + $"done{(step - first < FewestToTell ? "" : $", about {Math.Ceiling(left):N0} minutes left")}";
                    progress.Report((double)step / steps);
                },
                _stop.Token
            );
            _server.Serve(model);
            Terminal.WriteLine(
                $"model    {HouseServer.ModelName}: the house model answers now, {model.Shape.Parameters:N0} parameters, a very small one"
            );
        }
        catch (OperationCanceledException)
        {
            // It goes on from its last checkpoint the next time.
        }
        catch (Exception fault)
        {
            // customers read this
            _server.NotReady = "the house model could not be made; what the program says on its standard error tells why";
            Terminal.Error.WriteLine($"stillwatch: the house model could not be made: {Shown.Text(fault.Message)}");
        }
    }
}
