namespace Stillwatch.Exchanges;

/// <summary>
/// Where the tap puts exchanges on record. Safe for use from many threads. What is written is copied before a call returns, so that buffers
/// can be used again.
/// </summary>
public interface IExchangeJournal
{
    /// <summary>Whether <see cref="EndAsync"/> waits for a disk.</summary>
    bool WaitsForDisk { get; }

    /// <summary>Writes down a request before it is forwarded.</summary>
    /// <param name="record">The exchange so far: all but the answer.</param>
    /// <returns>A ticket for the calls that follow; 0 where nothing could be written.</returns>
    long Begin(ExchangeRecord record);

    /// <summary>Writes down a part of an exchange that is still going on.</summary>
    /// <param name="ticket">What <see cref="Begin"/> or the last <see cref="Append"/> gave.</param>
    /// <param name="record">The exchange.</param>
    /// <param name="part">The bytes since the last call for the same thing.</param>
    /// <param name="of">What they are of.</param>
    /// <returns>The ticket for the calls that follow; 0 where it could not be written.</returns>
    long Append(long ticket, ExchangeRecord record, ReadOnlySpan<byte> part, RecordPart of = RecordPart.Answer);

    /// <summary>Writes down the end; what it returns completes when the record is as safe as the mode promises.</summary>
    /// <param name="ticket">What <see cref="Begin"/> or the last <see cref="Append"/> gave; 0 where that could not be written: then nothing
    /// is.</param>
    /// <param name="record">The exchange; its <see cref="ExchangeRecord.Response"/> is what was not appended before.</param>
    /// <returns>Whether it is safe.</returns>
    ValueTask<bool> EndAsync(long ticket, ExchangeRecord record);
}
