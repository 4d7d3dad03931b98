using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// What is done at start, before anything is written: what was left in the staging is put into its segment, torn frames are counted, and
/// exchanges whose end was never written are ended as broken off, so that each request that was forwarded is on record.
/// </summary>
internal static class JournalRepair
{
    /// <summary>Reads what is there and ends what was left open.</summary>
    /// <param name="options">The journal.</param>
    /// <param name="vault">The data keys.</param>
    /// <param name="clock">Passed on to the writer.</param>
    /// <param name="from">From which position on exchanges may be open; 0 for all.</param>
    /// <param name="signals">Takes the lines of all signals that are there, with their positions; null where nobody wants them.</param>
    /// <returns>How many frames were torn and how many exchanges were ended.</returns>
    public static (long Torn, int Ended) Run(
        JournalOptions options,
        KeyVault vault,
        TimeProvider clock,
        long from = 0,
        List<(long Position, ReadOnlyMemory<byte> Line)>? signals = null
    )
    {
        for (var tries = 0; !StagingRecovery.Run(options, FileCalls.Real); tries++)
        {
            if (tries == 50)
            {
                throw new IOException(
                    $"{Path.Combine(options.Folder, Staging.FileName)} cannot be opened: another process holds it, or it belongs to "
                        + $"another user"
                );
            }

            Thread.Sleep(100); // somebody who reads the journal does it
        }

        var open = new Dictionary<long, long>(); // the last frame of an exchange → its beginning
        long torn;
        using (var reader = new JournalReader(options, vault, from) { Finished = true })
        {
            while (reader.Next(out var kind, out var payload, out var at))
            {
                if (kind == FrameKind.Begin)
                {
                    open[at] = at;
                }
                else if (
                    (kind.IsBetween() || kind == FrameKind.End)
                    && open.Remove(RecordCodec.Before(payload), out var begin)
                    && kind != FrameKind.End
                )
                {
                    open[at] = begin;
                }
                else if (kind == FrameKind.Signal)
                {
                    signals?.Add((at, SignalFrame.Read(payload)));
                }
            }

            torn = reader.Torn;
        }

        if (open.Count > 0)
        {
            using var reader = new JournalReader(options, vault) { Finished = true };
            using var writer = new JournalWriter(options with { Durability = Durability.Durable }, vault, clock);
            foreach (var (last, begin) in open.OrderBy(pair => pair.Key))
            {
                if (reader.At(begin, out _, out var payload))
                {
                    var record = RecordCodec.ReadBegin(payload, vault, out var key, out _);
                    record.Outcome = Outcome.UpstreamCut;
                    record.IsStream = true;
                    record.Journaled = key;
                    if (key != null)
                    {
                        _ = writer.EndAsync(last, record).AsTask();
                    }
                }
            }

            writer.Frames.SyncAsync().GetAwaiter().GetResult();
        }

        return (torn, open.Count);
    }
}
