using System.Collections.Concurrent;
using Stillwatch.Engine.Disk;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// The journal's own thread. It moves what counts from the staging into the open segment, syncs for whoever waits and every so often,
/// closes segments that are full, and saves those that are in memory once a disk takes them.
/// </summary>
internal sealed class SegmentKeeper : IDisposable
{
    private readonly FrameWriter _writer;
    private readonly JournalOptions _options;
    private readonly SegmentFolder _folder;
    private readonly Func<bool> _before;
    private readonly TimeProvider _clock;
    private readonly FileCalls _calls;
    private readonly ConcurrentQueue<TaskCompletionSource<bool>> _waiting = new();
    private readonly ConcurrentQueue<Segment> _full = new();
    private readonly List<Segment> _held = [];
    private readonly CachedTail _tail;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private long _syncs,
        _syncErrors;
    private int _firstUnclosed;
    private volatile string? _fault;
    private volatile bool _stopping,
        _ended;

    /// <summary>Prepares it.</summary>
    /// <param name="writer">Whose segments it keeps.</param>
    /// <param name="options">How often it syncs.</param>
    /// <param name="folder">Where segments lie.</param>
    /// <param name="before">Makes safe what frames need to be of use, before they are synced; says whether it is.</param>
    /// <param name="clock">The present.</param>
    /// <param name="calls">The calls to the system.</param>
    public SegmentKeeper(
        FrameWriter writer,
        JournalOptions options,
        SegmentFolder folder,
        Func<bool> before,
        TimeProvider clock,
        FileCalls calls
    )
    {
        (_writer, _options, _folder, _before, _clock, _calls) = (writer, options, folder, before, clock, calls);
        _tail = new CachedTail(calls);
        _thread = new Thread(Keep) { IsBackground = true, Name = "journal" };
    }

    /// <summary>Syncs so far.</summary>
    public long Syncs => Volatile.Read(ref _syncs);

    /// <summary>Those of them that failed.</summary>
    public long SyncErrors => Volatile.Read(ref _syncErrors);

    /// <summary>The number of the first segment that is not closed and on the disk.</summary>
    public int FirstUnclosed => Volatile.Read(ref _firstUnclosed);

    /// <summary>What went wrong in its last round; null where nothing did.</summary>
    public string? Fault => _fault;

    /// <summary>Once it is disposed: exchanges and lines whose ends no disk took.</summary>
    public long LostAtStop { get; private set; }

    /// <summary>Starts its thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Has a round begin now.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Takes a segment that is left. It never waits.</summary>
    public void Take(Segment segment) => _full.Enqueue(segment);

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
            // The thread has ended: it is answered below.
        }

        if (_ended)
        {
            AnswerLeft(); // who came behind the last round would wait for ever
        }

        return waiting.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _ended = true;
        Interlocked.MemoryBarrier(); // who asks either is seen here, or sees that it has ended
        AnswerLeft();
        _wake.Dispose();
        _tail.Dispose();
    }

    private void AnswerLeft()
    {
        while (_waiting.TryDequeue(out var left))
        {
            left.TrySetResult(false);
        }
    }

    /// <summary>The keeper's thread: syncs for who waits and every so often, closes full segments, saves what is in memory.</summary>
    private void Keep()
    {
        var synced = _clock.GetTimestamp();
        while (!_stopping)
        {
            if (
                !_wake.WaitOne(Math.Min(Staging.MoveMilliseconds, _options.SyncMilliseconds))
                && _clock.GetElapsedTime(synced).TotalMilliseconds < _options.SyncMilliseconds
            )
            {
                _writer.Move();
                continue;
            }

            Guarded();
            synced = _clock.GetTimestamp();
        }

        _writer.Finish();
        Guarded();
        foreach (var segment in _held)
        {
            LostAtStop += segment.Unsaved;
            segment.Dispose();
        }
    }

    /// <summary>
    /// A round. A fault of the disk that nothing foresaw is told and tried again: it ends neither this thread nor the process.
    /// </summary>
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
            _fault = null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _fault = fault.Message;
            _writer.MarkDirty(); // what this round did not come to is still to be done
        }
        finally
        {
            foreach (var one in waiting)
            {
                one.TrySetResult(safe);
            }
        }

        _writer.MakeAhead();
    }

    /// <summary>Moves, closes and syncs what is due.</summary>
    /// <param name="mustSync">Whether somebody waits for it.</param>
    /// <returns>Whether all that was written before is on the disk.</returns>
    private bool Round(bool mustSync)
    {
        var (open, end, dirty) = _writer.BeginRound();

        while (_full.TryDequeue(out var segment))
        {
            _held.Add(segment);
        }

        var safe = _writer.MoveTo(end);
        for (var i = _held.Count - 1; i >= 0; i--)
        {
            safe &= Close(_held[i]);
        }

        if (dirty || mustSync)
        {
            safe &= _before(); // keys first: a frame without its key is lost
            safe &= open == null || Sync(open);
            _tail.Advance(open?.Used ?? 0);
        }

        if (!safe)
        {
            _writer.MarkDirty(); // who waits next is not told of what this round could not do
        }

        Volatile.Write(ref _firstUnclosed, _held.Select(segment => segment.Number).Append(open?.Number ?? _writer.Last + 1).Min());

        if (!_stopping)
        {
            _writer.Retry();
        }

        return safe;
    }

    private bool Close(Segment segment)
    {
        if (segment.HasKept)
        {
            if (!segment.WriteKept(_calls))
            {
                return false;
            }

            _writer.FindKept(() => _held.Concat(_full));
        }

        var safe = Sync(segment);
        if (
            segment.Busy
            || segment.File == null
                && (
                    _writer.IsFull
                    || !segment.Save(segment.Path, _calls)
                        && (_options.SpillFolder == null || !segment.Save(_folder.SpillPathOf(segment.Number), _calls))
                )
        )
        {
            return safe && segment.File != null;
        }

        if (segment.File == null)
        {
            _writer.Saved(segment.Length);
            safe = true;
        }

        _held.Remove(segment);
        segment.Dispose();
        _tail.Close(segment.Path);
        return safe;
    }

    /// <summary>
    /// A failed sync is final for its file: the kernel may have dropped what it could not write, and a second call would not say so.
    /// </summary>
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
        _writer.SyncFailed(segment, error);
        return false;
    }
}
