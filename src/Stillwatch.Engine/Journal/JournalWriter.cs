using System.Buffers.Binary;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Writes exchanges down: makes frames of them, encrypted straight into their place by the thread that brought them, so that many write at
/// once and none waits for a disk, save in <see cref="Durability.Durable"/>. <see cref="FrameWriter"/> keeps them.
/// </summary>
/// <remarks>docs/formats/journal.md has the format, docs/decisions/0006-journal.md the reasons.</remarks>
internal sealed class JournalWriter : IExchangeJournal, IDisposable
{
    private static readonly ValueTask<bool> Safe = new(true),
        Unsafe = new(false);

    private readonly JournalOptions _options;
    private readonly KeyVault _vault;
    private readonly FrameWriter _frames;
    private long _written;
    private volatile string? _vaultFault; // gone with the next key that can be used

    /// <summary>Begins behind what is in the folder, which must have been repaired.</summary>
    /// <param name="options">Where it writes, and how.</param>
    /// <param name="vault">The data keys.</param>
    /// <param name="clock">The present.</param>
    /// <param name="calls">The calls to the system; the real ones where null.</param>
    /// <param name="after">A segment that was sealed: numbers go on behind it also where its file is gone.</param>
    /// <param name="faults">Failures that are switched on; none where null.</param>
    public JournalWriter(
        JournalOptions options,
        KeyVault vault,
        TimeProvider clock,
        FileCalls? calls = null,
        int after = 0,
        IFaults? faults = null
    )
    {
        _options = options;
        _vault = vault;
        calls ??= FileCalls.Real;
        // keys first: a frame without its key is lost
        _frames = new FrameWriter(options, () => vault.Sync(calls), clock, calls, faults ?? NoFaults.Instance, after);
    }

    /// <summary>Where its frames go.</summary>
    public FrameWriter Frames => _frames;

    /// <summary>How it is now.</summary>
    public JournalState State => _frames.State(Volatile.Read(ref _written), _vaultFault);

    /// <summary>Exchanges that were written to their end.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <inheritdoc/>
    public long Begin(ExchangeRecord record)
    {
        try
        {
            var key = _vault.For(record.Account, record.EndUser, record.At);
            if (_vaultFault != null)
            {
                _vaultFault = null;
            }

            record.Journaled = key;
            var size = RecordCodec.BeginSize(record);
            var ticket = _frames.Put(FrameKind.Begin, size, (record, key), static (to, from) =>
                RecordCodec.WriteBegin(to, from.record, from.key)
            );
            return ticket != 0 ? ticket : Lost(record);
        }
        catch (Exception fault) when (IsOfKey(fault))
        {
            _vaultFault = fault.Message;
            return Lost(record);
        }
    }

    /// <inheritdoc/>
    public bool WaitsForDisk => _options.Durability == Durability.Durable;

    /// <inheritdoc/>
    public long Append(long ticket, ExchangeRecord record, ReadOnlySpan<byte> part, RecordPart of = RecordPart.Answer)
    {
        if (ticket == 0)
        {
            return 0;
        }

        try
        {
            var key = KeyOf(record);
            var next = _frames.Put(
                of switch
                {
                    RecordPart.Received => FrameKind.Received,
                    RecordPart.Forwarded => FrameKind.Forwarded,
                    _ => FrameKind.Part,
                },
                RecordCodec.PartSize(part.Length),
                new PartOf(ticket, record.Id, part, key),
                static (to, from) => RecordCodec.WritePart(to, from.Before, from.Id, from.Bytes, from.Key)
            );
            return next != 0 ? next : Lost(record);
        }
        catch (Exception fault) when (IsOfKey(fault))
        {
            _vaultFault = fault.Message;
            return Lost(record);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> EndAsync(long ticket, ExchangeRecord record)
    {
        if (ticket == 0)
        {
            return Unsafe;
        }

        try
        {
            var key = KeyOf(record);
            var size = RecordCodec.EndSize(record);
            if (
                _frames.Put(FrameKind.End, size, (ticket, record, key), static (to, from) =>
                    RecordCodec.WriteEnd(to, from.ticket, from.record, from.key)
                ) == 0
            )
            {
                Lost(record);
                return Unsafe;
            }
        }
        catch (Exception fault) when (IsOfKey(fault))
        {
            _vaultFault = fault.Message;
            Lost(record);
            return Unsafe;
        }

        Interlocked.Increment(ref _written);
        if (!WaitsForDisk)
        {
            return Safe;
        }

        return new ValueTask<bool>(_frames.SyncAsync());
    }

    /// <summary>Writes down that the watch closes its tick here.</summary>
    public void CloseTick() => _frames.Put(FrameKind.Tick, 0, 0, static (_, _) => { });

    /// <summary>Writes down a signal's line.</summary>
    /// <returns>Whether it could be written.</returns>
    public bool Signal(byte[] line) =>
        _frames.Put(FrameKind.Signal, SignalFrame.Size(line.Length), line, static (to, from) => SignalFrame.Write(to, from)) != 0;

    /// <summary>Writes down a line of an exchange log from outside, sealed like an exchange of <paramref name="account"/>.</summary>
    /// <returns>Whether it could be written.</returns>
    public bool Line(string account, EventTime at, ReadOnlyMemory<byte> line)
    {
        try
        {
            var key = _vault.For(account, null, at);
            var written = _frames.Put(FrameKind.Line, 8 + line.Length + DataKey.Overhead, (key, line), static (to, from) =>
                {
                    BinaryPrimitives.WriteInt64LittleEndian(to, from.key.Id);
                    from.key.Seal(from.line.Span, [], to[8..]);
                }) != 0;
            Interlocked.Add(ref _written, written ? 1 : 0);
            return written;
        }
        catch (Exception fault) when (IsOfKey(fault))
        {
            _vaultFault = fault.Message;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _frames.Dispose();

    /// <summary>
    /// The key that the exchange began with. All of it is sealed under one key, also where its end user gets a key of its own meanwhile. A
    /// destroyed key is followed by a new one.
    /// </summary>
    private DataKey KeyOf(ExchangeRecord record)
    {
        if (record.Journaled is not DataKey { IsDestroyed: false } key)
        {
            record.Journaled = key = _vault.For(record.Account, record.EndUser, record.At);
        }

        return key;
    }

    /// <summary>The vault cannot be used, or the key was destroyed in this moment.</summary>
    private static bool IsOfKey(Exception fault) => fault is IOException or ObjectDisposedException;

    private long Lost(ExchangeRecord record)
    {
        _frames.Miss(record.At);
        return 0;
    }

    private readonly ref struct PartOf(long before, string id, ReadOnlySpan<byte> bytes, DataKey key)
    {
        public long Before => before;

        public string Id => id;

        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public DataKey Key => key;
    }
}
