using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Record;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Tap;

/// <summary>8. end: on record first, then the rest of the answer. A truncated answer never ends cleanly.</summary>
internal sealed class AnswerEnd(GatewayServices services, ExchangeRecorder recorder)
{
    private const int Tail = 4096;

    /// <summary>Ends an answer that was passed on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask EndAsync(Exchange exchange, UpstreamCall call, Outcome outcome)
    {
        var http = exchange.Http;
        if (outcome == Outcome.Complete && call.IsEventStream && (exchange.End.Error || !Finished(exchange)))
        {
            outcome = Outcome.UpstreamCut; // some clients take an error in a stream that ends cleanly for success
        }

        if (
            outcome == Outcome.Complete
            && exchange.EndsWithConnection
            && (exchange.Journaled > 0 || !JsonWhole.IsOne(exchange.Answer.AsSpan(0, exchange.Have)))
        )
        {
            outcome = Outcome.UpstreamCut; // a body without a length: only its own braces tell whether it is whole
        }

        exchange.Record!.Outcome = exchange.Outcome = outcome;
        var whole = outcome == Outcome.Complete;
        if (!await recorder.EndAsync(exchange))
        {
            outcome = Outcome.UpstreamCut;
        }

        exchange.Record.Outcome = outcome;
        services.Metrics.Ended(exchange, call.Status, services.Clock);
        if (outcome == Outcome.Complete)
        {
            if (exchange.Have > exchange.Sent)
            {
                http.Response.BodyWriter.Write(exchange.Answer.AsSpan(exchange.Sent, exchange.Have - exchange.Sent));
                if (exchange.Sent + exchange.Journaled > 0 && http.Response.ContentLength != null)
                {
                    await FlushAsync(http); // the server ends a chunked answer with a flush, but takes one with a length for sent
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
            return; // a body that is shorter than it said is an error to every reader
        }

        var refusal =
            outcome == Outcome.Timeout
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
            // the server hands it to the socket from another loop; an abort would overtake it
            await Task.Delay(TimeSpan.FromMilliseconds(20), services.Clock);
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client went first.
        }
    }

    /// <summary>Whether a stream that its server ended without saying so was finished all the same.</summary>
    private static bool Finished(Exchange exchange)
    {
        if (exchange.End.Seen || exchange.End.EndsOpen)
        {
            return true;
        }

        if (exchange.Format.HasNoEndMark)
        {
            return exchange.Reasons >= exchange.Facts.Count;
        }

        return exchange.Facts is { Count: 1, Prompts: 1 }
            && exchange.Format.GivesReason(exchange.Answer.AsSpan(Math.Max(0, exchange.Have - Tail), Math.Min(Tail, exchange.Have)));
    }
}
