using System.Runtime.CompilerServices;
using Stillwatch.Engine.Journal;
using Stillwatch.Signals;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// The signals of a deployment: each is written into the journal once, and told to whoever follows. A watch that reads a part of the
/// journal again says again what it said:
/// that is known by its id. Safe for use from many threads.
/// </summary>
internal sealed class SignalLog
{
    /// <summary>How many of the latest are kept in memory, for who follows; earlier ones are in the record.</summary>
    public const int MostKept = 100_000;

    private readonly JournalWriter _journal;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly List<LoggedSignal> _kept = [];
    private readonly Queue<byte[]> _unwritten = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _epoch; // of the watch that said the latest
    private long _first; // the number of the first that is kept

    /// <summary>Begins behind what is on record.</summary>
    /// <param name="journal">Where signals are written.</param>
    /// <param name="recorded">The lines that are on record, in order; what is there twice counts once.</param>
    public SignalLog(JournalWriter journal, IEnumerable<ReadOnlyMemory<byte>> recorded)
    {
        _journal = journal;
        foreach (var line in recorded)
        {
            if (SignalLine.IdOf(line.Span) != 0 && LoggedSignal.Of(line) is var signal && IsNew(signal)) // what has no id is no signal
            {
                Keep(signal);
            }
        }
    }

    /// <summary>How many there are in all.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _first + _kept.Count;
            }
        }
    }

    /// <summary>How many could not be written down yet, as the journal cannot be written; they are tried again.</summary>
    public int Unwritten
    {
        get
        {
            lock (_gate)
            {
                return _unwritten.Count;
            }
        }
    }

    /// <summary>Puts signals on record that are not there yet.</summary>
    /// <param name="signals">In their order.</param>
    /// <param name="name">The name of an account.</param>
    public void Add(IReadOnlyList<Signal> signals, Func<AccountNumber, string> name)
    {
        TaskCompletionSource? more = null;
        lock (_gate)
        {
            foreach (var signal in signals)
            {
                var line = SignalLine.Write(signal, name);
                var logged = LoggedSignal.Of(line);
                if (IsNew(logged))
                {
                    _unwritten.Enqueue(line);
                    Keep(logged);
                    more = _more;
                }
            }

            if (more != null)
            {
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        WriteDown();
        more?.SetResult();
    }

    /// <summary>Writes down what is not yet.</summary>
    public void WriteDown()
    {
        lock (_gate)
        {
            while (_unwritten.TryPeek(out var line) && _journal.Signal(line))
            {
                _unwritten.Dequeue();
            }
        }
    }

    /// <summary>Follows the signals from the one behind <paramref name="after"/> on: those that there are, then each as it comes.</summary>
    /// <param name="after">The id of the last one that was seen; null for all that are kept.</param>
    /// <param name="waits">Whether it goes on when there are no more.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KeyNotFoundException">Nothing of this id is kept.</exception>
    public async IAsyncEnumerable<LoggedSignal> FollowAsync(string? after, bool waits, [EnumeratorCancellation] CancellationToken cancel)
    {
        var next = Behind(after);
        while (true)
        {
            LoggedSignal[] batch;
            Task more;
            lock (_gate)
            {
                next = Math.Max(next, _first);
                batch = [.. _kept.Skip((int)(next - _first)).Take(1_000)];
                more = _more.Task;
            }

            foreach (var signal in batch)
            {
                next++;
                yield return signal;
            }

            if (batch.Length == 0)
            {
                if (!waits)
                {
                    yield break;
                }

                await more.WaitAsync(cancel);
            }
        }
    }

    private long Behind(string? id)
    {
        if (string.IsNullOrEmpty(id))
        {
            return 0;
        }

        lock (_gate)
        {
            var index = _kept.FindLastIndex(signal => signal.Id == id);
            return index >= 0
                ? _first + index + 1
                : throw new KeyNotFoundException(
                    $"no signal of the id {id} is kept; the latest {MostKept:N0} are, earlier ones are in the record (./stillwatch query)"
                );
        }
    }

    /// <summary>
    /// Whether it is not on record yet. A watch of another calibration or version says everything anew, also what an earlier one said; the
    /// same one that begins again says
    /// nothing new.
    /// </summary>
    private bool IsNew(LoggedSignal signal)
    {
        if (signal.Kind == SignalKind.WatchBegan)
        {
            if (signal.Epoch() == _epoch)
            {
                return false;
            }

            _epoch = signal.Epoch();
            _told.Clear();
        }

        return _told.Add(signal.Id);
    }

    private void Keep(LoggedSignal signal)
    {
        _kept.Add(signal);
        if (_kept.Count > MostKept + MostKept / 10)
        {
            _kept.RemoveRange(0, MostKept / 10);
            _first += MostKept / 10;
        }
    }
}
