using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Admit;
using Stillwatch.Gateway.Enforce;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Settle;
using Stillwatch.Gateway.Surface;
using Stillwatch.Gateway.Tap;

namespace Stillwatch.Gateway;

/// <summary>The path of an exchange through the gateway. The steps, in order:</summary>
/// <remarks>
/// <list type="number">
/// <item>arrive: which API, which id;</item>
/// <item>identify: whose key it is, by the head alone; then the body is taken, into a pooled buffer;</item>
/// <item>admit: reserve what it may come to, within the limits;</item>
/// <item>enforce: what the account's tier lets it ask for;</item>
/// <item>record: the request is on record before it goes any further;</item>
/// <item>forward: to a model server, to the next one where that fails before its first byte;</item>
/// <item>tap: bytes pass as they come, and stay in the buffer for the record;</item>
/// <item>end: the record is written, and only then is the end of the answer released;</item>
/// <item>settle: what was reserved and not used is given back.</item>
/// </list>
/// <para>Expected failures are values (<see cref="Refusal"/>) or <see cref="UpstreamException"/>; nothing of the record or the watch can break an exchange.</para>
/// </remarks>
internal sealed class GatewayPipeline(GatewayServices services)
{
    private const int FirstRoom = 4096, MostDrained = 64 * 1024;

    private readonly GatewayServices _services = services;
    private readonly TimeProvider _clock = services.Clock;
    private readonly ExchangeRecorder _recorder = new(services);
    private readonly Enforcement _enforcement = new(services);
    private readonly Settlement _settlement = new(services);

    /// <summary>Takes a request that is for a model.</summary>
    public async Task RunAsync(HttpContext http, WireFormat format, GatewayOptions options)
    {
        // 1. arrive
        var exchange = new Exchange(http, format, _services.NextId(), options) { Began = _clock.GetTimestamp(), Phase = Phase.Request };
        exchange.Since = exchange.Began;
        _services.InFlight.Add(exchange);
        try
        {
            var refusal = Arrive(exchange)
                ?? Identify(exchange)                                    // 2. identify
                ?? await TakeAsync(exchange);
            refusal ??= Admit(exchange)                                  // 3. admit
                ?? _enforcement.Check(exchange)                          // 4. enforce
                ?? _recorder.Begin(exchange);                            // 5. record
            if (refusal != null)
            {
                await RefuseAsync(exchange, refusal);
                return;
            }

            if (http.Request.Protocol == HttpProtocol.Http11)
            {
                exchange.Client.Begin(exchange);   // HTTP/1.1 has one exchange at a time: when the connection closes, this one is told
                await ForwardAsync(exchange);                            // 6. forward, 7. tap, 8. end
            }
            else
            {
                await using var gone = http.RequestAborted.UnsafeRegister(static exchange => ((Exchange)exchange!).Leave(), exchange);
                await ForwardAsync(exchange);
            }
        }
        catch (Exception fault) when (!exchange.ClientGone && !http.RequestAborted.IsCancellationRequested)
        {
            await FailAsync(exchange, fault);
        }
        finally
        {
            exchange.Client.End();
            _services.InFlight.Remove(exchange);
            exchange.LetGo();
            exchange.Reading?.Return();
            try
            {
                _settlement.Settle(exchange);                            // 9. settle
                ExchangeTrace.Write(exchange, _clock);
                ExchangeLog.Write(_services.Log, exchange, _clock);
            }
            finally
            {
                exchange.ReleaseRequest();
                ArrayPool<byte>.Shared.Return(exchange.Answer);
            }
        }
    }

    /// <summary>A fault of ours: it is logged, the client is told, the record comes to its end.</summary>
    private async ValueTask FailAsync(Exchange exchange, Exception fault)
    {
        ExchangeLog.Fault(_services.Log, exchange.Id, fault);
        exchange.LetGo();
        if (exchange.Ended)
        {
            exchange.Http.Abort();   // it is on record with its end
            return;
        }

        if (exchange.Record is { } record)
        {
            record.Outcome = Outcome.UpstreamCut;
        }

        if (exchange.Http.Response.HasStarted)
        {
            await _recorder.EndAsync(exchange);
            exchange.Http.Abort();
            return;
        }

        exchange.Restart();
        await RefuseAsync(exchange, new Refusal(500, "server_error", "internal_error", "The gateway failed on this request. It is in its log under the id of this request.", RetryAfter: 1));
    }

