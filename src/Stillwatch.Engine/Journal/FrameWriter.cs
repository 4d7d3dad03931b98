using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Stillwatch.Engine.Disk;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Writes frames into segments, by way of the <see cref="Staging"/>. A frame's place is given out under a lock that is held for nanoseconds; the thread
/// that brings the frame writes it. A thread of its own, the keeper, moves what counts into the segment, syncs it and closes what is full.
/// </summary>
internal sealed class FrameWriter : IDisposable
{
    private const int MostWait = 5000;   // milliseconds, for the staging to have room

    private readonly JournalOptions _options;
    private readonly TimeProvider _clock;
    private readonly FileCalls _calls;
    private readonly Func<bool> _before;
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<TaskCompletionSource<bool>> _waiting = new();
    private readonly ConcurrentQueue<Segment> _full = new();
    private readonly List<Segment> _held = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _keeper;
    private readonly SegmentFolder _folder;
    private readonly SegmentSource _source;
    private readonly CachedTail _tail;
    private readonly Gap _gap = new();
    private Staging? _staging;
    private Segment? _open;
    private int _last;
    private long _end, _lost, _bytes, _syncs, _syncErrors, _spilled;
    private long _retryAt, _openedAt;
    private long _keptAt;             // position of the first frame that its file did not take; 0 for none
    private int _firstUnclosed;
    private volatile string? _fault, _keeperFault;   // of the disk; of the keeper's last round
    private volatile bool _stopping, _ended;
    private bool _dirty, _closed;

