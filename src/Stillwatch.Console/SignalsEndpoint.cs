using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Console;

/// <summary>
/// <c>GET /api/signals</c>. Clients that accept server-sent events get each signal as it comes, and resume with <c>Last-Event-ID</c>.
/// Others get JSON lines of those that
/// there are. The parameters <c>kind</c>, <c>subject</c> and <c>since</c> leave out the rest.
/// </summary>
/// <param name="follow">Follows the signals.</param>
internal sealed class SignalsEndpoint(Func<string?, bool, CancellationToken, IAsyncEnumerable<LoggedSignal>> follow)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15); // proxies cut what is silent for longer

    /// <summary>Answers a request.</summary>
    public async Task RunAsync(HttpContext http)
    {
        if (Filter(http.Request.Query, out var wants) is { } wrong)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, wrong);
            return;
        }

        var events = http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        var after = http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last
            ? last
            : http.Request.Query["after"].ToString();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            await TellAsync(http, follow(after, events, stop.Token), wants, events, stop);
        }
        catch (KeyNotFoundException fault)
        {
            await RefuseAsync(http, StatusCodes.Status410Gone, fault.Message);
        }
        catch (OperationCanceledException)
        {
            // Whoever followed has gone.
        }
    }

    /// <summary>What the query asks for.</summary>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    private static string? Filter(IQueryCollection query, out Func<LoggedSignal, bool> wants)
    {
        wants = _ => true;
        var kinds = query["kind"].SelectMany(value => (value ?? "").Split(',')).Where(word => word.Length > 0).ToList();
        if (kinds.Find(word => SignalLine.KindOf(word) == SignalKind.None) is { } unknown)
        {
            return $"kind: there is no '{unknown}'; there are "
                + $"{string.Join(", ", Enum.GetValues<SignalKind>().Select(SignalLine.Word).OfType<string>())}";
        }

        EventTime since = default;
        if (query["since"].ToString() is { Length: > 0 } time && !Rfc3339.TryParse(Encoding.UTF8.GetBytes(time), out since))
        {
            return $"since: '{time}' is no time; write it like 2026-11-29T05:00:00Z";
        }

        var wanted = kinds.Select(SignalLine.KindOf).ToHashSet();
        var subject = query["subject"].ToString();
        wants = signal =>
            (wanted.Count == 0 || wanted.Contains(signal.Kind)) && signal.At >= since && (subject.Length == 0 || signal.Names(subject));
        return null;
    }

    private static async Task TellAsync(
        HttpContext http,
        IAsyncEnumerable<LoggedSignal> signals,
        Func<LoggedSignal, bool> wants,
        bool events,
        CancellationTokenSource stop
    )
    {
        await using var next = signals.GetAsyncEnumerator(stop.Token);
        var moving = next.MoveNextAsync().AsTask();
        if (moving.IsFaulted)
        {
            await moving; // before anything is sent: an id that nobody knows is an error of its own
        }

        try
        {
            http.Response.ContentType = events ? "text/event-stream" : "application/jsonl";
            await http.Response.StartAsync(stop.Token);
            while (await ComesAsync(http, moving, stop.Token))
            {
                if (wants(next.Current))
                {
                    await WriteAsync(http.Response.Body, next.Current, events);
                }

                moving = next.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // What is still moving must come to rest before it can be let go of.
            await stop.CancelAsync();
            await moving.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Waits for the next signal. What was written goes out meanwhile, and a sign of life now and then.</summary>
    private static async Task<bool> ComesAsync(HttpContext http, Task<bool> moving, CancellationToken cancel)
    {
        if (!moving.IsCompleted)
        {
            await http.Response.Body.FlushAsync(cancel);
            while (await Task.WhenAny(moving, Task.Delay(KeepAlive, cancel)) != moving)
            {
                cancel.ThrowIfCancellationRequested();
                await http.Response.WriteAsync(": still here\n\n", cancel);
                await http.Response.Body.FlushAsync(cancel);
            }
        }

        return await moving;
    }

    private static async Task WriteAsync(Stream body, LoggedSignal signal, bool events)
    {
        if (events)
        {
            await body.WriteAsync(Encoding.UTF8.GetBytes($"id: {signal.Id}\nevent: {SignalLine.Word(signal.Kind)}\ndata: "));
        }

        await body.WriteAsync(signal.Line);
        await body.WriteAsync(events ? "\n\n"u8.ToArray() : "\n"u8.ToArray());
    }

    private static Task RefuseAsync(HttpContext http, int status, string why)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(why + "\n");
    }
}
