using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.Reports;

namespace Stillwatch.Tests.Gateway;

/// <summary>A whole deployment in this process, in a temporary folder, in front of a scripted upstream; gone with its test.</summary>
internal sealed class LiveDeployment : IAsyncDisposable
{
    private readonly bool _ownsFolder;

    private LiveDeployment(string path, bool ownsFolder) => (Path, _ownsFolder) = (path, ownsFolder);

    /// <summary>The data folder.</summary>
    public string Path { get; }

    public ScriptedUpstream Upstream { get; private set; } = null!;

    public Running Running { get; private set; } = null!;

    /// <summary>A client without a key.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>A key of account 'alice'.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Starts one.</summary>
    /// <param name="flags">Fields of the configuration and their values.</param>
    /// <param name="path">A data folder that stays; null for a temporary one.</param>
    /// <param name="upstreams">Addresses of model servers in the place of the scripted one.</param>
    /// <param name="config">A configuration file; null for none.</param>
    /// <param name="trustReplay">Whether replays are believed.</param>
    /// <param name="configuredUpstreams">Whether the model servers are those of the configuration file.</param>
    public static async Task<LiveDeployment> StartAsync(
        IEnumerable<(string, string)>? flags = null,
        string? path = null,
        string[]? upstreams = null,
        string? config = null,
        bool trustReplay = false,
        bool configuredUpstreams = false
    )
    {
        var live = new LiveDeployment(path ?? Directory.CreateTempSubdirectory("stillwatch-live-").FullName, path == null)
        {
            Upstream = await ScriptedUpstream.StartAsync(),
        };
        var settings = Settings.Read(config, live.Path, [("gateway.port", "0"), ("console.port", "0"), .. flags ?? []]);
        settings = configuredUpstreams
            ? settings
            : settings with
            {
                Gateway = settings.Gateway with
                {
                    Upstreams =
                    [
                        .. (upstreams ?? [live.Upstream.Address]).Select(
                            (url, i) =>
                                new Stillwatch.Gateway.Forward.UpstreamOptions
                                {
                                    Name = $"u{i}",
                                    Url = new Uri(url),
                                    ApiKey = "upstream-secret-key",
                                }
                        ),
                    ],
                },
            };
        var folder = DataFolder.Make(live.Path);
        settings = trustReplay ? settings with { Gateway = settings.Gateway with { ReplayToken = folder.Token() } } : settings;
        live.Running = await Running.StartAsync(folder, settings, SystemClock.Instance, CancellationToken.None);
        live.Client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(live.Running.GatewayAddress),
            Timeout = TimeSpan.FromSeconds(60),
        };
        live.Key = live.Running.Accounts.CreateKey("alice", null, null, "test", null);
        return live;
    }

    /// <summary>Sends a request with alice's key.</summary>
    public Task<HttpResponseMessage> Send(
        string path,
        string body,
        string? key = null,
        bool anthropic = false,
        HttpCompletionOption when = HttpCompletionOption.ResponseContentRead,
        string? agent = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (anthropic)
        {
            request.Headers.Add("x-api-key", key ?? Key);
            request.Headers.Add("anthropic-version", "2023-06-01");
        }
        else
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? Key);
        }

        if (agent != null)
        {
            request.Headers.UserAgent.ParseAdd(agent);
        }

        return Client.SendAsync(request, when);
    }

    /// <summary>What is on record, as exchange-log lines, by id.</summary>
    public List<JsonNode> Record()
    {
        List<JsonNode> record = [];
        using var stream = new Stillwatch.App.Deployment.DeploymentLog(Path);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            record.Add(JsonNode.Parse(line)!);
        }

        return record;
    }

    /// <summary>After this what should have come to be so is given up: the watch is of low priority, and machines are busy.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Waits until <paramref name="holds"/>; fails after a minute.</summary>
    public static async Task Until(Func<bool> holds)
    {
        for (var i = 0; i < 3_000 && !holds(); i++)
        {
            await Task.Delay(20);
        }

        Xunit.Assert.True(holds(), "it did not come to be so within a minute");
    }

    /// <summary>A client of the console.</summary>
    public HttpClient Console()
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Running.ConsoleAddress) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Running.Token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Running.DrainAsync(TimeSpan.FromSeconds(2));
        await Running.DisposeAsync();
        await Upstream.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
