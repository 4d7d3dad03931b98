using System.Buffers;
using System.Runtime.InteropServices;
using Stillwatch.Engine.Disk;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Writes frames into segments, by way of the <see cref="Staging"/>. A frame's place is given out under a lock that is held for
/// nanoseconds; the thread that brings the frame writes it. The <see cref="SegmentKeeper"/>, a thread of its own, moves what counts into
/// the segment, syncs it and closes what is full.
/// </summary>
internal sealed class FrameWriter : IDisposable
{
    private const int MostWait = 5000; // milliseconds, for the staging to have room

    private readonly JournalOptions _options;
    private readonly TimeProvider _clock;
    private readonly FileCalls _calls;
    private readonly IFaults _faults;
    private readonly Lock _gate = new();
    private readonly SegmentKeeper _keeper;
    private readonly SegmentFolder _folder;
    private readonly SegmentSource _source;
    private readonly Gap _gap = new();
    private Staging? _staging;
    private Segment? _open;
    private int _last;
    private long _end,
        _lost,
        _bytes,
        _spilled;
    private long _retryAt,
        _openedAt;
    private long _keptAt; // position of the first frame that its file did not take; 0 for none
    private volatile string? _fault; // of the disk
    private bool _dirty,
        _closed;

    /// <summary>Begins behind what is in the folder, which must have been repaired.</summary>
    /// <param name="options">Where it writes, and how.</param>
    /// <param name="before">Makes safe what frames need to be of use, before they are synced; says whether it is.</param>
    /// <param name="clock">The present.</param>
    /// <param name="calls">The calls to the system.</param>
    /// <param name="faults">Failures that are switched on.</param>
    /// <param name="after">A segment that was sealed: numbers go on behind it also where its file is gone.</param>
    /// <exception cref="IOException">The folder cannot be used, or was not repaired.</exception>
    public FrameWriter(JournalOptions options, Func<bool> before, TimeProvider clock, FileCalls calls, IFaults faults, int after)
    {
        _options = options;
        _clock = clock;
        _calls = calls;
        _faults = faults;
        _folder = new SegmentFolder(options);
        _source = new SegmentSource(options, _folder, clock, calls);
        _keeper = new SegmentKeeper(this, options, _folder, before, clock, calls);
        _last = _folder.Numbers().Append(after).Max();
        FirstSegment = _last + 1;
        _end = Frame.Position(FirstSegment, 0);
        File.Delete(_folder.PathAhead);
        lock (_gate)
        {
            OpenNeedsLock(0);
        }

        _keeper.Start();
    }

    /// <summary>The number of the first segment that this writer began: all before it are whole.</summary>
    public int FirstSegment { get; }

    /// <summary>Whether a full disk is simulated.</summary>
    internal bool IsFull => _faults.Has(Hosting.Fault.DiskFull);

    /// <summary>How it is now.</summary>
    /// <param name="written">Exchanges that were written to their end.</param>
    /// <param name="vaultFault">What is wrong with the keys; null where nothing is.</param>
    public JournalState State(long written, string? vaultFault)
    {
        var (open, fault) = (_open, Fault);
        return new(
            written,
            Volatile.Read(ref _lost),
            Volatile.Read(ref _bytes),
            _keeper.Syncs,
            _keeper.SyncErrors,
            Volatile.Read(ref _spilled),
            fault ?? vaultFault,
            fault != null && open?.File == null || vaultFault != null
        );
    }

    /// <summary>The position behind the last frame that was given out.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Up to which position frames are where readers find them.</summary>
    public long Readable =>
        Volatile.Read(ref _keptAt) is not 0 and var left ? left
        : _open?.File != null ? _staging!.Position
        : End;

    /// <summary>The number of the first segment that is not closed and on the disk: all before it can be sealed.</summary>
    public int FirstUnclosed => _keeper.FirstUnclosed;

    /// <summary>When the open segment was begun, a timestamp of the clock.</summary>
    public long OpenedAt => Volatile.Read(ref _openedAt);

    /// <summary>Once it is disposed: exchanges and lines whose ends it held in memory, and that no disk took. They are gone.</summary>
    public long LostAtStop => _keeper.LostAtStop;

    /// <summary>What is wrong with the disk; null where nothing is.</summary>
    public string? Fault => _fault ?? _keeper.Fault;

