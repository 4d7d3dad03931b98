using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Identify;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Record;

/// <summary>5. record: what is put on record of an exchange, from its request to its end, and what is done when that fails.</summary>
internal sealed class ExchangeRecorder(GatewayServices services)
{
    private const int MostHeld = 64 * 1024,
        MostUnended = 32 << 20;
    private const int LongestName = 512;

    /// <summary>
    /// Puts the request on record. Null where the exchange may go on; a refusal where the settings want none that is not on record or
    /// watched.
    /// </summary>
    public Refusal? Begin(Exchange exchange)
    {
        Make(exchange);
        if (exchange.Replayed?.At is { } replayed && services.Served.IsReplayTooLate(replayed))
        {
            return new Refusal(
                409,
                "invalid_request_error",
                "replay_too_late",
                $"This replayed exchange is not taken: {services.Served.Says(replayed)}.",
                OffRecord: true
            );
        }

        services.Served.Take(exchange.Record!.At);
        if (FailurePolicies.Watch(services, exchange) is { } unwatched)
        {
            return unwatched;
        }

        exchange.Ticket = services.Journal.Begin(exchange.Record!);
        exchange.OnRecord = exchange.Ticket != 0;
        return exchange.OnRecord || FailurePolicies.MayGoUnrecorded(services, exchange) ? null : FailurePolicies.Unavailable;
    }

    /// <summary>Moves what the client has of the answer to the journal where much is held.</summary>
    /// <returns>How many bytes the buffer lost at its start.</returns>
    public int Move(Exchange exchange)
    {
        if (exchange.Have < MostHeld || exchange.Sent < exchange.Have / 2)
        {
            return 0;
        }

        if (exchange.EndsWithConnection && exchange.Journaled == 0)
        {
            // of anything else nothing tells whether it is whole
            exchange.EndsWithConnection = JsonWhole.Begins(exchange.Answer.AsSpan(0, exchange.Have));
            if (exchange.EndsWithConnection && exchange.Have < MostUnended)
            {
                return 0;
            }
        }

        Received(exchange, most: MostHeld);
        var record = exchange.Record!;
        var moved = exchange.Sent;
        var part = exchange.Answer.AsSpan(0, moved);
        Own(exchange, part);
        (exchange.Tally ??= new(exchange.Format, record.IsStream)).Feed(part);
        exchange.Ticket = services.Journal.Append(exchange.Ticket, record, part);
        exchange.Journaled += moved;
        exchange.Answer.AsSpan(moved, exchange.Have - moved).CopyTo(exchange.Answer);
        exchange.Have -= moved;
        exchange.Sent = 0;
        exchange.Allowed = Math.Max(0, exchange.Allowed - moved);
        return moved;
    }

    /// <summary>Puts the answer on record. False where it could not be and the settings then want no end of it to be released.</summary>
    public async ValueTask<bool> EndAsync(Exchange exchange)
    {
        exchange.Ended = true;
        var clock = services.Clock;
        var now = clock.GetTimestamp();
        var record = exchange.Record!;
        record.Response = exchange.Answer.AsMemory(0, exchange.Have);
        record.LatencyMs = exchange.Replayed?.LatencyMs ?? clock.Milliseconds(exchange.Began, now);
        record.FirstTokenMs = exchange.FirstByte == 0 ? -1 : clock.Milliseconds(exchange.Began, exchange.FirstByte);
        Own(exchange, exchange.Answer.AsSpan(0, exchange.Have));
        Count(exchange);
        Received(exchange, most: 0);
        var safe = exchange.Ticket != 0 && await services.Journal.EndAsync(exchange.Ticket, record);
        return safe || !exchange.OnRecord || FailurePolicies.MayGoUnrecorded(services, exchange);
    }

