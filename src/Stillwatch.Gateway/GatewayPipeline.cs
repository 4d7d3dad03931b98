using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Gateway.Admit;
using Stillwatch.Gateway.Arrive;
using Stillwatch.Gateway.Enforce;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Identify;
using Stillwatch.Gateway.Record;
using Stillwatch.Gateway.Settle;
using Stillwatch.Gateway.Surface;
using Stillwatch.Gateway.Tap;

namespace Stillwatch.Gateway;

/// <summary>The path of an exchange through the gateway: a list of steps, each in a folder of its name.</summary>
/// <remarks>
/// Expected failures are values (<see cref="Refusal"/>) or <see cref="UpstreamException"/>; nothing of the record or the watch can break an
/// exchange. What becomes of an exchange where something of ours fails is in <see cref="Failures.FailurePolicies"/>.
/// </remarks>
internal sealed class GatewayPipeline
{
    private readonly GatewayServices _services;
    private readonly Arrival _arrive;
    private readonly Identification _identify;
    private readonly Admittance _admit;
    private readonly Enforcement _enforce;
    private readonly ExchangeRecorder _record;
    private readonly Forwarding _forward;
    private readonly AnswerTap _tap;
    private readonly AnswerEnd _end;
    private readonly Settlement _settle;
    private readonly Refusing _refuse;

    public GatewayPipeline(GatewayServices services)
    {
        _services = services;
        _arrive = new(services);
        _identify = new(services);
        _admit = new(services);
        _enforce = new(services);
        _record = new(services);
        _forward = new(services);
        _tap = new(services, _record);
        _end = new(services, _record);
        _settle = new(services);
        _refuse = new(services, _record);
    }

    /// <summary>Takes a request that is for a model.</summary>
    public async Task RunAsync(HttpContext http, WireFormat format, GatewayOptions options)
    {
        var exchange = new Exchange(http, format, _services.NextId(), options)
        {
            Began = _services.Clock.GetTimestamp(),
            Phase = Phase.Request,
        };
        exchange.Since = exchange.Began;
        _services.InFlight.Add(exchange);
        try
        {
            var refusal = _arrive.Check(exchange) // 1. arrive: which API, which id
                ?? _identify.Check(exchange) // 2. identify: whose key it is, by the head alone
                ?? await _arrive.TakeAsync(exchange); //    then the body is taken, into a pooled buffer, and read
            refusal ??= _admit.Check(exchange) // 3. admit: reserve what it may come to, within the limits
                ?? _enforce.Check(exchange) // 4. enforce: what was decided about its sender, what is released, what its tier may ask
                ?? _record.Begin(exchange); // 5. record: the request is on record before it goes any further
            if (refusal != null)
            {
                await _refuse.RefuseAsync(exchange, refusal);
                return;
            }

            if (exchange.Enforced is { SlowMilliseconds: > 0 })
            {
                await _enforce.SlowAsync(exchange);
            }

            if (http.Request.Protocol == HttpProtocol.Http11)
            {
                exchange.Client.Begin(exchange); // HTTP/1.1 has one exchange at a time: when the connection closes, this one is told
                await AnswerAsync(exchange);
            }
            else
            {
                await using var gone = http.RequestAborted.UnsafeRegister(static exchange => ((Exchange)exchange!).Leave(), exchange);
                await AnswerAsync(exchange);
            }
        }
        catch (Exception fault) when (!exchange.ClientGone && !http.RequestAborted.IsCancellationRequested)
        {
            await _refuse.FailAsync(exchange, fault);
        }
        finally
        {
            exchange.Client.End();
            _services.InFlight.Remove(exchange);
            exchange.LetGo();
            exchange.Reading?.Return();
            try
            {
                _settle.Settle(exchange); // 9. settle: what was reserved and not used is given back
                ExchangeTrace.Write(exchange, _services.Clock);
                ExchangeLog.Write(_services.Log, exchange, _services.Clock);
            }
            finally
            {
                exchange.ReleaseRequest();
                ArrayPool<byte>.Shared.Return(exchange.Answer);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AnswerAsync(Exchange exchange)
    {
        // 6. forward: to a model server, to the next one where that fails before its first byte
        if (await _forward.SendAsync(exchange) is { } refusal)
        {
            await _refuse.RefuseAsync(exchange, refusal);
            return;
        }

        var call = exchange.Call!;
        try
        {
            var outcome = await _tap.PassAsync(exchange, call); // 7. tap: bytes pass as they come, and stay in the buffer for the record
            await _end.EndAsync(exchange, call, outcome); // 8. end: the record is written, and only then is the end of the answer released
        }
        finally
        {
            exchange.Call = null;
            exchange.Upstream!.Leave();
            call.Dispose();
            exchange.RequestHeld |= call.HoldsRequest;
        }
    }
}
