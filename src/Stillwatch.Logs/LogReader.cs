using System.Collections.Concurrent;
using System.Text;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Logs;

/// <summary>
/// Reads logs into exchanges sorted by time: blocks of lines are cut by one thread, parsed by as many as there are cores, and what is left
/// of each line (features, no text) is sorted in runs.
/// </summary>
/// <remarks>
/// Steps: 1. cut, 2. translate what is in another format, 3. parse, 4. take the features, 5. sort, 6. leave out spans around calls, 7.
/// reject lines with an id that another has.
/// </remarks>
internal sealed class LogReader : IDisposable
{
    private const int HeldExchanges = 48 * 1024; // a worker; about 15 MB of features
    private const int HeldIds = 160 * 1024; // a worker; about 15 MB
    private const int BlocksInFlight = 4;
    private const int MostAlike = 4096; // lines with one id and one time that are compared at once

    private const int MostKeys = 1000;
    private const int MostOfATrace = 256 * 1024; // spans that are set in order at once

    private readonly LogSources _sources;
    private readonly LogOptions _options;
    private readonly KeyedHash _key;
    private readonly CorpusIndex _corpora;
    private readonly ITopicEmbedder? _embedder;
    private readonly int _workers;
    private readonly SpillFolder _folder;
    private readonly List<SpillSorter<LoggedExchange>> _exchanges = [];
    private readonly List<SpillSorter<IdEntry>> _ids = [];
    private readonly ConcurrentDictionary<UInt128, string> _accounts = new();
    private readonly ConcurrentDictionary<UInt128, byte> _keys = new();
    private readonly List<SpillSorter<SpanEntry>> _spans = [];
    private readonly SpillSorter<IdEntry> _dropped;
    private readonly List<PlaceholderSample> _samples = [];
    private long _withoutOffset,
        _around,
        _joined;
    private ulong _placeholder;

    /// <summary>Prepares to read <paramref name="logs"/>.</summary>
    /// <param name="logs">The files, folders and pipes, in any order; see <see cref="LogSources"/>.</param>
    /// <param name="key">The key of fingerprints.</param>
    /// <param name="embedder">Stands in for the built-in topic embedding where not null.</param>
    /// <param name="workers">How many threads parse; as many as there are cores where 0.</param>
    /// <param name="heldExchanges">Exchanges held in memory by each worker before they are spilled.</param>
    /// <param name="spillFolder">Where they are spilled; the system's temporary folder where null.</param>
    /// <param name="options">How formats are read that leave a choice.</param>
    /// <param name="corpora">The known benchmarks and sets of instructions; none where null.</param>
    /// <exception cref="UnusableInputException">A log is not there.</exception>
    public LogReader(
        IReadOnlyList<string> logs,
        KeyedHash key,
        ITopicEmbedder? embedder = null,
        int workers = 0,
        int heldExchanges = HeldExchanges,
        string? spillFolder = null,
        LogOptions? options = null,
        CorpusIndex? corpora = null
    )
    {
        _sources = LogSources.Of(logs);
        _options = options ?? LogOptions.Default;
        _key = key;
        _corpora = corpora ?? CorpusIndex.None;
        _embedder = embedder;
        _workers = workers > 0 ? workers : Environment.ProcessorCount;
        Rejections = new Rejections(_sources.All);
        Blocks = new BlockReader(_sources.All, Rejections);
        _folder = new SpillFolder(spillFolder);
        _dropped = new(IdEntry.ByTime, heldExchanges, _folder);
        for (var i = 0; i < _workers; i++)
        {
            _exchanges.Add(new(LoggedExchange.ByTime, heldExchanges, _folder));
            _ids.Add(new(IdEntry.ById, Math.Max(heldExchanges, Math.Min(HeldIds, heldExchanges * 5)), _folder));
            _spans.Add(new(SpanEntry.ByTrace, heldExchanges, _folder));
            _samples.Add(new());
        }
    }

    /// <summary>The logs that are read.</summary>
    public IReadOnlyList<LogSource> Sources => _sources.All;

