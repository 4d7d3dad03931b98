using System.Net;
using System.Net.Http.Headers;
using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.Engine.Storage;
using Stillwatch.Exchanges;
using Stillwatch.Gateway.Identify;
using Stillwatch.Reports;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.Replay;

/// <summary>Sends a log's requests through a gateway, in the order of their times, each with a key of its own account.</summary>
internal static class Replayer
{
    private const int MostTold = 400; // characters of an answer that was not wanted

    /// <summary>Runs <paramref name="plan"/>.</summary>
    /// <returns>How many were sent, how many of them got no answer where the log says that there was one, and what the first of those got
    /// instead.</returns>
    public static async Task<(long Sent, long Failed, string? FirstFault)> RunAsync(
        ReplayPlan plan,
        ReplayLog log,
        CancellationToken cancel
    )
    {
        var clock = SystemClock.Instance;
        var keys = Keys(plan, log);
        await RunningConsole.RefreshAsync(plan.Folder, cancel);
        using var client = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                MaxConnectionsPerServer = plan.Connections,
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            }
        );
        using var slots = new SemaphoreSlim(plan.Connections);
        using var progress = new ProgressBar("replaying", plan.Quiet, clock);
        var token = plan.Folder.Token();
        var began = clock.GetTimestamp();
        var (sent, failed) = (0L, 0L);
        string? firstFault = null;
        foreach (var (at, id, line) in log.Lines)
        {
            if (!double.IsInfinity(plan.Speed))
            {
                var due = TimeSpan.FromSeconds((at.Micros - log.Lines[0].At.Micros) / 1e6 / plan.Speed) - clock.GetElapsedTime(began);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, clock, cancel);
                }
            }

            await slots.WaitAsync(cancel);
            _ = SendAsync(at, id, line);
            if (++sent % 512 == 0)
            {
                progress.Report(sent / (double)log.Lines.Count);
            }
        }

        for (var i = 0; i < plan.Connections; i++)
        {
            await slots.WaitAsync(cancel);
        }

        return (sent, Interlocked.Read(ref failed), Volatile.Read(ref firstFault));

        async Task SendAsync(EventTime at, string id, byte[] line)
        {
            try
            {
                var (request, logged) = Request(plan, keys, token, at, id, line);
                using (request)
                using (var response = await client.SendAsync(request, cancel))
                {
                    var body = await response.Content.ReadAsStringAsync(cancel);
                    if (
                        !response.IsSuccessStatusCode
                        && (logged is >= 200 and < 300 || response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Conflict)
                    )
                    {
                        Fail($"{(int)response.StatusCode}: {(body.Length <= MostTold ? body : body[..MostTold] + "…")}");
                    }
                }
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException)
            {
                Fail(fault.Message);
            }
            finally
            {
                slots.Release();
            }
        }

        void Fail(string why)
        {
            Interlocked.Increment(ref failed);
            Interlocked.CompareExchange(ref firstFault, why, null);
        }
    }

    private static (HttpRequestMessage Request, int LoggedStatus) Request(
        ReplayPlan plan,
        Dictionary<string, string> keys,
        string token,
        EventTime at,
        string id,
        byte[] line
    )
    {
        var (path, body, account, client, latency, status) = ReplayLog.Request(line);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(plan.Into, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", keys[account]);
        request.Headers.TryAddWithoutValidation(ReplayHeaders.TokenName, token);
        request.Headers.TryAddWithoutValidation(ReplayHeaders.IdName, id);
        request.Headers.TryAddWithoutValidation(ReplayHeaders.TimeName, at.ToString());
        if (client != null && client.All(letter => letter is >= ' ' and <= '~'))
        {
            request.Headers.TryAddWithoutValidation(ReplayHeaders.ClientName, client);
        }

        if (latency != null)
        {
            request.Headers.TryAddWithoutValidation(ReplayHeaders.LatencyName, latency.Value.ToString());
        }

        return (request, status);
    }

    private static Dictionary<string, string> Keys(ReplayPlan plan, ReplayLog log)
    {
        using var store = new AccountStore(plan.Folder.Accounts, plan.Folder.Master, SystemClock.Instance);
        if (plan.Accounts != null)
        {
            var (rows, complaints) = AccountRows.Read(plan.Accounts);
            store.Import(rows);
            foreach (var complaint in complaints)
            {
                Terminal.Error.WriteLine(complaint);
            }
        }

        return store.CreateKeys(log.Accounts, "replay", SystemClock.Instance.GetUtcNow().AddDays(1));
    }
}
