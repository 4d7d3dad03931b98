using System.Text.Json;
using System.Text.Json.Nodes;
using Stillwatch.App.Deployment;
using Stillwatch.Exchanges;
using Stillwatch.Reports.Scan;

namespace Stillwatch.App.Trials.Demos;

/// <summary>
/// <c>up --demo</c>: two weeks of made-up traffic through the running gateway within a minute, over real connections with real keys, and
/// what the watch says of it as it happens. Times are those of the demo: the gateway believes them because it was started with
/// <c>--trust-replay</c>.
/// </summary>
internal static class Demo
{
    private const int Connections = 16;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(40),
        Look = TimeSpan.FromMilliseconds(500),
        Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs it until it is over or <paramref name="stop"/> is done.</summary>
    /// <param name="running">The deployment.</param>
    /// <param name="plan">What is sent.</param>
    /// <param name="folder">Where the record lies, as its user names it.</param>
    /// <param name="clock">The present.</param>
    /// <param name="stop">Done when the program is to stop.</param>
    public static async Task TryAsync(Running running, DemoPlan plan, string folder, TimeProvider clock, Task stop)
    {
        try
        {
            await RunAsync(running, plan, folder, clock, stop);
        }
        catch (Exception fault) when (!stop.IsCompleted)
        {
            Terminal.Error.WriteLine($"demo: broken off ({Shown.Text(fault.Message)}); the gateway goes on");
        }
    }