    /// <summary>How formats are read that leave a choice.</summary>
    public LogOptions Options => _options;

    /// <summary>The lines that were not taken.</summary>
    public Rejections Rejections { get; }

    /// <summary>What was read in a way that its reader should know of, a sentence each.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            List<string> notes = [];
            if (_withoutOffset > 0)
            {
                notes.Add($"{Count.Of(_withoutOffset, "time")} without an offset {(_withoutOffset == 1 ? "was" : "were")} taken as UTC");
            }

            if (_placeholder != 0)
            {
                notes.Add(
                    "one and the same text stands for the prompt in a fifth and more of all exchanges, of half and more of all "
                        + "accounts: it is taken for what a log writes in place of a text, and these exchanges for ones without text"
                );
            }

            if (_around > 0)
            {
                notes.Add(
                    $"{Count.Of(_around, "span")} of agents, workflows and frameworks {(_around == 1 ? "was" : "were")} passed over: "
                        + $"the calls within are counted"
                );
            }

            if (_joined > 0)
            {
                notes.Add(
                    $"{Count.Of(_joined, "call")} {(_joined == 1 ? "was" : "were")} described twice, by a span and by a log record: "
                        + $"counted once, with the text"
                );
            }

            if (_accounts.Count == 1 && _keys.Count > 1)
            {
                notes.Add(
                    $"all exchanges are of one account, {Shown.Text(_accounts.Values.First())}, under "
                        + $"{_keys.Count:N0}{(_keys.Count >= MostKeys ? " and more" : "")} keys: what acts as one is found among "
                        + $"accounts; if keys are the customers, make them the accounts (LiteLLM: --account key)"
                );
            }