    /// <summary>Writes a frame.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="payload">The payload's bytes.</param>
    /// <param name="from">What <paramref name="write"/> writes.</param>
    /// <param name="write">Writes the payload into the room that it is given.</param>
    /// <returns>Its position; 0 where it could not be written.</returns>
    public long Put<TFrom>(FrameKind kind, int payload, TFrom from, Action<Span<byte>, TFrom> write)
        where TFrom : allows ref struct
    {
        var room = Reserve(kind, payload);
        if (room.Segment == null)
        {
            return 0;
        }

        if (room.IsElsewhere)
        {
            return PutElsewhere(room, kind, payload, from, write);
        }

        var bytes = room.Payload(payload);
        var wrote = FrameKind.Void;
        try
        {
            write(bytes, from);
            wrote = kind;
        }
        finally
        {
            room.Commit(wrote, Frame.Check(wrote, bytes));
        }

        return room.Position;
    }

    /// <summary>Counts an exchange that could not be written; the journal itself says so when it can be written again.</summary>
    public void Miss(EventTime at)
    {
        Interlocked.Increment(ref _lost);
        lock (_gate)
        {
            _gap.Add(at);
        }
    }

    /// <summary>Begins another segment where the open one holds anything, so that what was written can be sealed.</summary>
    public void Rotate()
    {
        lock (_gate)
        {
            if (_open is { Used: > Frame.SegmentHeader, File: not null })
            {
                OpenNeedsLock(0);
            }
        }

        _keeper.Wake();
    }

