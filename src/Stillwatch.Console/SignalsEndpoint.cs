using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Console;

/// <summary>
/// <c>GET /api/signals</c>: as server-sent events where the client accepts them, each as it comes, resumed by <c>Last-Event-ID</c>; otherwise as JSON lines, those that there
/// are. <c>kind</c>, <c>subject</c> and <c>since</c> leave out the rest.
/// </summary>
/// <param name="follow">Follows the signals.</param>
internal sealed class SignalsEndpoint(Func<string?, bool, CancellationToken, IAsyncEnumerable<LoggedSignal>> follow)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);   // proxies cut what is silent for longer

    /// <summary>Answers a request.</summary>
    public async Task RunAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var kinds = query["kind"].SelectMany(value => (value ?? "").Split(',')).Where(word => word.Length > 0).ToList();
        if (kinds.Find(word => SignalLine.KindOf(word) == SignalKind.None) is { } unknown)
        {
            var words = string.Join(", ", Enum.GetValues<SignalKind>().Select(SignalLine.Word).OfType<string>());
            await RefuseAsync(http, StatusCodes.Status400BadRequest, $"kind: there is no '{unknown}'; there are {words}");
            return;
        }

        EventTime since = default;
        if (query["since"].ToString() is { Length: > 0 } time && !Rfc3339.TryParse(Encoding.UTF8.GetBytes(time), out since))
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, $"since: '{time}' is no time; write it like 2026-11-29T05:00:00Z");
            return;
        }

        var wanted = kinds.Select(SignalLine.KindOf).ToHashSet();
        var subject = query["subject"].ToString();
        bool Wants(LoggedSignal signal) =>
            (wanted.Count == 0 || wanted.Contains(signal.Kind)) && signal.At >= since && (subject.Length == 0 || signal.Subjects.Contains(subject, StringComparer.Ordinal));

        var events = http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        var after = http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : query["after"].ToString();
        try
        {
            await TellAsync(http, follow(after, events, http.RequestAborted), Wants, events);
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

    private static async Task TellAsync(HttpContext http, IAsyncEnumerable<LoggedSignal> signals, Func<LoggedSignal, bool> wants, bool events)
    {
        await using var next = signals.GetAsyncEnumerator(http.RequestAborted);
        var moving = next.MoveNextAsync().AsTask();
        if (moving.IsFaulted)
        {
            await moving;   // before anything is sent: an id that nobody knows is an error of its own
        }

        http.Response.ContentType = events ? "text/event-stream" : "application/jsonl";
        await http.Response.StartAsync(http.RequestAborted);
        while (true)
        {
            if (!moving.IsCompleted)
            {
                await http.Response.Body.FlushAsync(http.RequestAborted);
                while (await Task.WhenAny(moving, Task.Delay(KeepAlive, http.RequestAborted)) != moving)
                {
                    http.RequestAborted.ThrowIfCancellationRequested();
                    await http.Response.WriteAsync(": still here\n\n", http.RequestAborted);
                    await http.Response.Body.FlushAsync(http.RequestAborted);
                }
            }

            if (!await moving)
            {
                return;
            }

            if (wants(next.Current))
            {
                await WriteAsync(http.Response.Body, next.Current, events);
            }

            moving = next.MoveNextAsync().AsTask();
        }
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