    private Refusal? Arrive(Exchange exchange)
    {
        var http = exchange.Http;
        var headers = http.Response.Headers;
        headers["x-request-id"] = exchange.Id;
        if (exchange.Format.HasAnthropicHeaders)
        {
            headers["request-id"] = exchange.Id;
        }

        return _services.Overload(exchange.Options);
    }

    /// <summary>The body of a request whose sender is known.</summary>
    private async ValueTask<Refusal?> TakeAsync(Exchange exchange)
    {
        var options = exchange.Options;
        if (exchange.Http.Request.ContentLength > options.MostRequestBytes)
        {
            return RequestBody.TooLarge(options.MostRequestBytes);
        }

        var (fault, have) = await RequestBody.ReadAsync(exchange, options.MostRequestBytes);
        if (fault != null)
        {
            return fault;
        }

        exchange.Taken = true;
        exchange.Request.Start = UpstreamRequest.HeadRoom;
        exchange.Request.Length = have;
        exchange.Reading = _services.Features.Rent();
        exchange.Facts = RequestReader.Read(exchange.Request.Body.Span, exchange.Format, exchange.Reading.Draft);
        return null;
    }

    private Refusal? Identify(Exchange exchange)
    {
        var identity = _services.Identify(exchange.Http, exchange.Options, exchange.Client, out var key);
        if (identity.Refusal != null)
        {
            return identity.Refusal;
        }

        exchange.Key = key;
        return null;
    }

