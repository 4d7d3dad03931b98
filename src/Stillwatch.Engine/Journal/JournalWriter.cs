using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Writes exchanges down. A frame's place is given out under a lock that is held for nanoseconds; the frame is then encrypted straight into the
/// mapped file by the thread that brought it, so that many write at once and none waits for a disk, save in <see cref="Durability.Durable"/>.
/// </summary>
/// <remarks>docs/formats/journal.md has the format, docs/decisions/0006-journal.md the reasons.</remarks>
internal sealed class JournalWriter : IExchangeJournal, IDisposable
{
    private static readonly ValueTask<bool> Safe = new(true), Unsafe = new(false);

    private readonly JournalOptions _options;
    private readonly KeyVault _vault;
    private readonly TimeProvider _clock;
    private readonly FileCalls _calls;
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<TaskCompletionSource<bool>> _waiting = new();
    private readonly ConcurrentQueue<Segment> _full = new();
    private readonly List<Segment> _held = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _keeper;
    private readonly SegmentFolder _folder;
    private Segment? _open;
    private int _last;
    private long _end, _written, _lost, _bytes, _syncs, _syncErrors, _spilled;
    private long _gapCount, _gapFirst, _gapLast;
    private long _retryAt, _openedAt;
    private int _firstUnclosed;
    private volatile string? _fault;        // of the files
    private volatile string? _vaultFault;   // of the keys; gone with the next that can be used
    private volatile bool _stopping;
    private bool _dirty;

    /// <summary>Begins behind what is in the folder, which must have been repaired.</summary>
    /// <param name="options">Where it writes, and how.</param>
    /// <param name="vault">The data keys.</param>
    /// <param name="clock">The present.</param>
    /// <param name="calls">The calls to the system; the real ones where null.</param>
    /// <param name="after">A segment that was sealed: numbers go on behind it also where its file is gone.</param>
    public JournalWriter(JournalOptions options, KeyVault vault, TimeProvider clock, FileCalls? calls = null, int after = 0)
    {
        _options = options;
        _vault = vault;
        _clock = clock;
        _calls = calls ?? FileCalls.Real;
        _folder = new SegmentFolder(options);
        _last = _folder.Numbers().Append(after).Max();
        FirstSegment = _last + 1;
        lock (_gate)
        {
            Open(0);
        }

        _keeper = new Thread(Keep) { IsBackground = true, Name = "journal" };
        _keeper.Start();
    }

    /// <summary>The number of the first segment that this writer began: all before it are whole.</summary>
    public int FirstSegment { get; }

    /// <summary>Set to make every attempt to get disk space fail, for trying out what happens then.</summary>
    public bool SimulateFull { get; set; }

    /// <summary>How it is now.</summary>
    public JournalState State
    {
        get
        {
            var (open, fault, vault) = (_open, _fault, _vaultFault);
            return new(Volatile.Read(ref _written), Volatile.Read(ref _lost), Volatile.Read(ref _bytes), Volatile.Read(ref _syncs), Volatile.Read(ref _syncErrors), Volatile.Read(ref _spilled), fault ?? vault, fault != null && open?.File == null || vault != null);
        }
    }

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

