using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.Gateway.Forward;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Serving;
using Stillwatch.Reports;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.House;

/// <summary>A house model behind a gateway of its own, on free ports: what a rival of the range pulls from.</summary>
internal sealed class HouseDeployment : IAsyncDisposable
{
    private const int MostTries = 60;
    private static readonly TimeSpan Try = TimeSpan.FromMilliseconds(500);

    private readonly HouseServer _server;

    private HouseDeployment(HouseServer server, Running running, HttpClient client) =>
        (_server, Running, Client) = (server, running, client);

    /// <summary>The gateway, its record and its watch.</summary>
    public Running Running { get; }

    /// <summary>A client of the gateway, without a key.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The gateway's data folder.</param>
    /// <param name="exposure">What the server hands out of the reasoning.</param>
    /// <param name="trustReplay">Whether requests say themselves when and whence they were sent, as the range's do.</param>
    /// <param name="cancel">Tells it to stop.</param>
    public static async Task<HouseDeployment> StartAsync(
        HouseModel model,
        DataFolder data,
        Exposure exposure,
        bool trustReplay,
        CancellationToken cancel
    )
    {
        var server = await HouseServer.StartAsync(new HouseServerOptions { Exposure = exposure }, SystemClock.Instance, cancel);
        server.Serve(model);
        var settings = Settings.Read(null, data.Path, [("gateway.port", "0"), ("console.port", "0")]);
        settings = settings with
        {
            Gateway = settings.Gateway with
            {
                ReplayToken = trustReplay ? data.Token() : null,
                Upstreams = [new UpstreamOptions { Name = "house", Url = new Uri(server.Address) }],
            },
        };
        var running = await Running.StartAsync(data, settings, SystemClock.Instance, cancel);
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
        {
            BaseAddress = new Uri(running.GatewayAddress),
            Timeout = TimeSpan.FromMinutes(5),
        };
        return new(server, running, client);
    }

    /// <summary>
    /// Writes what is believed of whom, as the console's report has it, once it was worked out what campaigns are taken for.
    /// </summary>
    public async Task ReportAsync(string path, CancellationToken cancel)
    {
        for (
            var tries = 0;
            tries < MostTries && await Running.AskAsync(briefing => briefing.Campaigns.Count > 0 && briefing.Dossiers == null);
            tries++
        )
        {
            await Task.Delay(Try, SystemClock.Instance, cancel);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Running.ConsoleAddress + "/api/report"));
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", Running.Token);
        using var response = await Client.SendAsync(request, cancel);
        var page = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancel);
        OutputFile.Write(path, stream => stream.Write(page));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Running.DrainAsync(TimeSpan.FromSeconds(5));
        await Running.DisposeAsync();
        await _server.DisposeAsync();
    }
}