    /// <summary>
    /// Puts a refusal to a known key on record; one that is off the record (<see cref="Refusal.OffRecord"/>) is counted only.
    /// </summary>
    public async ValueTask RefusedAsync(Exchange exchange, Refusal refusal, ReadOnlyMemory<byte> body)
    {
        if (exchange.Record == null)
        {
            Make(exchange);
        }

        var record = exchange.Record!;
        if (exchange.Ticket == 0 && !refusal.OffRecord)
        {
            exchange.Ticket = services.Journal.Begin(record);
        }

        record.Status = refusal.Status;
        record.Outcome = record.Outcome == Outcome.Complete ? Outcome.Refused : record.Outcome;
        record.IsStream = false;
        record.Response = body;
        record.LatencyMs = services.Clock.Milliseconds(exchange.Began, services.Clock.GetTimestamp());
        exchange.Ended = true;
        Complete(exchange, AnswerCounts.None);
        await services.Journal.EndAsync(exchange.Ticket, record);
        services.Metrics.Ended(exchange, refusal.Status, services.Clock);
    }

    /// <summary>
    /// Puts what the model server gave on record, where something else is sent, and more than <paramref name="most"/> bytes of it are held.
    /// </summary>
    private void Received(Exchange exchange, int most)
    {
        if (exchange.Changed is { } changed && (changed.Differs || exchange.Journaled > 0 || most > 0) && changed.ReceivedLength > most)
        {
            exchange.Ticket = services.Journal.Append(exchange.Ticket, exchange.Record!, changed.TakeReceived().Span, RecordPart.Received);
        }
    }

    /// <summary>
    /// Counts what was answered, and completes the exchange's features: of what is in memory, so that nobody need read it again.
    /// </summary>
    private void Count(Exchange exchange)
    {
        var record = exchange.Record!;
        var tally = exchange.Tally ?? new AnswerTally(exchange.Format, record.IsStream);
        var isExact = tally.Finish(exchange.Answer.AsSpan(0, exchange.Have));
        var counts = tally.Counts;
        if (!isExact && exchange.Journaled == 0)
        {
            (counts, isExact) = (ExchangeRecordReader.Count(record), true); // a stream that has to be put together
        }

        exchange.Usage = (counts.Tokens.Input, counts.Tokens.Output);
        if (exchange.Usage.Input < 0)
        {
            exchange.Usage.Input = exchange.Format.CountedTokens(exchange.Answer.AsSpan(0, exchange.Have));
        }

        if (isExact)
        {
            Complete(exchange, counts);
        }
    }

    private void Complete(Exchange exchange, in AnswerCounts counts)
    {
        exchange.TakeFeatures();
        if (exchange.HasFeatures && ExchangeRecordReader.IsUsable(exchange.Record!))
        {
            exchange.Record!.Features = services.Features.Complete(ref exchange.Features, exchange.Record, counts);
        }
    }

    /// <summary>Notes whose the response is: of its beginning, which has its id.</summary>
    private void Own(Exchange exchange, ReadOnlySpan<byte> part)
    {
        if (exchange.Format.IsKept && exchange.Journaled == 0 && exchange.Format.IdOf(part, exchange.Record!.IsStream) is { } id)
        {
            services.Owners.Add(id, exchange.Record.Account);
        }
    }

    private void Make(Exchange exchange)
    {
        var http = exchange.Http;
        exchange.Replayed = exchange.Options.ReplayToken == null ? null : ReplayHeaders.Read(http, exchange.Options.ReplayToken);
        exchange.Record = new ExchangeRecord
        {
            Id = exchange.Replayed?.Id ?? exchange.Id,
            At = exchange.Replayed?.At ?? services.Now(),
            Account = exchange.Key!.Account.Name,
            Key = exchange.Key.Id,
            EndUser = exchange.Facts.EndUser is { Length: <= LongestName } user ? user : null,
            Endpoint = http.Request.Path.Value!,
            Dialect = exchange.Format.Dialect,
            Model = exchange.Facts.Model is { Length: <= LongestName } model ? model : null,
            Client = exchange.Replayed?.Client ?? services.Clients.Of(http, exchange.Options),
            Request = exchange.Request.Body,
        };
    }
}