    private Refusal? Admit(Exchange exchange)
    {
        var tier = exchange.Key!.Account.Tier;
        ref readonly var facts = ref exchange.Facts;
        long most = !exchange.Format.Writes ? 0 : facts.MaxTokens >= 0 ? facts.MaxTokens : tier.AssumedOutputTokens;
        var input = exchange.Request.Length / 2 + 16L;   // no tokenizer makes more than one token of two bytes of ordinary text
        var output = Need.Times(Need.Times(most, facts.Count), facts.Prompts);
        var need = new Need(input, output, exchange.Options.Cost(facts.Model, input, output));
        var refusal = _services.Admission.TryAdmit(exchange.Key, need, out exchange.Reservation);
        _services.Admission.Headers(exchange.Reservation, exchange.Format, exchange.Http.Response.Headers);
        return refusal;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ForwardAsync(Exchange exchange)
    {
        var http = exchange.Http;
        UpstreamRequest.Prepare(ref exchange.Request, http.Request, exchange.Record!.Id);
        if (exchange.Request.HeadLength > UpstreamRequest.MostHead)
        {
            await RefuseAsync(exchange, new Refusal(431, "invalid_request_error", "headers_too_large", $"The path and the headers that are passed on have more than {UpstreamRequest.MostHead} characters."));
            return;
        }

        if (exchange.Model != null && exchange.Model != exchange.Facts.Model)
        {
            ModelName.Replace(ref exchange.Request, exchange.Model);
        }

        var faulted = await CallAsync(exchange);
        if (faulted != null)
        {
            await RefuseAsync(exchange, faulted);
            return;
        }

        var call = exchange.Call!;
        http.Response.StatusCode = call.Status;
        if (call.ContentLength >= 0)
        {
            http.Response.ContentLength = call.ContentLength;
        }

        if (call.Status == 429)
        {
            RetryAfter.Normalise(http.Response.Headers, _clock.GetUtcNow());
        }

        if (!exchange.Format.HasAnthropicHeaders && !http.Response.Headers.ContainsKey("openai-processing-ms"))
        {
            http.Response.Headers["openai-processing-ms"] = _clock.Milliseconds(exchange.Began, exchange.FirstByte).ToString();
        }

        exchange.Record!.Status = call.Status;
        exchange.Record.IsStream = call.IsEventStream;
        exchange.EndsWithConnection = call.EndsWithConnection && !call.IsEventStream;
        if (call.IsEventStream && !call.HoldsRequest)
        {
            exchange.ReleaseRequest();   // a stream may go on for minutes
        }

        try
        {
            var outcome = await TapAsync(exchange, call);
            await EndAsync(exchange, call, outcome);
        }
        finally
        {
            exchange.Call = null;
            exchange.Upstream!.Leave();
            call.Dispose();
            exchange.RequestHeld |= call.HoldsRequest;
        }
    }

    /// <summary>6. forward: the first server that begins to answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Refusal?> CallAsync(Exchange exchange)
    {
        exchange.Answer = ArrayPool<byte>.Shared.Rent(FirstRoom);
        Upstream?[] tried = [];
        while (true)
        {
            var upstream = _services.Upstreams.Next(exchange.Model, tried);
            if (upstream == null)
            {
                return new Refusal(502, "server_error", "upstream_unavailable", "No model server could be reached.", RetryAfter: 1);
            }

            var call = upstream.Call();
            upstream.Enter();
            exchange.Upstream = upstream;
            exchange.Call = call;
            Wait(exchange, Phase.FirstByte);
            if (exchange.ClientGone)
            {
                call.Abort();
            }

            try
            {
                var answered = call.SendAsync(exchange.Request, exchange.Http.Response, exchange.Answer);
                exchange.TakeFeatures();   // while the model server works
                exchange.Have = await answered;
                if (call.Status is 502 or 503 or 504 && exchange.Options.FailOverOnErrors && _services.Upstreams.HasHealthy(upstream, tried))
                {
                    throw new UpstreamException(UpstreamFault.Unreachable, $"it answers {call.Status}");
                }

                exchange.FirstByte = _clock.GetTimestamp();
                return null;
            }
            catch (UpstreamException fault)
            {
                exchange.Call = null;
                upstream.Leave();
                call.Abort();
                call.Dispose();
                exchange.RequestHeld |= call.HoldsRequest;
                exchange.Restart();
                if (fault.Fault == UpstreamFault.Unreachable)
                {
                    (upstream.Healthy, upstream.Fault) = (false, fault.Message);
                }

                if (exchange.ClientGone || exchange.TimedOut != Phase.None || fault.Fault is UpstreamFault.Malformed or UpstreamFault.Cut)   // after the first byte of an answer nothing fails over
                {
                    exchange.Record!.Outcome = exchange.BrokenOff;
                    return exchange.TimedOut != Phase.None
                        ? new Refusal(504, "server_error", "upstream_timeout", "The model server did not answer in time.", RetryAfter: 1)
                        : new Refusal(502, "server_error", "upstream_malformed", "The model server's answer could not be read.", RetryAfter: 1);
                }

                tried = [.. tried, upstream];
                _services.Metrics.FailedOver(upstream.Options.Name);
                if (tried.Length == _services.Upstreams.All.Count)
                {
                    exchange.Record!.Outcome = Outcome.UpstreamCut;
                    return new Refusal(502, "server_error", "upstream_unavailable", "No model server could be reached.", RetryAfter: 1);
                }
            }
        }
    }

    /// <summary>7. tap: what comes goes on at once, save the end; all of it stays for the record.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> TapAsync(Exchange exchange, UpstreamCall call)
    {
        var writer = exchange.Http.Response.BodyWriter;
        var passed = 0;   // bytes of the buffer that were looked at
        await using var answer = new AnswerReader(exchange, call, _recorder);
        try
        {
            while (true)
            {
                var piece = exchange.Answer.AsSpan(passed, exchange.Have - passed);
                int allowed;
                if (call.IsEventStream)
                {
                    allowed = passed + (piece.Length > 0 ? exchange.End.Feed(piece) : 0);
                    allowed = exchange.End.Seen || exchange.End.EndsOpen ? Math.Max(exchange.Sent, allowed) : exchange.Have;
                }
                else
                {
                    allowed = call.Ended ? exchange.Sent : passed;   // the piece that may be the last is held back
                }

                (passed, exchange.Allowed) = (exchange.Have, allowed);
                var ended = call.Ended;   // as of what was looked at: a read that has begun may find the end while this is passed on
                if (!ended && !exchange.End.Complete && answer.TryReadMore())
                {
                    continue;   // what was there at once goes on at once
                }

                if (allowed > exchange.Sent && !ended && (!exchange.End.Complete || exchange.End.Error || _services.Journal.WaitsForDisk))   // else all of it goes with the end, at once
                {
                    writer.Write(exchange.Answer.AsSpan(exchange.Sent, allowed - exchange.Sent));
                    exchange.Sent = allowed;
                    Wait(exchange, Phase.Client);
                    var flushed = await writer.FlushAsync();
                    if (flushed.IsCompleted || flushed.IsCanceled)
                    {
                        return Outcome.ClientGone;
                    }
                }

                if (ended || exchange.End.Complete)
                {
                    return Outcome.Complete;
                }

                Wait(exchange, Phase.Answer);
                passed -= await answer.ReadAsync();
            }
        }
        catch (UpstreamException)
        {
            return exchange.End.Seen && !exchange.ClientGone && exchange.TimedOut == Phase.None ? Outcome.Complete : exchange.BrokenOff;
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or InvalidOperationException)
        {
            return Outcome.ClientGone;   // the connection to the client broke as it was written to
        }
    }

    /// <summary>8. end: on record first, then the rest of the answer. A truncated answer never ends cleanly.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EndAsync(Exchange exchange, UpstreamCall call, Outcome outcome)
    {
        var http = exchange.Http;
        if (outcome == Outcome.Complete && call.IsEventStream && (exchange.End.Error || !Finished(exchange)))
        {
            outcome = Outcome.UpstreamCut;   // some clients take an error in a stream that ends cleanly for success
        }

        if (outcome == Outcome.Complete && exchange.EndsWithConnection && (exchange.Journaled > 0 || !JsonWhole.IsOne(exchange.Answer.AsSpan(0, exchange.Have))))
        {
            outcome = Outcome.UpstreamCut;   // a body without a length: only its own braces tell whether it is whole
        }

        exchange.Record!.Outcome = exchange.Outcome = outcome;
        var whole = outcome == Outcome.Complete;
        if (!await _recorder.EndAsync(exchange))
        {
            outcome = Outcome.UpstreamCut;
        }

        exchange.Record.Outcome = outcome;
        _services.Metrics.Ended(exchange, call.Status, _clock);
        if (outcome == Outcome.Complete)
        {
            if (exchange.Have > exchange.Sent)
            {
                http.Response.BodyWriter.Write(exchange.Answer.AsSpan(exchange.Sent, exchange.Have - exchange.Sent));
                if (exchange.Sent + exchange.Journaled > 0 && http.Response.ContentLength != null)
                {
                    await FlushAsync(http);   // the server ends a chunked answer with a flush, but takes one with a length for sent
                }
            }

            return;
        }

        if (outcome is Outcome.UpstreamCut or Outcome.Timeout && !exchange.ClientGone)
        {
            await TellOfCutAsync(exchange, call, outcome, heldStays: whole);
        }

        http.Abort();
    }

    private static async ValueTask FlushAsync(HttpContext http)
    {
        try
        {
            await http.Response.BodyWriter.FlushAsync();
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client went; it is on record that the answer was whole.
        }
    }

    private async ValueTask TellOfCutAsync(Exchange exchange, UpstreamCall call, Outcome outcome, bool heldStays)
    {
        if (!call.IsEventStream)
        {
            return;   // a body that is shorter than it said is an error to every reader
        }

        var refusal = outcome == Outcome.Timeout
            ? new Refusal(504, "server_error", "upstream_timeout", "The model server stopped sending in the middle of its answer.")
            : new Refusal(502, "server_error", "upstream_cut", "The model server broke off in the middle of its answer.");
        try
        {
            var writer = exchange.Http.Response.BodyWriter;
            var to = exchange.End.Seen ? exchange.Allowed : exchange.Have;
            if (!heldStays && to > exchange.Sent)
            {
                writer.Write(exchange.Answer.AsSpan(exchange.Sent, to - exchange.Sent));
            }

            if (!exchange.End.Error)
            {
                writer.Write(ErrorWriter.Event(refusal, exchange.Format, exchange.Id));
            }

            await writer.FlushAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(20), _clock);   // the server hands it to the socket from another loop; an abort would overtake it
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client went first.
        }
    }

