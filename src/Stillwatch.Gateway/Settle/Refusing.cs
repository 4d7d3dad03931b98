using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Gateway.Record;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Settle;

/// <summary>Tells a client that its request goes no further, in its dialect; that is on record where the key is known.</summary>
internal sealed class Refusing(GatewayServices services, ExchangeRecorder recorder)
{
    private const int MostDrained = 64 * 1024;

    /// <summary>Answers with <paramref name="refusal"/>.</summary>
    public async ValueTask RefuseAsync(Exchange exchange, Refusal refusal)
    {
        services.Metrics.Refused(refusal.Code ?? refusal.Type);
        if (!exchange.Taken && (exchange.Http.Request.ContentLength ?? long.MaxValue) > MostDrained)
        {
            exchange.Http.Response.Headers.Connection = "close"; // the body is not waited for
        }

        if (!exchange.Options.ResponseHeaders.IsNone)
        {
            exchange.Options.ResponseHeaders.Apply(exchange.Http.Response.Headers);
        }

        var body = Disclosed(exchange, refusal) ?? ErrorWriter.Write(exchange.Http, refusal, exchange.Format, exchange.Id);
        if (exchange.Key != null)
        {
            await recorder.RefusedAsync(exchange, refusal, body);
        }

        if (!exchange.ClientGone)
        {
            await exchange.Http.Response.Body.WriteAsync(body);
        }
    }

    /// <summary>
    /// The refusal as the dialect's own, which client libraries hand to their caller as a refusal and not as a fault; null where it is
    /// none,
    /// or the dialect has none.
    /// </summary>
    private byte[]? Disclosed(Exchange exchange, Refusal refusal)
    {
        if (
            refusal.Disclosure is not { InDialect: true } disclosure
            || exchange.Format.Disclosed(
                new DisclosedRefusal(
                    disclosure.ReasonCode,
                    "frontier_llm",
                    disclosure.Reference,
                    refusal.Message,
                    disclosure.Appeal,
                    exchange.Id,
                    exchange.Facts.Model ?? "",
                    services.Now()
                ),
                exchange.Facts.Stream || exchange.Format.StreamsAt(exchange.Http.Request.Path.Value!)
            )
                is not { } answer
        )
        {
            return null;
        }

        var response = exchange.Http.Response;
        ErrorWriter.Tell(response.Headers, disclosure);
        (response.StatusCode, response.ContentType, response.ContentLength) = (answer.Status, answer.ContentType, answer.Body.Length);
        return answer.Body;
    }

    /// <summary>A fault of ours: it is logged, the client is told, the record comes to its end.</summary>
    public async ValueTask FailAsync(Exchange exchange, Exception fault)
    {
        ExchangeLog.Fault(services.Log, exchange.Id, fault);
        exchange.LetGo();
        if (exchange.Ended)
        {
            exchange.Http.Abort(); // it is on record with its end
            return;
        }

        if (exchange.Record is { } record)
        {
            record.Outcome = Outcome.UpstreamCut;
        }

        if (exchange.Http.Response.HasStarted)
        {
            await recorder.EndAsync(exchange);
            exchange.Http.Abort();
            return;
        }

        exchange.Restart();
        await RefuseAsync(
            exchange,
            new Refusal(
                500,
                "server_error",
                "internal_error",
                "The gateway failed on this request. It is in its log under the id of this request.",
                RetryAfter: 1
            )
        );
    }
}
