using System.Buffers;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stillwatch.Exchanges;
using Stillwatch.Gateway.Change;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Forward;

/// <summary>
/// 6. forward: the first server that begins to answer. Before that another may be asked, or the same again where the settings want it
/// (<see cref="RetryOptions"/>); nothing is sent again to a server that took it and said nothing, and nothing once a byte of an answer
/// came.
/// </summary>
internal sealed class Forwarding(GatewayServices services)
{
    private const int FirstRoom = 4096;
    private const string TagHeader = "stillwatch-tag";
    private const double FirstPauseSeconds = 0.25;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _clock = services.Clock;
    private readonly RetryBudget _budget = new();

    /// <summary>Sends a request and takes the head of its answer. Null where there is one: it is the exchange's call then.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Refusal?> SendAsync(Exchange exchange)
    {
        UpstreamRequest.Prepare(
            ref exchange.Request,
            exchange.Http.Request,
            exchange.Record!.Id,
            Rules(exchange),
            exchange.Format.KeyHeader
        );
        var path = exchange.Http.Request.Path.Value!;
        var named = exchange.Format.ModelIn(path);
        if (named != null)
        {
            // Written anew, with the name that was judged: whatever else a server could make of the path as it came.
            exchange.Request.Path = UpstreamRequest.Plain(
                exchange.Format.WithModel(path, exchange.Model ?? named) + exchange.Http.Request.QueryString.ToUriComponent()
            );
        }

        if (exchange.Request.HeadLength > UpstreamRequest.MostHead)
        {
            return new Refusal(
                431,
                "invalid_request_error",
                "headers_too_large",
                $"The path and the headers that are passed on have more than {UpstreamRequest.MostHead} characters."
            );
        }

        if (named == null && exchange.Model != null && exchange.Model != exchange.Facts.Model)
        {
            ModelName.Replace(ref exchange.Request, exchange.Model);
        }

        if (services.Changes?.Of(exchange) is { } change)
        {
            Changed(exchange, change);
        }

        if (await CallAsync(exchange) is { } refusal)
        {
            return refusal;
        }

        Answered(exchange, exchange.Call!);
        return null;
    }

    /// <summary>The rules for headers of what goes to model servers; they are told what the exchange is tagged with.</summary>
    private static HeaderRules Rules(Exchange exchange) =>
        exchange.Enforced?.Tags is not { } tags
            ? exchange.Options.RequestHeaders
            : exchange.Options.RequestHeaders with
            {
                Set = [.. exchange.Options.RequestHeaders.Set, new(TagHeader, tags)],
            };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Refusal?> CallAsync(Exchange exchange)
    {
        exchange.Answer = ArrayPool<byte>.Shared.Rent(FirstRoom);
        var retry = exchange.Options.Retries;
        var (tried, again, retries, unreachable) = (Array.Empty<Upstream?>(), (Upstream?)null, 0, false);
        if (retry.Most > 0)
        {
            _budget.Add(retry.Budget);
        }

        while (true)
        {
            var upstream = again
                ?? services.Upstreams.Next(exchange.Model, tried, exchange.Options.StickyAccounts ? exchange.Key!.Account.Name : null);
            if (upstream == null)
            {
                if (unreachable && Pause(exchange, retries) is { } pause)
                {
                    (retries, tried) = (retries + 1, []);
                    await PauseAsync(exchange, pause);
                    continue;
                }

                exchange.Record!.Outcome = tried.Length > 0 ? Outcome.UpstreamCut : exchange.Record.Outcome;
                return Unavailable;
            }

            if (again == null && tried.Length > 0)
            {
                services.Metrics.FailedOver(tried[^1]!.Options.Name);
            }

            again = null;
            var call = Begin(exchange, upstream);
            try
            {
                await BeginningAsync(exchange, call, waits: retry.Most > 0);
                if (
                    call.Status is 502 or 503 or 504
                    && exchange.Options.FailOverOnErrors
                    && services.Upstreams.HasHealthy(exchange.Model, upstream, tried)
                )
                {
                    throw new UpstreamException(UpstreamFault.Unreachable, $"it answers {call.Status}");
                }

                upstream.Rest(
                    call.Status is 429 or 503 ? RetryAfter.Seconds(exchange.Http.Response.Headers, _clock.GetUtcNow()) : 0,
                    _clock
                );
                if (call.Status is 429 or 500 or 502 or 503 or 504 or 529 && retry.Most > 0)
                {
                    if (Pause(exchange, retries) is { } seconds)
                    {
                        End(exchange, upstream, call);
                        (retries, again) = (retries + 1, upstream);
                        await PauseAsync(exchange, seconds);
                        continue;
                    }

                    if (call.Status == 429 && services.Upstreams.HasHealthy(exchange.Model, upstream, tried))
                    {
                        throw new UpstreamException(UpstreamFault.Busy, "it has no room for more");
                    }
                }

                exchange.FirstByte = _clock.GetTimestamp();
                return null;
            }
            catch (UpstreamException fault)
            {
                End(exchange, upstream, call);
                if (fault.Fault == UpstreamFault.Unreachable)
                {
                    (upstream.Healthy, upstream.Fault) = (false, fault.Message);
                }

                if (IsFinal(exchange, fault.Fault, upstream, tried))
                {
                    exchange.Record!.Outcome = exchange.BrokenOff;
                    return exchange.TimedOut != Phase.None
                        ? new Refusal(504, "server_error", "upstream_timeout", "The model server did not answer in time.", RetryAfter: 1)
                        : new Refusal(
                            502,
                            "server_error",
                            "upstream_malformed",
                            "The model server's answer could not be read.",
                            RetryAfter: 1
                        );
                }

                (tried, unreachable) = ([.. tried, upstream], fault.Fault == UpstreamFault.Unreachable);
            }
        }
    }