            return notes;
        }
    }

    /// <summary>The names of the accounts, by fingerprint.</summary>
    public IReadOnlyDictionary<UInt128, string> Accounts => _accounts;

    /// <summary>How many bytes of the files were read so far.</summary>
    public long BytesRead => Blocks.BytesRead;

    /// <summary>How many exchanges were taken, doubles included.</summary>
    public long Taken => _exchanges.Sum(sorter => sorter.Count);

    /// <summary>How many runs were spilled to the disk.</summary>
    public int SpilledRuns => _folder.Files;

    private BlockReader Blocks { get; }

    /// <summary>Reads all files; returns when every line was taken or rejected.</summary>
    /// <exception cref="UnusableInputException">A file cannot be opened.</exception>
    public void Read()
    {
        using var queue = new BlockingCollection<LineBlock>(BlocksInFlight);
        using var broken = new CancellationTokenSource();
        var workers = new Task[_workers];
        for (var i = 0; i < _workers; i++)
        {
            var worker = new Worker(this, i);
            workers[i] = Task.Factory.StartNew(() => worker.Run(queue.GetConsumingEnumerable(), broken), TaskCreationOptions.LongRunning);
        }

        try
        {
            for (var file = 0; file < Sources.Count; file++)
            {
                foreach (var block in Blocks.Blocks(file))
                {
                    queue.Add(block, broken.Token);
                }
            }
        }
        catch (OperationCanceledException) when (broken.IsCancellationRequested)
        {
            // A worker broke, and says below what it was: nothing is put before workers that are gone.
        }
        finally
        {
            queue.CompleteAdding();
            Task.WhenAll(workers).GetAwaiter().GetResult();
        }

        LeaveOutSpansAround();
        RejectDoubles();
        _placeholder = PlaceholderSample.Find(_samples);
    }

    /// <summary>The exchanges in order of time and id, one line for each id. Enumerable once.</summary>
    public IEnumerable<LoggedExchange> Exchanges()
    {
        using var dropped = SpillSorter<IdEntry>.Merge([_dropped], IdEntry.ByTime).GetEnumerator();
        var more = dropped.MoveNext();
        foreach (var exchange in SpillSorter<LoggedExchange>.Merge(_exchanges, LoggedExchange.ByTime))
        {
            if (more && dropped.Current.Is(exchange))
            {
                do
                {
                    more = dropped.MoveNext(); // both are in the same order; one may be left out for two reasons
                } while (more && dropped.Current.Is(exchange));
            }
            else if (_placeholder != 0 && PlaceholderSample.Of(exchange.Features) == _placeholder)
            {
                var blank = exchange;
                PlaceholderSample.Blank(ref blank.Features);
                yield return blank;
            }
            else
            {
                yield return exchange;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        _sources.Dispose();
    }

    /// <summary>Spans of agents and frameworks are no exchanges where a call is beneath them, in whatever line it stands.</summary>
    private void LeaveOutSpansAround()
    {
        List<SpanEntry> trace = [];
        foreach (var span in SpillSorter<SpanEntry>.Merge(_spans, SpanEntry.ByTrace))
        {
            if (trace.Count > 0 && trace[0].Span.Trace != span.Span.Trace)
            {
                LeaveOut(trace);
                trace.Clear();
            }

            if (trace.Count == MostOfATrace)
            {
                LeaveOut(trace);
                trace.Clear();
            }

            trace.Add(span);
        }

        LeaveOut(trace);
    }

    private void LeaveOut(List<SpanEntry> trace)
    {
        foreach (var entry in SpanEntry.NoExchanges(trace))
        {
            _dropped.Add(entry);
            _around++;
        }
    }

    /// <summary>Of several lines with one id the first by time, then by bytes, counts; the others are rejected.</summary>
    private void RejectDoubles()
    {
        // They are sorted by id, then time: of each id those with the earliest time come first, and only these are held.
        List<IdEntry> earliest = [];
        IdEntry? counts = null;
        foreach (var entry in SpillSorter<IdEntry>.Merge(_ids, IdEntry.ById))
        {
            if (earliest.Count > 0 && earliest[0].Id != entry.Id)
            {
                _ = Settle(earliest);
                (counts, earliest) = (null, [entry]);
            }
            else if (earliest.Count == 0 || entry.Micros == earliest[0].Micros && entry.Rank == earliest[0].Rank && counts == null)
            {
                if (earliest.Count == MostAlike)
                {
                    earliest = [Settle(earliest)];
                }

                earliest.Add(entry);
            }
            else
            {
                counts ??= Settle(earliest);
                Drop(entry, counts.Value);
            }
        }

        if (earliest.Count > 0 && counts == null)
        {
            _ = Settle(earliest);
        }
    }

    /// <summary>Of lines with one id and one time the first by bytes counts; the others are dropped.</summary>
    private IdEntry Settle(List<IdEntry> alike)
    {
        if (alike.Count == 1)
        {
            return alike[0];
        }

        var counts = alike.TrueForAll(entry => entry.Bytes == alike[0].Bytes) ? alike[0] : LeastByBytes(alike);
        foreach (var entry in alike)
        {
            if (entry.File != counts.File || entry.Line != counts.Line || entry.Part != counts.Part)
            {
                Drop(entry, counts);
            }
        }

        return counts;
    }

    private void Drop(in IdEntry entry, in IdEntry counts)
    {
        _dropped.Add(entry);
        if (entry.Rank != counts.Rank)
        {
            _joined++;
            return;
        }

        Rejections.Add(
            entry.File,
            entry.Line,
            new(RejectionKind.DuplicateId, $"its id is that of {Sources[counts.File].Name}:{counts.Line}, which counts")
        );
    }

    private IdEntry LeastByBytes(List<IdEntry> entries)
    {
        var lines = LineFetcher.Fetch(Sources, entries.Select(entry => (entry.File, entry.Line)));
        return entries
            .OrderBy(entry => lines[(entry.File, entry.Line)], Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .ThenBy(entry => entry.Part)
            .First();
    }

    /// <summary>One thread's share of the work, with buffers of its own.</summary>
    private sealed class Worker : ILogSink
    {
        private readonly LogReader _reader;
        private readonly LogLineReader _lines;
        private readonly FeatureExtractor _extractor;
        private readonly SpillSorter<LoggedExchange> _exchanges;
        private readonly SpillSorter<IdEntry> _ids;
        private readonly SpillSorter<SpanEntry> _spans;
        private readonly PlaceholderSample _sample;
        private int _file,
            _part,
            _lost;
        private long _line;

        public Worker(LogReader reader, int number)
        {
            _reader = reader;
            _lines = new LogLineReader(reader._options);
            _extractor = new FeatureExtractor(reader._key) { Embedder = reader._embedder, Corpora = reader._corpora };
            _exchanges = reader._exchanges[number];
            _ids = reader._ids[number];
            _spans = reader._spans[number];
            _sample = reader._samples[number];
        }

        public void Run(IEnumerable<LineBlock> blocks, CancellationTokenSource broken)
        {
            try
            {
                foreach (var block in blocks)
                {
                    using (block)
                    {
                        _file = block.File;
                        var each = block.GetEnumerator();
                        while (each.MoveNext())
                        {
                            (_line, _part, _lost) = (each.Number, 0, 0);
                            Safely(each.Current);
                        }
                    }
                }
            }
            catch
            {
                broken.Cancel(); // such as a full disk under the runs: who brings blocks must not wait for ever
                throw;
            }
        }

        /// <summary>
        /// No line, whatever its writer put into it, stops a scan: what reading did not foresee costs that line and is named.
        /// </summary>
        private void Safely(ReadOnlySpan<byte> line)
        {
            try
            {
                _lines.Read(line, this);
            }
            catch (Exception fault)
                when (fault is not (IOException or UnauthorizedAccessException or OutOfMemoryException or UnusableInputException))
            {
                Lose(new(RejectionKind.Fault, $"a fault of this program, worth a report: {fault.GetType().Name}: {fault.Message}"), 1);
            }
        }

        public void Lose(Rejection rejection, long exchanges) => _reader.Rejections.Add(_file, _line, rejection, exchanges, _lost++ > 0);

        public void Pass(SpanFacts span)
        {
            if (span.Trace != 0)
            {
                _spans.Add(new SpanEntry { Span = span });
            }
        }

        public void Take(ExchangeDraft draft, ReadOnlySpan<byte> line, SpanFacts? span)
        {
            var name = draft.Text(draft.Account);
            var account = _reader._key.WideOf(name);
            if (!_reader._accounts.ContainsKey(account))
            {
                _reader._accounts.TryAdd(account, Encoding.UTF8.GetString(name));
            }

            if (draft.TimeWithoutOffset)
            {
                Interlocked.Increment(ref _reader._withoutOffset);
            }

            if (draft.Key.Length > 0 && _reader._accounts.Count == 1 && _reader._keys.Count < MostKeys)
            {
                _reader._keys.TryAdd(_reader._key.WideOf(draft.Text(draft.Key)), 0);
            }

            var id = _reader._key.WideOf(draft.Text(draft.Id));
            var order = IdOrder.Of(draft.Text(draft.Id));
            var bytes = _reader._key.Of(line);
            var part = _part++;
            var features = _extractor.Take(draft);
            var entry = new IdEntry
            {
                Id = id,
                Order = order,
                Micros = draft.At.Micros,
                Bytes = bytes,
                File = _file,
                Line = _line,
                Part = part,
                Rank = (byte)(span == null || features.HasText ? 0 : 1),
            };
            _exchanges.Add(
                new LoggedExchange
                {
                    Id = id,
                    Order = order,
                    Account = account,
                    File = _file,
                    Line = _line,
                    Part = part,
                    Bytes = bytes,
                    Features = features,
                }
            );
            _ids.Add(entry);
            _sample.Add(id, account, features);
            if (span is { } facts && facts.Trace != 0)
            {
                _spans.Add(
                    new SpanEntry
                    {
                        Span = facts,
                        Exchange = entry,
                        IsExchange = true,
                    }
                );
            }
        }
    }
}
