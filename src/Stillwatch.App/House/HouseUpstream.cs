using Stillwatch.App.Configuration;
using Stillwatch.App.Verbs;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Training;

namespace Stillwatch.App.House;

/// <summary>The house model as the model server of a deployment: it answers from the start, with its model as soon as that is there or made.</summary>
internal sealed class HouseUpstream : IAsyncDisposable
{
    private readonly HouseServer _server;
    private readonly CancellationTokenSource _stop = new();
    private Task _making = Task.CompletedTask;

    private HouseUpstream(HouseServer server) => _server = server;

    /// <summary>Where it answers.</summary>
    public string Address => _server.Address;

    /// <summary>Why it cannot answer yet; null where it can.</summary>
    public string? NotReady => _server.NotReady;

    /// <summary>Starts it, and begins to make the ready model where <paramref name="folder"/> has none.</summary>
    public static async Task<HouseUpstream> StartAsync(string folder, HouseSettings settings, CancellationToken cancel)
    {
        var house = new HouseUpstream(await HouseServer.StartAsync(new HouseServerOptions { Exposure = settings.Reasoning, Threads = settings.Threads }, SystemClock.Instance, cancel));
        house._making = Task.Run(() => house.MakeAsync(new HouseModels(folder)), CancellationToken.None);
        return house;
    }

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
            var began = SystemClock.Instance.GetTimestamp();
            var first = 0;
            var model = await models.GetAsync(preset, seed: 1, HouseModels.Threads, accelerated: false, (step, steps, _) =>
            {
                first = first == 0 ? step : first;
                var left = SystemClock.Instance.GetElapsedTime(began).TotalMinutes / Math.Max(1, step - first) * (steps - step);
                _server.NotReady = $"the house model is being made, {(double)step / steps:P0} done, about {Math.Ceiling(left):N0} minutes left";
                progress.Report((double)step / steps);
            }, _stop.Token);
            _server.Serve(model);
            Terminal.WriteLine($"model    {HouseServer.ModelName}: the house model answers now, {model.Shape.Parameters:N0} parameters, a very small one");
        }
        catch (OperationCanceledException)
        {
            // It goes on from its last checkpoint the next time.
        }
        catch (UnusableInputException fault)
        {
            _server.NotReady = $"the house model could not be made: {fault.Message}";
            Terminal.Error.WriteLine($"stillwatch: {_server.NotReady}");
        }
    }
}