            var size = RecordCodec.BeginSize(record);
            var ticket = Put(FrameKind.Begin, size, (record, key), static (to, from) => RecordCodec.WriteBegin(to, from.record, from.key));
            return ticket != 0 ? ticket : Lost(record);
        }
        catch (IOException fault)
        {
            _vaultFault = fault.Message;
            return Lost(record);
        }
    }

    /// <inheritdoc/>
    public bool WaitsForDisk => _options.Durability == Durability.Durable;

    /// <inheritdoc/>
    public long Append(long ticket, ExchangeRecord record, ReadOnlySpan<byte> part)
    {
        if (ticket == 0)
        {
            return 0;
        }

        try
        {
            var key = _vault.For(record.Account, record.EndUser, record.At);
            var payload = RecordCodec.PartSize(part.Length);
            var segment = Reserve(FrameKind.Part, payload, out var offset);
            if (segment == null)
            {
                return Lost(record);
            }

            var kind = FrameKind.Void;
            try
            {
                RecordCodec.WritePart(segment.Payload(offset, payload), ticket, record.Id, part, key);
                kind = FrameKind.Part;
            }
            finally
            {
                segment.Commit(offset, payload, kind);
            }

            return Frame.Position(segment.Number, offset);
        }
        catch (IOException fault)
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
            var key = _vault.For(record.Account, record.EndUser, record.At);
            var size = RecordCodec.EndSize(record.Response.Length);
            if (Put(FrameKind.End, size, (ticket, record, key), static (to, from) => RecordCodec.WriteEnd(to, from.ticket, from.record, from.key)) == 0)
            {
                Lost(record);
                return Unsafe;
            }
        }
        catch (IOException fault)
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

        var waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(waiting);
        _wake.Set();
        return new ValueTask<bool>(waiting.Task);
    }

    /// <summary>Begins another segment where the open one holds anything, so that what was written can be sealed.</summary>
    public void Rotate()
    {
        lock (_gate)
        {
            if (_open is { Used: > Frame.SegmentHeader, File: not null })
            {
                Open(0);
            }
        }

        _wake.Set();
    }

    /// <summary>The position behind the last frame that was given out.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Exchanges that were written to their end.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>The number of the first segment that is not closed and on the disk: all before it can be sealed.</summary>
    public int FirstUnclosed => Volatile.Read(ref _firstUnclosed);

    /// <summary>When the open segment was begun, a timestamp of the clock.</summary>
    public long OpenedAt => Volatile.Read(ref _openedAt);

    /// <summary>Writes down that the watch closes its tick here.</summary>
    public void CloseTick() => Put(FrameKind.Tick, 0, 0, static (_, _) => { });

    /// <summary>Writes down a line of an exchange log from outside, sealed like an exchange of <paramref name="account"/>.</summary>
    /// <returns>Whether it could be written.</returns>
    public bool Line(string account, EventTime at, ReadOnlyMemory<byte> line)
    {
        try
        {
            var key = _vault.For(account, null, at);
            var written = Put(FrameKind.Line, 8 + line.Length + DataKey.Overhead, (key, line), static (to, from) =>
            {
                BinaryPrimitives.WriteInt64LittleEndian(to, from.key.Id);
                from.key.Seal(from.line.Span, [], to[8..]);
            }) != 0;
            Interlocked.Add(ref _written, written ? 1 : 0);
            return written;
        }
        catch (IOException fault)
        {
            _vaultFault = fault.Message;
            return false;
        }
    }

    /// <summary>Waits until everything written so far is on the disk.</summary>
    /// <returns>Whether it is.</returns>
    public Task<bool> SyncAsync()
    {
        var waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(waiting);
        _wake.Set();
        return waiting.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _keeper.Join();
        _wake.Dispose();
    }

    private long Put<TFrom>(FrameKind kind, int payload, TFrom from, Action<Span<byte>, TFrom> write)
    {
        var segment = Reserve(kind, payload, out var offset);
        if (segment == null)
        {
            return 0;
        }

        var wrote = FrameKind.Void;
        try
        {
            write(segment.Payload(offset, payload), from);
            wrote = kind;
        }
        finally
        {
            segment.Commit(offset, payload, wrote);
        }

        return Frame.Position(segment.Number, offset);
    }

    private Segment? Reserve(FrameKind kind, int payload, out long offset)
    {
        lock (_gate)
        {
            var segment = _open;
            offset = segment?.Reserve(payload, kind) ?? -1;
            if (offset < 0)
            {
                segment = Open(Frame.Size(payload));
                offset = segment?.Reserve(payload, kind) ?? -1;
                if (offset < 0)
                {
                    return null;
                }
            }

            _dirty = true;
            _bytes += Frame.Size(payload);
            Volatile.Write(ref _end, Frame.Position(segment!.Number, segment.Used));
            return segment;
        }
    }

    /// <summary>Opens the next segment, with room for <paramref name="least"/> bytes: on the disk, on the second disk, in memory, in that order.</summary>
    private Segment? Open(long least, bool onlyDisk = false)
    {
        var now = _clock.GetTimestamp();
        if (_open == null && _last > 0 && _fault != null && now < _retryAt)
        {
            return null;   // the keeper tries again; a thousand requests a second need not
        }

        var number = _last + 1;
        var length = Math.Max(_options.SegmentBytes, least + Frame.SegmentHeader);
        string? why = "the disk is full (simulated)";
        Segment? next = null;
        for (var bytes = length; !SimulateFull && next == null && bytes >= Math.Min(length, Math.Max(1 << 20, least + Frame.SegmentHeader)); bytes /= 2)
        {
            next = Segment.OnDisk(number, _folder.PathOf(number), bytes, _calls, out why);
        }

        if (next == null && _options.SpillFolder != null)
        {
            next = Segment.OnDisk(number, _folder.SpillPathOf(number), length, _calls, out _);
        }

        if (next == null && onlyDisk)
        {
            _retryAt = now + _clock.TimestampFrequency / 4;
            return _open;   // what is open stays
        }

        if (_open != null)
        {
            _full.Enqueue(_open);
        }

        _open = next;
        if (_open == null && _spilled + Math.Max(16L << 20, least + Frame.SegmentHeader) <= _options.SpillBytes)
        {
            _open = Segment.InMemory(number, _folder.PathOf(number), Math.Max(16L << 20, least + Frame.SegmentHeader));
            _spilled += _open.Length;
        }

        _fault = why;
        _retryAt = now + _clock.TimestampFrequency / 4;
        if (_open != null)
        {
            _last = number;
            Volatile.Write(ref _openedAt, now);
            WriteGap();
            Volatile.Write(ref _end, Frame.Position(number, _open.Used));
        }

        return _open;
    }

    private long Lost(ExchangeRecord record)
    {
        Interlocked.Increment(ref _lost);
        lock (_gate)
        {
            _gapFirst = _gapCount++ == 0 ? record.At.Micros : _gapFirst;
            _gapLast = record.At.Micros;
        }

        return 0;
    }

    /// <summary>The journal itself says what it lacks.</summary>
    private void WriteGap()
    {
        if (_gapCount == 0 || _open!.Reserve(24, FrameKind.Gap) is var offset && offset < 0)
        {
            return;
        }

        var payload = _open.Payload(offset, 24);
        BinaryPrimitives.WriteInt64LittleEndian(payload, _gapCount);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], _gapFirst);
        BinaryPrimitives.WriteInt64LittleEndian(payload[16..], _gapLast);
        _open.Commit(offset, 24, FrameKind.Gap);
        _gapCount = 0;
    }

    /// <summary>The keeper's thread: syncs for who waits and every so often, closes full segments, saves what is in memory.</summary>
    private void Keep()
    {
        while (!_stopping)
        {
            _wake.WaitOne(_options.SyncMilliseconds);
            Round();
        }

        lock (_gate)
        {
            if (_open != null)
            {
                _full.Enqueue(_open);
                _open = null;
            }
        }

        Round();
        foreach (var segment in _held)
        {
            segment.Dispose();
        }
    }

    private void Round()
    {
        List<TaskCompletionSource<bool>> waiting = [];
        while (_waiting.TryDequeue(out var one))
        {
            waiting.Add(one);
        }

        Segment? open;
        bool dirty;
        lock (_gate)
        {
            open = _open;
            dirty = _dirty;
            _dirty = false;
        }

        while (_full.TryDequeue(out var segment))
        {
            _held.Add(segment);
        }

        var safe = true;
        for (var i = _held.Count - 1; i >= 0; i--)
        {
            safe &= Close(_held[i]);
        }

        if (dirty)
        {
            safe &= _vault.Sync(_calls);   // keys first: a frame without its key is lost
        }

        if (dirty && open != null)
        {
            safe &= Sync(open);
        }

        foreach (var one in waiting)
        {
            one.TrySetResult(safe);
        }

        Volatile.Write(ref _firstUnclosed, _held.Select(segment => segment.Number).Append(open?.Number ?? _last + 1).Min());

        if (_fault != null && !_stopping)
        {
            lock (_gate)
            {
                if (_open == null || _open.Broken)
                {
                    Open(0);   // is there space again?
                }
                else if (_open.File == null && _clock.GetTimestamp() >= _retryAt)
                {
                    Open(0, onlyDisk: true);   // memory holds for now
                }
            }
        }
    }

    private bool Close(Segment segment)
    {
        var safe = Sync(segment);
        if (segment.Busy || segment.File == null && (SimulateFull || !segment.Save(_calls)))
        {
            return safe && segment.File != null;
        }

        if (segment.File == null)
        {
            Interlocked.Add(ref _spilled, -segment.Length);
            safe = true;
        }

        _held.Remove(segment);
        segment.Dispose();
        return safe;
    }

    /// <summary>A failed sync is final for its file: the kernel may have dropped what it could not write, and a second call would not say so.</summary>
    private bool Sync(Segment segment)
    {
        if (segment.File == null || segment.Broken)
        {
            return false;
        }

        var error = _calls.DataSync(segment.File);
        Interlocked.Increment(ref _syncs);
        if (error == 0)
        {
            return true;
        }

        Interlocked.Increment(ref _syncErrors);
        lock (_gate)
        {
            segment.Broken = true;
            _fault = $"{segment.Path} cannot be synced: {Marshal.GetPInvokeErrorMessage(error)}; it takes nothing more";
            if (_open == segment)
            {
                _full.Enqueue(segment);
                _open = null;
                _retryAt = 0;
            }
        }

        return false;
    }
}