    private static Refusal Unavailable =>
        new(502, "server_error", "upstream_unavailable", "No model server could be reached.", RetryAfter: 1);

    private UpstreamCall Begin(Exchange exchange, Upstream upstream)
    {
        var call = services.Changes?.Of(exchange) is { } change
            ? exchange.Changed = new ChangedCall(upstream.Call(), change)
            : upstream.Call();
        upstream.Enter();
        (exchange.Upstream, exchange.Call) = (upstream, call);
        exchange.Wait(_clock, Phase.FirstByte);
        if (exchange.ClientGone)
        {
            call.Abort();
        }

        return call;
    }

    /// <summary>
    /// Sends the request and reads the head of the answer, and of a stream its first bytes where another server may be asked until they
    /// come.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask BeginningAsync(Exchange exchange, UpstreamCall call, bool waits)
    {
        exchange.HeadOnly = false;
        var answered = call.SendAsync(exchange.Request, exchange.Http.Response, exchange.Answer);
        exchange.TakeFeatures(); // while the model server works
        exchange.Have = await answered;
        exchange.HeadOnly = waits && call.IsEventStream && IsBare(exchange, call);
        while (exchange.HeadOnly && !call.Ended)
        {
            exchange.Have = await call.ReadAsync(exchange.Answer);
            exchange.HeadOnly = IsBare(exchange, call);
        }
    }

    /// <summary>Whether nothing of the body came.</summary>
    private static bool IsBare(Exchange exchange, UpstreamCall call) =>
        exchange.Have == 0 && call is not ChangedCall { ReceivedLength: > 0 };

    private static void End(Exchange exchange, Upstream upstream, UpstreamCall call)
    {
        exchange.Call = null;
        upstream.Leave();
        call.Abort();
        call.Dispose();
        exchange.RequestHeld |= call.HoldsRequest;
        exchange.Restart();
    }

