using System.Buffers;
using System.Runtime.CompilerServices;
using Stillwatch.Exchanges;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Record;

namespace Stillwatch.Gateway.Tap;

/// <summary>7. tap: what comes goes on at once, save the end; all of it stays for the record.</summary>
internal sealed class AnswerTap(GatewayServices services, ExchangeRecorder recorder)
{
    private const int Overlap = 64; // a name and the white space behind it may come in two pieces

    /// <summary>Passes an answer on until it ends or breaks off.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Outcome> PassAsync(Exchange exchange, UpstreamCall call)
    {
        var writer = exchange.Http.Response.BodyWriter;
        var passed = 0; // bytes of the buffer that were looked at
        await using var answer = new AnswerReader(exchange, call, recorder);
        try
        {
            while (true)
            {
                var piece = exchange.Answer.AsSpan(passed, exchange.Have - passed);
                int allowed;
                if (call.IsEventStream)
                {
                    allowed = passed + (piece.Length > 0 ? exchange.End.Feed(piece) : 0);
                    if (exchange.Format.HasNoEndMark && piece.Length > 0)
                    {
                        var from = Math.Max(0, passed - Overlap);
                        exchange.Reasons += exchange.Format.Reasons(exchange.Answer.AsSpan(from, exchange.Have - from), passed - from);
                    }

                    allowed = exchange.End.Seen || exchange.End.EndsOpen ? Math.Max(exchange.Sent, allowed) : exchange.Have;
                }
                else
                {
                    allowed = call.Ended ? exchange.Sent : passed; // the piece that may be the last is held back
                }

                (passed, exchange.Allowed) = (exchange.Have, allowed);
                var ended = call.Ended; // as of what was looked at: a read that has begun may find the end while this is passed on
                if (!ended && !exchange.End.Complete && answer.TryReadMore())
                {
                    continue; // what was there at once goes on at once
                }

                // else all of it goes with the end, at once
                if (allowed > exchange.Sent && !ended && (!exchange.End.Complete || exchange.End.Error || services.Journal.WaitsForDisk))
                {
                    writer.Write(exchange.Answer.AsSpan(exchange.Sent, allowed - exchange.Sent));
                    exchange.Sent = allowed;
                    exchange.Wait(services.Clock, Phase.Client);
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

                exchange.Wait(services.Clock, Phase.Answer);
                passed -= await answer.ReadAsync();
            }
        }
        catch (UpstreamException)
        {
            return exchange.End.Seen && !exchange.ClientGone && exchange.TimedOut == Phase.None ? Outcome.Complete : exchange.BrokenOff;
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or InvalidOperationException)
        {
            return Outcome.ClientGone; // the connection to the client broke as it was written to
        }
    }
}
