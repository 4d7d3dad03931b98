using Stillwatch.App.Deployment;
using Stillwatch.App.Ranges;
using Stillwatch.App.Scan;
using Stillwatch.Range.Scenarios;

namespace Stillwatch.App.Demos;

/// <summary>
/// <c>up --demo</c>: two weeks of made-up traffic through the running gateway within a minute, over real connections with real keys, and what the watch
/// says of it as it happens. Times are those of the demo: the gateway believes them because it was started with <c>--trust-replay</c>.
/// </summary>
internal static class Demo
{
    private const int Seed = 20260302, Connections = 16, Days = 14;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(40), Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs it until it is over or <paramref name="stop"/> is done.</summary>
    /// <param name="running">The deployment.</param>
    /// <param name="token">The administration's token.</param>
    /// <param name="clock">The present.</param>
    /// <param name="stop">Done when the program is to stop.</param>
    public static async Task RunAsync(Running running, string token, TimeProvider clock, Task stop)
    {
        var scenario = ScenarioFile.Read("demo") with { Start = DateOnly.FromDateTime(clock.GetUtcNow().AddDays(-Days).UtcDateTime) };
        var stage = Stage.Set(scenario, Seed, scenario.Scale);
        var requests = DemoRequest.Of(stage);
        running.Accounts.Import(stage.World.Accounts.Select(DemoRequest.Row));
        var lab = stage.World.Accounts.Where(account => account.Campaign != null).Select(account => account.Name).ToHashSet(StringComparer.Ordinal);
        var keys = running.Accounts.CreateKeys(requests.Select(request => request.Account).Distinct(StringComparer.Ordinal), "demo", clock.GetUtcNow().AddDays(1));
        Terminal.WriteLine($"demo: {requests.Count:N0} requests of {keys.Count} simulated accounts over two weeks, in {Length.TotalSeconds:N0} seconds; {lab.Count} of the accounts are one lab, on two cards, copying the model");
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = Connections });
        using var slots = new SemaphoreSlim(Connections);
        var began = clock.GetTimestamp();
        var watching = WatchAsync(running, lab, clock, began, stop);
        for (var i = 0; i < requests.Count && !stop.IsCompleted; i++)
        {
            var due = Length * ((double)i / requests.Count) - clock.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(5))
            {
                await Task.Delay(due, clock);
            }

            await slots.WaitAsync();
            _ = SendAsync(client, slots, running.GatewayAddress, keys[requests[i].Account], token, requests[i]);
        }

        for (var i = 0; i < Connections; i++)
        {
            await slots.WaitAsync();
        }

        await watching;
    }

    private static async Task SendAsync(HttpMessageInvoker client, SemaphoreSlim slots, string gateway, string key, string token, DemoRequest demo)
    {
        try
        {
            using var request = demo.ToHttp(gateway, key, token);
            using var response = await client.SendAsync(request, CancellationToken.None);
            await response.Content.CopyToAsync(Stream.Null);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            // The program is stopping.
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>Tells each campaign when it comes before an analyst, and how it stands at the end.</summary>
    private static async Task WatchAsync(Running running, HashSet<string> lab, TimeProvider clock, long began, Task stop)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (!stop.IsCompleted && clock.GetElapsedTime(began) < Length + TimeSpan.FromSeconds(5))
        {
            foreach (var line in await running.AskAsync(findings => Lines(findings, told)))
            {
                Terminal.WriteLine($"demo, second {clock.GetElapsedTime(began).TotalSeconds:N0}: {Shown.Text(line)}");
            }

            await Task.WhenAny(stop, Task.Delay(Look, clock));
        }

        if (!stop.IsCompleted)
        {
            var (accounts, caught, exchanges) = await running.AskAsync(findings =>
            {
                var flagged = findings.Watch.Accounts.Where(account => account.FlaggedAt != null).ToList();
                return (flagged.Count, flagged.Count(account => lab.Contains(findings.Name(account))), findings.Log.Exchanges);
            });
            Terminal.WriteLine($"demo: over. {exchanges:N0} exchanges were watched; {accounts} accounts are before an analyst, {caught} of them of the lab's {lab.Count}. ./stillwatch watch shows them; this goes on until it is stopped.");
        }
    }

    private static List<string> Lines(Findings findings, HashSet<string> told)
    {
        List<string> lines = [];
        foreach (var campaign in findings.Campaigns)
        {
            var name = findings.Name(campaign);
            if (told.Add(name))
            {
                lines.Add($"{name} is found, in the demo's time at {campaign.DetectedAt}: {campaign.Accounts.Count} accounts so far, {campaign.Take.Exchanges:N0} exchanges. {(Findings.Reasons(campaign) is [var first, ..] ? first.Text : "")}");
                lines.AddRange(findings.Ties(campaign).Take(2).Select(tie => $"{name}: {tie.Accounts} of them {tie.Link.Says}"));
            }
        }

        return lines;
    }
}