    /// <summary>Waits until everything written so far is on the disk.</summary>
    /// <returns>Whether it is.</returns>
    public Task<bool> SyncAsync() => _keeper.SyncAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _keeper.Dispose();
        _staging?.Dispose();
        _source.Dispose();
    }

    /// <summary>What a round of the keeper begins with; what was written since the last one is its to sync.</summary>
    internal (Segment? Open, long End, bool Dirty) BeginRound()
    {
        lock (_gate)
        {
            var dirty = _dirty;
            _dirty = false;
            return (_open, _open?.File == null ? 0 : _end, dirty);
        }
    }

    /// <summary>What was written is still to be synced.</summary>
    internal void MarkDirty()
    {
        lock (_gate)
        {
            _dirty = true;
        }
    }

    /// <summary>Tries whether there is space again, where the disk took nothing.</summary>
    internal void Retry()
    {
        if (_fault == null)
        {
            return;
        }

        lock (_gate)
        {
            if (_open == null || _open.Broken)
            {
                OpenNeedsLock(0); // is there space again?
            }
            else if (_open.File == null && _clock.GetTimestamp() >= _retryAt)
            {
                OpenNeedsLock(0, onlyDisk: true); // memory holds for now
            }
        }
    }

    /// <summary>Takes nothing more: what is staged goes into its segment, which the keeper gets.</summary>
    internal void Finish()
    {
        lock (_gate)
        {
            LeaveNeedsLock(last: true);
            _closed = true;
        }
    }

    /// <summary>Has the file of the next segment made once the open one is half full.</summary>
    internal void MakeAhead()
    {
        bool wanted;
        lock (_gate)
        {
            wanted = !IsFull && !_closed && _open is { File: not null, Broken: false } open && open.Used > open.Length / 2;
        }

        if (wanted)
        {
            _source.MakeAhead();
        }
    }

    /// <summary>A failed sync of <paramref name="segment"/> is final: nothing more goes into it.</summary>
    internal void SyncFailed(Segment segment, int error)
    {
        lock (_gate)
        {
            segment.Broken = true;
            _fault = $"{segment.Path} cannot be synced: {Marshal.GetPInvokeErrorMessage(error)}; it takes nothing more";
            if (_open == segment)
            {
                LeaveNeedsLock();
                _retryAt = 0;
            }
        }
    }

    /// <summary>
    /// Works out from where on frames are not in their files yet, over <paramref name="held"/>, the segments that were left.
    /// </summary>
    internal void FindKept(Func<IEnumerable<Segment>> held)
    {
        lock (_gate)
        {
            Volatile.Write(
                ref _keptAt,
                held()
                    .Where(segment => segment.HasKept)
                    .Select(segment => Frame.Position(segment.Number, Frame.SegmentHeader))
                    .DefaultIfEmpty()
                    .Min()
            );
        }
    }

    /// <summary>A segment of <paramref name="bytes"/> bytes is in memory no more.</summary>
    internal void Saved(long bytes) => Interlocked.Add(ref _spilled, -bytes);

    /// <summary>The number of the latest segment.</summary>
    internal int Last => _last;

    /// <summary>
    /// Moves on until what was given out before <paramref name="end"/> is in its segment: what others still write takes moments.
    /// </summary>
    /// <returns>Whether it is; true also where nothing is staged.</returns>
    internal bool MoveTo(long end)
    {
        Move();
        for (var waited = 0; end != 0 && _staging!.Position < end; waited++)
        {
            if (waited == MostWait || _open is not { File: not null, Broken: false })
            {
                return false;
            }

            Thread.Sleep(1);
            Move();
        }

        return true;
    }

    /// <summary>Writes a frame that is too large for the staging into its segment.</summary>
    private long PutElsewhere<TFrom>(FrameRoom room, FrameKind kind, int payload, TFrom from, Action<Span<byte>, TFrom> write)
        where TFrom : allows ref struct
    {
        var large = ArrayPool<byte>.Shared.Rent(Frame.Header + payload);
        var (wrote, error) = (FrameKind.Void, 0);
        try
        {
            var frame = large.AsSpan(0, Frame.Header + payload);
            write(frame[Frame.Header..], from);
            Frame.WriteHeader(frame, kind);
            error = _calls.WriteAll(room.Segment!.File!, frame, room.Offset);
            wrote = error == 0 ? kind : FrameKind.Void;
        }
        finally
        {
            room.Commit(wrote, check: 1); // the frame itself has its check; here it says that it is done
            ArrayPool<byte>.Shared.Return(large);
        }

        if (error != 0)
        {
            Failed(room.Segment!.Number, error); // not before it is committed: whoever leaves the segment waits for that, with the lock
            return 0;
        }

        return room.Position;
    }

    private FrameRoom Reserve(FrameKind kind, int payload)
    {
        for (var waited = 0; ; waited++)
        {
            lock (_gate)
            {
                FrameRoom room = default;
                var fits =
                    _open?.TryReserve(payload, kind, out room) == true
                    || OpenNeedsLock(Frame.Size(payload))?.TryReserve(payload, kind, out room) == true;
                if (!fits)
                {
                    return default;
                }

                if (room.Segment != null)
                {
                    _dirty = true;
                    _bytes += Frame.Size(payload);
                    Volatile.Write(ref _end, Frame.Position(room.Segment.Number, room.Segment.Used));
                    return room;
                }
            }

            if (waited == MostWait)
            {
                return default;
            }

            // The staging is full: the disk is slow, or somebody has been writing for long.
            Move();
            if (waited > 0)
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>Moves what counts from the staging into its segment.</summary>
    internal void Move()
    {
        if (_staging is { IsEmpty: false } staging && staging.Move(out var segment) is var error and not 0)
        {
            Failed(segment, error);
        }
    }

    private void Failed(int segment, int error)
    {
        lock (_gate)
        {
            if (_open is { File: not null } && _open.Number == segment)
            {
                _open.Broken = true;
                _fault = $"{_open.Path} cannot be written: {Marshal.GetPInvokeErrorMessage(error)}; it takes nothing more";
            }
        }
    }

    /// <summary>Leaves the open segment: what is staged for it goes into it, or waits with it until it can.</summary>
    /// <param name="last">Whether no other follows: what it does not take stays in the staging, for the next start.</param>
    private void LeaveNeedsLock(bool last = false)
    {
        if (_open == null)
        {
            return;
        }

        if (_open.File != null)
        {
            var spin = new SpinWait();
            while (_open.Busy)
            {
                spin.SpinOnce(); // whoever writes needs no lock for that
            }

            if (_staging!.Move(out _) != 0)
            {
                _open.Broken = true;
                if (!last)
                {
                    var left = _staging.TakeOut();
                    _open.Keep(left);
                    Volatile.Write(ref _keptAt, _keptAt != 0 ? _keptAt : Frame.Position(_open.Number, left[0].Offset));
                }
            }
        }

        _keeper.Take(_open);
        _open = null;
    }

    /// <summary>
    /// Opens the next segment, with room for <paramref name="least"/> bytes: on the disk, on the second disk, in memory, in that order.
    /// </summary>
    private Segment? OpenNeedsLock(long least, bool onlyDisk = false)
    {
        var now = _clock.GetTimestamp();
        if (_closed)
        {
            return null;
        }

        if (_open == null && _last > 0 && _fault != null && now < _retryAt)
        {
            return null; // the keeper tries again; a thousand requests a second need not
        }

        var number = _last + 1;
        var why = IsFull ? "the disk is full (simulated)" : null;
        Segment? next = null;
        _staging ??= IsFull ? null : Staging.TryOpen(_options.Folder, _options.StagingBytes, _calls, out why);
        if (_staging != null)
        {
            next = IsFull ? null : _source.OnDisk(number, least, _staging, out why);
            next ??= _source.OnSecondDisk(number, least, _staging);
        }

        if (next == null && onlyDisk)
        {
            _retryAt = now + _clock.TimestampFrequency / 4;
            return _open; // what is open stays
        }

        LeaveNeedsLock();
        _open = next;
        if (_open != null)
        {
            _staging!.Begin(number, _open.File!, _open.Used);
        }

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
            _dirty |= _gap.WriteTo(_open);
            Volatile.Write(ref _end, Frame.Position(number, _open.Used));
        }

        return _open;
    }
}
