namespace Stillwatch.Engine.Watching;

/// <summary>
/// Saves a live watch every thirty seconds, in slices between exchanges: whoever acts on what the watch says never waits for it. Works on
/// the watch's thread; what it says of itself can be read from any.
/// </summary>
/// <param name="watch">What is saved.</param>
/// <param name="snapshot">Where; null for nowhere.</param>
/// <param name="position">The journal's position as of which it is saved already.</param>
/// <param name="clock">The present.</param>
internal sealed class WatchSaver(JournalWatch watch, WatchSnapshot? snapshot, long position, TimeProvider clock)
{
    /// <summary>How long it rests between two slices.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(4);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(2);

    private SnapshotWriter? _file;
    private bool _tickAsked;
    private bool _isAllWritten;
    private long _filePosition;
    private long _sliceEnded;
    private TimeSpan _longestStop;
    private long _saved = position;
    private long _beganAt = clock.GetTimestamp();
    private long _savedAt = clock.GetTimestamp();

    /// <summary>The journal's position from which on it would be read again; null where nothing is ever saved.</summary>
    public long? Saved => snapshot == null ? null : Volatile.Read(ref _saved);

    /// <summary>
    /// Seconds since what is believed was last saved, or found to be as it is saved; a restart reads about so much of the journal again.
    /// </summary>
    public double AgeSeconds => clock.GetElapsedTime(Volatile.Read(ref _savedAt)).TotalSeconds;

    /// <summary>Seconds for which the watch stood still at a time for the latest save, at most.</summary>
    public double LongestStopSeconds { get; private set; }

    /// <summary>Why it could not be saved the last time; null where it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether a save is under way and not all of it is written.</summary>
    public bool Writes => _file != null && !_isAllWritten;

    /// <summary>The watch begins to read now.</summary>
    public void Start() => _beganAt = _savedAt = clock.GetTimestamp();

    /// <summary>
    /// Begins to save where the last time is long past: asked between any two ticks, under traffic as in its pauses.
    /// </summary>
    /// <param name="at">The position from which on the journal was not taken yet; 0 where what is sealed is read, which has no positions of
    /// the journal.</param>
    public void SaveIfDue(long at)
    {
        if (at == 0 || _file != null || clock.GetElapsedTime(_beganAt) < Every)
        {
            return;
        }

        _beganAt = clock.GetTimestamp();
        if (snapshot == null || at == _saved)
        {
            Volatile.Write(ref _savedAt, _beganAt); // nothing is newer than what is saved
            return;
        }

        (_filePosition, _isAllWritten, _tickAsked) = (at, false, false);
        _file = snapshot.Begin(watch, at);
        _sliceEnded = clock.GetTimestamp();
        _longestStop = clock.GetElapsedTime(_beganAt, _sliceEnded);
    }

    /// <summary>
    /// Whether a tick should be closed, so that there is a moment between two: none ended for twice as long as a save is due. True once.
    /// </summary>
    public bool NeedsTick()
    {
        if (_tickAsked || clock.GetElapsedTime(_beganAt) < 2 * Every)
        {
            return false;
        }

        return _tickAsked = true;
    }

    /// <summary>Goes on with a save that is under way, for two milliseconds in six at most.</summary>
    public void SaveOn()
    {
        if (_file == null)
        {
            return;
        }

        if (_file.Done.IsCompleted)
        {
            End();
            return;
        }

        var began = clock.GetTimestamp();
        if (_isAllWritten || _file.IsBehind || clock.GetElapsedTime(_sliceEnded, began) < Rest)
        {
            return;
        }

        if (watch.SaveOn(() => clock.GetElapsedTime(began) >= Slice))
        {
            _isAllWritten = true;
            _file.Complete();
        }

        _sliceEnded = clock.GetTimestamp();
        var stop = clock.GetElapsedTime(began, _sliceEnded);
        _longestStop = stop > _longestStop ? stop : _longestStop;
    }

    /// <summary>Saves at once: at the end nobody waits for the watch any more.</summary>
    public void SaveAtOnce(long at)
    {
        Abandon();
        if (snapshot != null && at != _saved)
        {
            Fault = snapshot.TrySave(watch, at);
            if (Fault == null)
            {
                Volatile.Write(ref _saved, at);
            }
        }

        Volatile.Write(ref _savedAt, clock.GetTimestamp());
    }

    /// <summary>Gives up a save that is under way.</summary>
    public void Abandon()
    {
        watch.Watch.AbandonSave();
        _file?.Dispose();
        _file = null;
    }

    /// <summary>The file is in its place, or the disk did not take it.</summary>
    private void End()
    {
        Fault = _file!.Done.Result;
        LongestStopSeconds = _longestStop.TotalSeconds;
        if (Fault == null)
        {
            Volatile.Write(ref _saved, _filePosition);
            Volatile.Write(ref _savedAt, _beganAt);
        }

        Abandon();
    }
}