    private async ValueTask RefuseAsync(Exchange exchange, Refusal refusal)
    {
        _services.Metrics.Refused(refusal.Code ?? refusal.Type);
        if (!exchange.Taken && (exchange.Http.Request.ContentLength ?? long.MaxValue) > MostDrained)
        {
            exchange.Http.Response.Headers.Connection = "close";   // the body is not waited for
        }

        var body = ErrorWriter.Write(exchange.Http, refusal, exchange.Format, exchange.Id);
        if (exchange.Key != null)
        {
            await _recorder.RefusedAsync(exchange, refusal, body);
        }

        if (!exchange.ClientGone)
        {
            await exchange.Http.Response.Body.WriteAsync(body);
        }
    }

    private void Wait(Exchange exchange, Phase phase)
    {
        exchange.Since = _clock.GetTimestamp();
        exchange.Phase = phase;
    }

    /// <summary>Whether a stream that its server ended without saying so was finished all the same.</summary>
    private static bool Finished(Exchange exchange)
    {
        if (exchange.End.Seen || exchange.End.EndsOpen)
        {
            return true;
        }

        return exchange.Facts is { Count: 1, Prompts: 1 } && exchange.Format.GivesReason(exchange.Answer.AsSpan(Math.Max(0, exchange.Have - 4096), Math.Min(4096, exchange.Have)));
    }
}
