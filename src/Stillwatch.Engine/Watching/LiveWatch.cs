using System.Collections.Concurrent;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Engine.Journal;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;
using Stillwatch.Signals;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// The watch as the traffic flows. Its queue is the journal: an exchange never waits for it, and nothing that is on record is missed,
/// however far behind it falls. It runs on a thread of its own, of low priority: customers come first, and the lag is shown.
/// </summary>
internal sealed class LiveWatch : IFlaggedAccounts, IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(20),
        SaveEvery = TimeSpan.FromSeconds(30);

    // A thread of low priority that has the processor keeps it for as long as ten milliseconds, whoever else wakes up. So it gives it back
    // by itself.
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(0.5),
        Breath = TimeSpan.FromMilliseconds(4),
        Traffic = TimeSpan.FromMilliseconds(200);

    // So far behind, it takes more, and then all that it gets: of an exchange it needs a few microseconds, and whoever acts on what it says
    // wants it within a second.
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(0.2),
        FarBehind = TimeSpan.FromSeconds(0.6),
        ShortBreath = TimeSpan.FromMilliseconds(1);

    private const int MostTries = 100; // at the end: two seconds

    // What is believed is saved in slices between exchanges, so that whoever acts on what the watch says never waits for it.
    private static readonly TimeSpan SaveSlice = TimeSpan.FromMilliseconds(2),
        SaveRest = TimeSpan.FromMilliseconds(4);

    private readonly JournalWriter _journal;
    private readonly JournalReader _reader;
    private readonly JournalWatch _watch;
    private readonly TimeProvider _clock;
    private readonly ConcurrentQueue<Action<JournalWatch>> _questions = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly ConcurrentDictionary<string, bool> _flagged = new(StringComparer.Ordinal);
    private readonly SignalLog _signals;
    private volatile WatchState _state = new(Running: true, 0, 0, 0, 0, 0, 0, null, null);
    private volatile bool _stopping,
        _ended;
    private readonly WatchSaver _saver;
    private readonly IEnumerable<JournalEntry> _before;
    private long _lastServed,
        _atEnd,
        _sliceBegan,
        _written,
        _writtenAt;

    /// <summary>Begins to read where <paramref name="reader"/> stands, with what <paramref name="watch"/> believes.</summary>
    /// <param name="journal">Where it writes down that it closes a tick.</param>
    /// <param name="reader">Where it reads.</param>
    /// <param name="watch">What is believed so far.</param>
    /// <param name="clock">The present.</param>
    /// <param name="signals">Where what it says is put on record.</param>
    /// <param name="snapshot">Where it saves its state; null for nowhere.</param>
    /// <param name="before">What stands before the reader's position and was not taken yet; read first.</param>
    public LiveWatch(
        JournalWriter journal,
        JournalReader reader,
        JournalWatch watch,
        TimeProvider clock,
        SignalLog signals,
        WatchSnapshot? snapshot = null,
        IEnumerable<JournalEntry>? before = null
    )
    {
        _before = before ?? [];
        _saver = new WatchSaver(watch, snapshot, reader.Position, clock);
        _journal = journal;
        _reader = reader;
        _watch = watch;
        _clock = clock;
        _signals = signals;
        _watch.Happened = Happened;
        _watch.BetweenTicks = _saver.SaveIfDue;
        foreach (var account in _watch.Found.Flagged.Keys)
        {
            _flagged[_watch.Names[account.Value]] = true;
        }

        _lastServed = watch.LastServed.Micros;
        _atEnd = clock.GetTimestamp();
        _thread = new Thread(Run)
        {
            IsBackground = true,
            Name = "watch",
            Priority = ThreadPriority.BelowNormal,
        };
    }

    /// <summary>Failures that are switched on, for trying out what happens then; it catches up when they are switched off.</summary>
    public IFaults Faults { get; init; } = NoFaults.Instance;

    private bool IsDead => Faults.Has(Fault.WatchDead);

    /// <summary>How it is.</summary>
    public WatchState State =>
        _state with
        {
            LagSeconds = _state.LagSeconds > 0 ? _clock.GetElapsedTime(Volatile.Read(ref _atEnd)).TotalSeconds : 0,
            Running = IsWatching,
        };

    /// <inheritdoc/>
    public bool IsWatching => !IsDead && _state.Fault == null && !_stopping;

    /// <summary>Entries that could not be read or taken; they are on record all the same.</summary>
    public long Unreadable { get; private set; }

    /// <summary>What was wrong with the last of them; null where nothing was.</summary>
    public string? LastFault { get; private set; }

    /// <summary>From where on it needs the journal, were it to start anew: what lies before may be removed once it is sealed.</summary>
    public long Needed => _saver.Saved ?? _reader.Position;

    /// <summary>How saving goes.</summary>
    public WatchSaver Saver => _saver;

    /// <summary>The time of the latest exchange that it took and that the gateway served itself.</summary>
    public EventTime LastServed => new(Volatile.Read(ref _lastServed));

    /// <summary>Starts its thread.</summary>
    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public bool IsFlagged(string account) => _flagged.ContainsKey(account);

    /// <summary>Asks what is believed; the answer is given between two exchanges.</summary>
    public Task<TAnswer> AskAsync<TAnswer>(Func<JournalWatch, TAnswer> question)
    {
        var answer = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions.Enqueue(watch =>
        {
            try
            {
                answer.SetResult(question(watch));
            }
            catch (Exception fault)
            {
                answer.SetException(fault);
            }
        });
        if (_ended)
        {
            lock (_questions)
            {
                Answer(); // nobody else works on what is believed any more
            }
        }
        else
        {
            _wake.Set();
        }

        return answer.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _reader.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        ThreadNice.Lower();
        try
        {
            var open = false; // whether exchanges came since the last tick was closed
            var lastEntry = _clock.GetTimestamp();
            var lastTold = 0L;
            _saver.Start();
            foreach (var entry in _before)
            {
                if (_stopping)
                {
                    return;
                }

                Answer();
                _saver.SaveOn();
                Take(entry);
                Breathe(_clock.GetTimestamp());
                open = entry.Kind != JournalEntryKind.Tick;
                if (_clock.GetElapsedTime(lastTold).TotalMilliseconds > 250)
                {
                    lastTold = _clock.GetTimestamp();
                    Tell(behind: true);
                }
            }

            while (!_stopping)
            {
                Answer();
                _saver.SaveOn();
                if (!IsDead && Next(out var entry))
                {
                    lastEntry = _clock.GetTimestamp();
                    Breathe(lastEntry);
                    open =
                        entry.Kind != JournalEntryKind.Tick && (entry.Kind is JournalEntryKind.Exchange or JournalEntryKind.Line || open);
                    if (_clock.GetElapsedTime(lastTold, lastEntry).TotalMilliseconds > 250)
                    {
                        lastTold = lastEntry;
                        Tell(behind: true);
                    }

                    continue;
                }

                if (!IsDead)
                {
                    Volatile.Write(ref _atEnd, _clock.GetTimestamp());
                    if (open && _clock.GetElapsedTime(lastEntry).TotalSeconds >= 1)
                    {
                        // Where it is closed is written down, so that whoever reads the journal later closes it there too.
                        _journal.CloseTick();
                        open = false;
                        continue;
                    }
                }

                if (_watch.Watch.IsBetweenTicks)
                {
                    _saver.SaveIfDue(_reader.Position);
                }

                Tell(behind: IsDead);
                _wake.WaitOne(_saver.Writes ? WatchSaver.Rest : Idle);
            }

            if (open && !IsDead)
            {
                _journal.CloseTick(); // so that its state can be saved: whoever reads the journal later closes it there too
                for (var tries = 0; tries < MostTries && !_watch.Watch.IsBetweenTicks; )
                {
                    if (!Next(out _))
                    {
                        tries++;
                        Thread.Sleep(Idle); // what was written comes to where readers find it within moments
                    }
                }
            }

            if (_watch.Watch.IsBetweenTicks)
            {
                _saver.SaveAtOnce(_reader.Position);
            }
        }
        catch (Exception fault)
        {
            _state = _state with { Fault = fault.Message }; // a bug: the exchanges go on, and the console shows it
        }
        finally
        {
            _saver.Abandon();
            _ended = true;
            lock (_questions)
            {
                Answer(); // whoever still asks is told what is believed now
            }
        }
    }

    /// <summary>
    /// Sleeps for a moment where it has worked for one and exchanges come, or came until just now: whoever waits for this processor writes
    /// none.
    /// </summary>
    private void Breathe(long now)
    {
        if (_clock.GetElapsedTime(_sliceBegan, now) < Slice)
        {
            return;
        }

        var written = _journal.Written;
        if (written != _written)
        {
            (_written, _writtenAt) = (written, now);
        }

        var lag = _clock.GetElapsedTime(Volatile.Read(ref _atEnd), now);
        if (_clock.GetElapsedTime(_writtenAt, now) < Traffic && lag < FarBehind)
        {
            Thread.Sleep(lag < Behind ? Breath : ShortBreath);
        }

        _sliceBegan = _clock.GetTimestamp();
    }

    /// <summary>Takes the next entry; one that cannot be read costs itself and not the watch.</summary>
    private bool Next(out JournalEntry entry)
    {
        try
        {
            if (!_reader.Read(out entry))
            {
                return false;
            }
        }
        catch (Exception fault) when (JournalReader.IsOfOneEntry(fault))
        {
            entry = new JournalEntry(JournalEntryKind.Gap, _reader.Position, null, default);
            Unreadable++;
            _wake.WaitOne(Idle); // if it is the disk, it is not asked a million times a second
            return true;
        }

        Take(entry);
        if (entry.Kind == JournalEntryKind.Tick)
        {
            _saver.SaveIfDue(_reader.Position);
        }
        else if (_saver.NeedsTick())
        {
            // Only lines that came late, all of one tick: it is closed for them, on record, so that what is believed can be saved.
            _journal.CloseTick();
        }

        return true;
    }

    private void Take(in JournalEntry entry)
    {
        try
        {
            _watch.Take(entry);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Unreadable++;
            LastFault = fault.Message;
        }
    }

    /// <summary>Puts on record what happened in a tick, before its state can be saved.</summary>
    private void Happened(IReadOnlyList<Signal> signals)
    {
        _signals.Add(signals, account => _watch.Names[account.Value]);
        foreach (var signal in signals)
        {
            switch (signal)
            {
                case Signal.WatchBegan:
                    _flagged.Clear();
                    break;
                case Signal.AccountFlagged flagged:
                    _flagged[_watch.Names[flagged.Account.Value]] = true;
                    break;
                case Signal.AccountUnflagged unflagged:
                    _flagged.TryRemove(_watch.Names[unflagged.Account.Value], out _);
                    break;
            }
        }
    }

    private void Answer()
    {
        while (_questions.TryDequeue(out var question))
        {
            question(_watch);
        }
    }

    private void Tell(bool behind)
    {
        _signals.WriteDown(); // what the journal did not take the last time
        Volatile.Write(ref _lastServed, _watch.LastServed.Micros);
        _state = new(
            Running: true,
            _watch.Exchanges,
            _watch.Rejected,
            _watch.Names.Count,
            _watch.Found.Flagged.Count,
            behind ? 1e-9 : 0,
            _reader.Position,
            _watch.Exchanges == 0 ? null : _watch.Last.ToString(),
            null
        );
    }
}