    /// <summary>Whether no other server is asked: nobody waits for an answer any more, or something of one came.</summary>
    private bool IsFinal(Exchange exchange, UpstreamFault fault, Upstream upstream, Upstream?[] tried)
    {
        if (exchange.ClientGone)
        {
            return true;
        }

        if (exchange.TimedOut != Phase.None)
        {
            // A server that took the request and says nothing is not asked again; another may be.
            if (
                exchange.TimedOut != Phase.FirstByte
                || exchange.Options.Retries.Most == 0
                || !services.Upstreams.HasHealthy(exchange.Model, upstream, tried)
                || !_budget.TryTake()
            )
            {
                return true;
            }

            exchange.TimedOut = Phase.None;
            return false;
        }

        return fault == UpstreamFault.Malformed || fault == UpstreamFault.Cut && !exchange.HeadOnly;
    }

    /// <summary>Seconds to wait before the request is sent again; null where it is not.</summary>
    private double? Pause(Exchange exchange, int retries)
    {
        var retry = exchange.Options.Retries;
        if (retries >= retry.Most || exchange.ClientGone)
        {
            return null;
        }

        var wanted = RetryAfter.Seconds(exchange.Http.Response.Headers, _clock.GetUtcNow());
        var seconds = wanted > 0 ? wanted : FirstPauseSeconds * (1 << retries) * (0.5 + Spread(exchange.Id));
        return seconds <= retry.MostWaitSeconds && _budget.TryTake() ? seconds : null;
    }

    /// <summary>
    /// A number in [0, 1) that differs from request to request, so that those that failed together do not come again together.
    /// </summary>
    private static double Spread(string id) => (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan())) >> 11) / (double)(1UL << 53);

    private async ValueTask PauseAsync(Exchange exchange, double seconds)
    {
        exchange.Wait(_clock, Phase.None);
        services.Metrics.Retried(exchange.Upstream?.Options.Name ?? "");
        var began = _clock.GetTimestamp();
        while (!exchange.ClientGone && _clock.GetElapsedTime(began).TotalSeconds is var passed && passed < seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(Look.TotalSeconds, seconds - passed)), _clock);
        }
    }

    /// <summary>Changes the request: what goes to the model server is on record beside what came.</summary>
    private void Changed(Exchange exchange, IExchangeChange change)
    {
        var output = new ArrayBufferWriter<byte>(exchange.Request.Length + UpstreamRequest.HeadRoom);
        change.Request(exchange.Request.Body.Span, output);
        if (output.WrittenSpan.SequenceEqual(exchange.Request.Body.Span))
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(UpstreamRequest.HeadRoom + output.WrittenCount);
        output.WrittenSpan.CopyTo(buffer.AsSpan(UpstreamRequest.HeadRoom));
        exchange.TakeFeatures(); // of what the customer asked for
        exchange.Record!.Request = default;
        ArrayPool<byte>.Shared.Return(exchange.Request.Buffer);
        (exchange.Request.Buffer, exchange.Request.Start, exchange.Request.Length) = (
            buffer,
            UpstreamRequest.HeadRoom,
            output.WrittenCount
        );
        exchange.Ticket = services.Journal.Append(exchange.Ticket, exchange.Record, output.WrittenSpan, RecordPart.Forwarded);
    }

    private void Answered(Exchange exchange, UpstreamCall call)
    {
        var response = exchange.Http.Response;
        response.StatusCode = call.Status;
        if (call.ContentLength >= 0)
        {
            response.ContentLength = call.ContentLength;
        }

        if (call.Status == 429)
        {
            RetryAfter.Normalise(response.Headers, _clock.GetUtcNow());
        }

        if (!exchange.Format.HasAnthropicHeaders && !response.Headers.ContainsKey("openai-processing-ms"))
        {
            response.Headers["openai-processing-ms"] = _clock.Milliseconds(exchange.Began, exchange.FirstByte).ToString();
        }

        if (!exchange.Options.ResponseHeaders.IsNone)
        {
            exchange.Options.ResponseHeaders.Apply(response.Headers);
        }

        exchange.Record!.Status = call.Status;
        exchange.Record.IsStream = call.IsEventStream;
        exchange.EndsWithConnection = call.EndsWithConnection && !call.IsEventStream;
        if (call.IsEventStream && !call.HoldsRequest)
        {
            exchange.ReleaseRequest(); // a stream may go on for minutes
        }
    }
}