    private static async Task RunAsync(Running running, DemoPlan plan, string folder, TimeProvider clock, Task stop)
    {
        running.Accounts.Import(plan.Rows);
        var keys = running.Accounts.CreateKeys(
            plan.Requests.Select(request => request.Account).Distinct(StringComparer.Ordinal),
            "demo",
            clock.GetUtcNow().AddDays(1)
        );
        Terminal.WriteLine(
            $"demo: {plan.Requests.Count:N0} requests of {keys.Count:N0} simulated customers, {plan.Scenario.Days} days of traffic in "
                + $"{Length.TotalSeconds:N0} seconds. {plan.Lab.Count} of the customers are one lab: it shares its work out among "
                + $"them, and copies the model."
        );
        using var client = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                MaxConnectionsPerServer = Connections,
            }
        );
        var models = await ModelsAsync(client, running.GatewayAddress, keys.Values.First(), plan);
        using var slots = new SemaphoreSlim(Connections);
        var tally = new DemoTally();
        var began = clock.GetTimestamp();
        using var sent = new CancellationTokenSource();
        var watching = WatchAsync(running, plan, clock, began, stop, sent.Token);
        for (var i = 0; i < plan.Requests.Count && !stop.IsCompleted; i++)
        {
            var due = Length * ((double)i / plan.Requests.Count) - clock.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(5))
            {
                await Task.Delay(due, clock);
            }

            await slots.WaitAsync();
            _ = SendAsync(client, slots, running, keys[plan.Requests[i].Account], plan.Requests[i], models, tally);
        }

        for (var i = 0; i < Connections; i++)
        {
            await slots.WaitAsync();
        }

        await CaughtUpAsync(running, plan, clock, stop);
        await sent.CancelAsync();
        await watching;
        if (!stop.IsCompleted)
        {
            await EndAsync(running, plan, folder, tally);
        }
    }

    /// <summary>
    /// The models that the gateway has in the place of those that the demo's requests name and it has not: the demo runs on whatever is
    /// behind it.
    /// </summary>
    private static async Task<Dictionary<string, string>> ModelsAsync(HttpMessageInvoker client, string gateway, string key, DemoPlan plan)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway + "/v1/models"));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        using var response = await client.SendAsync(request, CancellationToken.None);
        using var list = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        List<string> has = list.RootElement.TryGetProperty("data", out var data)
            ? [.. data.EnumerateArray().Select(model => model.GetProperty("id").GetString()!)]
            : [];
        var missing = plan.Answers.Models.Except(has, StringComparer.Ordinal).ToList();
        return has.Count == 0
            ? []
            : missing
                .Select((name, i) => (name, Instead: has[i % has.Count]))
                .ToDictionary(one => one.name, one => one.Instead, StringComparer.Ordinal);
    }

    private static async Task SendAsync(
        HttpMessageInvoker client,
        SemaphoreSlim slots,
        Running running,
        string key,
        DemoRequest demo,
        Dictionary<string, string> models,
        DemoTally tally
    )
    {
        try
        {
            using var request = (models.Count == 0 ? demo : demo with { Body = Renamed(demo.Body, models) }).ToHttp(
                running.GatewayAddress,
                key,
                running.Token
            );
            using var response = await client.SendAsync(request, CancellationToken.None);
            tally.Take(response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
        {
            tally.Broke(fault.Message); // the program may be stopping
        }
        finally
        {
            slots.Release();
        }
    }

    private static byte[] Renamed(byte[] body, Dictionary<string, string> models)
    {
        var request = JsonNode.Parse(body)!.AsObject();
        request["model"] = models.GetValueOrDefault((string?)request["model"] ?? "", (string?)request["model"] ?? "");
        return JsonSerializer.SerializeToUtf8Bytes(request);
    }

    /// <summary>
    /// Waits until the watch has seen all; on a busy machine it takes its time, and is given up only where it stands still.
    /// </summary>
    private static async Task CaughtUpAsync(Running running, DemoPlan plan, TimeProvider clock, Task stop)
    {
        var (seen, since) = (-1L, clock.GetTimestamp());
        while (!stop.IsCompleted && clock.GetElapsedTime(since) < Patience)
        {
            var state = running.Watch.State;
            if (
                state.LagSeconds == 0
                && state.Exchanges >= plan.Requests.Count
                && await running.AskAsync(briefing => briefing.Watch.IsBetweenTicks)
            )
            {
                return;
            }

            (seen, since) = state.Exchanges == seen ? (seen, since) : (state.Exchanges, clock.GetTimestamp());
            await Task.WhenAny(stop, Task.Delay(Look, clock));
        }
    }

    /// <summary>Tells each campaign when it is flagged.</summary>
    private static async Task WatchAsync(Running running, DemoPlan plan, TimeProvider clock, long began, Task stop, CancellationToken over)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (!stop.IsCompleted && !over.IsCancellationRequested)
        {
            await Task.WhenAny(stop, Task.Delay(Look, clock, over));
            foreach (var line in await running.AskAsync(briefing => New(briefing, plan, told)))
            {
                Terminal.WriteLine($"demo, second {clock.GetElapsedTime(began).TotalSeconds:N0}: {Shown.Text(line)}");
            }
        }
    }

    private static List<string> New(Briefing briefing, DemoPlan plan, HashSet<string> told)
    {
        List<string> lines = [];
        foreach (var campaign in briefing.Campaigns)
        {
            if (told.Add(campaign.Id.ToString()))
            {
                var ofLab = campaign.Accounts.Count(number => plan.Lab.Contains(briefing.Log.Names[number]));
                lines.Add(
                    $"{campaign.Id} is found, on day {Day(campaign.DetectedAt!.Value, plan)} of the {plan.Scenario.Days}. "
                        + $"{CampaignBrief.Why(briefing, campaign)} ({ofLab} of these accounts are the lab's.)"
                );
            }
        }

        return lines;
    }

    private static long Day(EventTime at, DemoPlan plan) =>
        at.Window(EventTime.Day) - plan.Scenario.Start.DayNumber + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber + 1;

    private static async Task EndAsync(Running running, DemoPlan plan, string folder, DemoTally tally)
    {
        var (flagged, caught, had, all, tokens, first, id) = await running.AskAsync(briefing =>
        {
            var accounts = briefing.Watch.Accounts;
            var lab = accounts.Where(account => plan.Lab.Contains(briefing.Name(account))).ToList();
            return (
                accounts.Count(account => account.FlaggedAt != null),
                lab.Count(account => account.FlaggedAt != null),
                lab.Sum(account => account.FlaggedAt == null ? account.Take.Answered : account.AnsweredBeforeFlag),
                lab.Sum(account => account.Take.Answered),
                accounts.Sum(account => account.Take.OutputTokens),
                lab.Where(account => account.FlaggedAt != null).Select(account => account.FlaggedAt!.Value).DefaultIfEmpty().Min(),
                briefing.Campaigns.Select(campaign => campaign.Id.ToString()).FirstOrDefault() ?? "c-…"
            );
        });
        Terminal.WriteLine(
            $"demo: over. {tally.Answered:N0} of {plan.Requests.Count:N0} requests were answered, with {tokens:N0} tokens in "
                + $"all{(tally.Told is { } others ? $"; {others}" : "")}."
        );
        var honest = plan
            .Requests.Select(request => request.Account)
            .Where(name => !plan.Lab.Contains(name))
            .ToHashSet(StringComparer.Ordinal)
            .Count;
        Terminal.WriteLine(
            caught == 0
                ? "demo: the lab was not found."
                : $"demo: the lab came for {all:N0} answers. It had {had:N0} of them ({(double)had / Math.Max(1, all):P1}) when its "
                    + $"accounts were flagged, the first on day {Day(first, plan)}. Flagged: {caught} of its {plan.Lab.Count} "
                    + $"accounts, and {flagged - caught:N0} of "
                    + $"{honest:N0} honest ones."
        );
        Terminal.WriteLine(
            "demo: nobody was stopped: Stillwatch flags, and people decide. It goes on until it is stopped with Ctrl-C. Meanwhile, in "
                + "another terminal:"
        );
        Terminal.WriteLine($"        ./stillwatch watch --data {folder}                       what it believes");
        Terminal.WriteLine($"        ./stillwatch watch {id} --data {folder}             one campaign, and why");
        Terminal.WriteLine($"        ./stillwatch watch --data {folder} --report demo.html    all of it as a page");
        Terminal.WriteLine(
            $"        ./stillwatch query \"select account, count(*) as exchanges, sum(output_tokens) as tokens from exchanges group "
                + $"by all order by tokens desc limit 10\" --data {folder}"
        );
    }
}