    /// <summary>Begins behind what is in the folder, which must have been repaired.</summary>
    /// <param name="options">Where it writes, and how.</param>
    /// <param name="before">Makes safe what frames need to be of use, before they are synced; says whether it is.</param>
    /// <param name="clock">The present.</param>
    /// <param name="calls">The calls to the system.</param>
    /// <param name="after">A segment that was sealed: numbers go on behind it also where its file is gone.</param>
    /// <exception cref="IOException">The folder cannot be used, or was not repaired.</exception>
    public FrameWriter(JournalOptions options, Func<bool> before, TimeProvider clock, FileCalls calls, int after)
    {
        _options = options;
        _before = before;
        _clock = clock;
        _calls = calls;
        _folder = new SegmentFolder(options);
        _source = new SegmentSource(options, _folder, clock, calls);
        _tail = new CachedTail(calls);
        _last = _folder.Numbers().Append(after).Max();
        FirstSegment = _last + 1;
        _end = Frame.Position(FirstSegment, 0);
        File.Delete(_folder.PathAhead);
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
    /// <param name="written">Exchanges that were written to their end.</param>
    /// <param name="vaultFault">What is wrong with the keys; null where nothing is.</param>
    public JournalState State(long written, string? vaultFault)
    {
        var (open, fault) = (_open, Fault);
        return new(written, Volatile.Read(ref _lost), Volatile.Read(ref _bytes), Volatile.Read(ref _syncs), Volatile.Read(ref _syncErrors), Volatile.Read(ref _spilled), fault ?? vaultFault, fault != null && open?.File == null || vaultFault != null);
    }

    /// <summary>The position behind the last frame that was given out.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Up to which position frames are where readers find them.</summary>
    public long Readable => Volatile.Read(ref _keptAt) is not 0 and var left ? left : _open?.File != null ? _staging!.Position : End;

    /// <summary>The number of the first segment that is not closed and on the disk: all before it can be sealed.</summary>
    public int FirstUnclosed => Volatile.Read(ref _firstUnclosed);

    /// <summary>When the open segment was begun, a timestamp of the clock.</summary>
    public long OpenedAt => Volatile.Read(ref _openedAt);

    /// <summary>Once it is disposed: exchanges and lines whose ends it held in memory, and that no disk took. They are gone.</summary>
    public long LostAtStop { get; private set; }

    /// <summary>What is wrong with the disk; null where nothing is.</summary>
    public string? Fault => _fault ?? _keeperFault;

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
                Open(0);
            }
        }

        _wake.Set();
    }

    /// <summary>Waits until everything written so far is on the disk.</summary>
    /// <returns>Whether it is; false once this is disposed.</returns>
    public Task<bool> SyncAsync()
    {
        var waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(waiting);
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // The keeper has ended: it is answered below.
        }

        if (_ended)
        {
            AnswerLeft();   // who came behind the keeper's last round would wait for ever
        }

        return waiting.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _keeper.Join();
        _ended = true;
        Interlocked.MemoryBarrier();   // who asks either is seen here, or sees that it has ended
        AnswerLeft();
        _wake.Dispose();
    }

    private void AnswerLeft()
    {
        while (_waiting.TryDequeue(out var left))
        {
            left.TrySetResult(false);
        }
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
            room.Commit(wrote, check: 1);   // the frame itself has its check; here it says that it is done
            ArrayPool<byte>.Shared.Return(large);
        }

        if (error != 0)
        {
            Failed(room.Segment!.Number, error);   // not before it is committed: whoever leaves the segment waits for that, with the lock
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
                var fits = _open?.TryReserve(payload, kind, out room) == true || Open(Frame.Size(payload))?.TryReserve(payload, kind, out room) == true;
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
    private void Move()
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

    /// <summary>Leaves the open segment, under the lock: what is staged for it goes into it, or waits with it until it can.</summary>
    /// <param name="last">Whether no other follows: what it does not take stays in the staging, for the next start.</param>
    private void Leave(bool last = false)
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
                spin.SpinOnce();   // whoever writes needs no lock for that
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

        _full.Enqueue(_open);
        _open = null;
    }

    /// <summary>Opens the next segment, with room for <paramref name="least"/> bytes: on the disk, on the second disk, in memory, in that order.</summary>
    private Segment? Open(long least, bool onlyDisk = false)
    {
        var now = _clock.GetTimestamp();
        if (_closed)
        {
            return null;
        }

        if (_open == null && _last > 0 && _fault != null && now < _retryAt)
        {
            return null;   // the keeper tries again; a thousand requests a second need not
        }

        var number = _last + 1;
        var why = SimulateFull ? "the disk is full (simulated)" : null;
        Segment? next = null;
        _staging ??= SimulateFull ? null : Staging.TryOpen(_options.Folder, _options.StagingBytes, _calls, out why);
        if (_staging != null)
        {
            next = SimulateFull ? null : _source.OnDisk(number, least, _staging, out why);
            next ??= _source.OnSecondDisk(number, least, _staging);
        }

        if (next == null && onlyDisk)
        {
            _retryAt = now + _clock.TimestampFrequency / 4;
            return _open;   // what is open stays
        }

        Leave();
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
            WriteGap();
            Volatile.Write(ref _end, Frame.Position(number, _open.Used));
        }

        return _open;
    }

    /// <summary>The journal itself says what it lacks.</summary>
    private void WriteGap()
    {
        if (_gap.IsEmpty || !_open!.TryReserve(Gap.Bytes, FrameKind.Gap, out var room) || room.Segment == null)
        {
            return;
        }

        var payload = room.Payload(Gap.Bytes);
        _gap.Write(payload);
        room.Commit(FrameKind.Gap, Frame.Check(FrameKind.Gap, payload));
        _dirty = true;
    }

    /// <summary>The keeper's thread: syncs for who waits and every so often, closes full segments, saves what is in memory.</summary>
    private void Keep()
    {
        var synced = _clock.GetTimestamp();
        while (!_stopping)
        {
            if (!_wake.WaitOne(Math.Min(Staging.MoveMilliseconds, _options.SyncMilliseconds)) && _clock.GetElapsedTime(synced).TotalMilliseconds < _options.SyncMilliseconds)
            {
                Move();
                continue;
            }

            Guarded();
            synced = _clock.GetTimestamp();
        }

        lock (_gate)
        {
            Leave(last: true);
            _closed = true;
        }

        Guarded();
        foreach (var segment in _held)
        {
            LostAtStop += segment.Unsaved;
            segment.Dispose();
        }

        _tail.Dispose();
        _staging?.Dispose();
        _source.Dispose();
    }

    /// <summary>A round. A fault of the disk that nothing foresaw is told and tried again: it ends neither this thread nor the process.</summary>
    private void Guarded()
    {
        List<TaskCompletionSource<bool>> waiting = [];
        while (_waiting.TryDequeue(out var one))
        {
            waiting.Add(one);
        }

        var safe = false;
        try
        {
            safe = Round(mustSync: waiting.Count > 0);
            _keeperFault = null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _keeperFault = fault.Message;
            lock (_gate)
            {
                _dirty = true;   // what this round did not come to is still to be done
            }
        }
        finally
        {
            foreach (var one in waiting)
            {
                one.TrySetResult(safe);
            }
        }

        MakeAhead();
    }

    /// <summary>Has the file of the next segment made once the open one is half full.</summary>
    private void MakeAhead()
    {
        bool wanted;
        lock (_gate)
        {
            wanted = !SimulateFull && !_stopping && _open is { File: not null, Broken: false } open && open.Used > open.Length / 2;
        }

        if (wanted)
        {
            _source.MakeAhead();
        }
    }

    /// <summary>Moves, closes and syncs what is due.</summary>
    /// <param name="mustSync">Whether somebody waits for it.</param>
    /// <returns>Whether all that was written before is on the disk.</returns>
    private bool Round(bool mustSync)
    {
        Segment? open;
        long end;
        bool dirty;
        lock (_gate)
        {
            open = _open;
            end = _open?.File == null ? 0 : _end;
            dirty = _dirty;
            _dirty = false;
        }

        while (_full.TryDequeue(out var segment))
        {
            _held.Add(segment);
        }

        var safe = MoveTo(end);
        for (var i = _held.Count - 1; i >= 0; i--)
        {
            safe &= Close(_held[i]);
        }

        if (dirty || mustSync)
        {
            safe &= _before();   // keys first: a frame without its key is lost
            safe &= open == null || Sync(open);
            _tail.Advance(open?.Used ?? 0);
        }

        if (!safe)
        {
            lock (_gate)
            {
                _dirty = true;   // who waits next is not told of what this round could not do
            }
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

        return safe;
    }

    /// <summary>Moves on until what was given out before <paramref name="end"/> is in its segment: what others still write takes moments.</summary>
    /// <returns>Whether it is; true also where nothing is staged.</returns>
    private bool MoveTo(long end)
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

    private bool Close(Segment segment)
    {
        if (segment.HasKept)
        {
            if (!segment.WriteKept(_calls))
            {
                return false;
            }

            lock (_gate)
            {
                Volatile.Write(ref _keptAt, _held.Concat(_full).Where(held => held.HasKept).Select(held => Frame.Position(held.Number, Frame.SegmentHeader)).DefaultIfEmpty().Min());
            }
        }

        var safe = Sync(segment);
        if (segment.Busy || segment.File == null && (SimulateFull || !segment.Save(segment.Path, _calls) && (_options.SpillFolder == null || !segment.Save(_folder.SpillPathOf(segment.Number), _calls))))
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
        _tail.Close(segment.Path);
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
                Leave();
                _retryAt = 0;
            }
        }

        return false;
    }
}
