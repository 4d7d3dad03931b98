using System.Collections.Concurrent;
using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.App.Logs;

/// <summary>
/// Reads logs into exchanges sorted by time: blocks of lines are cut by one thread, parsed by as many as there are cores, and what is left
/// of each line (features, no text) is sorted in runs.
/// </summary>
/// <remarks>Steps: 1. cut, 2. translate what is in another format, 3. parse, 4. take the features, 5. sort, 6. reject lines with an id that another line has.</remarks>
internal sealed class LogReader : IDisposable
{
    private const int HeldExchanges = 48 * 1024;   // a worker; about 15 MB of features
    private const int HeldIds = 256 * 1024;        // a worker; about 16 MB
    private const int BlocksInFlight = 4;

    private readonly IReadOnlyList<string> _paths;
    private readonly KeyedHash _key;
    private readonly ITopicEmbedder? _embedder;
    private readonly int _workers;
    private readonly SpillFolder _folder = new();
    private readonly List<SpillSorter<LoggedExchange>> _exchanges = [];
    private readonly List<SpillSorter<IdEntry>> _ids = [];
    private readonly ConcurrentDictionary<UInt128, string> _accounts = new();
    private readonly HashSet<(int File, long Line, int Part)> _dropped = [];

    /// <summary>Prepares to read <paramref name="paths"/>.</summary>
    /// <param name="paths">The files, in any order.</param>
    /// <param name="key">The key of fingerprints.</param>
    /// <param name="embedder">Stands in for the built-in topic embedding where not null.</param>
    /// <param name="workers">How many threads parse; as many as there are cores where 0.</param>
    /// <param name="heldExchanges">Exchanges held in memory by each worker before they are spilled.</param>
    public LogReader(IReadOnlyList<string> paths, KeyedHash key, ITopicEmbedder? embedder = null, int workers = 0, int heldExchanges = HeldExchanges)
    {
        _paths = paths;
        _key = key;
        _embedder = embedder;
        _workers = workers > 0 ? workers : Environment.ProcessorCount;
        Rejections = new Rejections(paths);
        Blocks = new BlockReader(paths, Rejections);
        for (var i = 0; i < _workers; i++)
        {
            _exchanges.Add(new(LoggedExchange.ByTime, heldExchanges, _folder));
            _ids.Add(new(IdEntry.ById, Math.Max(heldExchanges, Math.Min(HeldIds, heldExchanges * 5)), _folder));
        }
    }

    /// <summary>The lines that were not taken.</summary>
    public Rejections Rejections { get; }

    /// <summary>The names of the accounts, by fingerprint.</summary>
    public IReadOnlyDictionary<UInt128, string> Accounts => _accounts;

    /// <summary>How many bytes of the files were read so far.</summary>
    public long BytesRead => Blocks.BytesRead;

    /// <summary>How many runs were spilled to the disk.</summary>
    public int SpilledRuns => _folder.Files;

    private BlockReader Blocks { get; }

    /// <summary>Reads all files; returns when every line was taken or rejected.</summary>
    /// <exception cref="UnusableInputException">A file cannot be opened.</exception>
    public void Read()
    {
        using var queue = new BlockingCollection<LineBlock>(BlocksInFlight);
        var workers = new Task[_workers];
        for (var i = 0; i < _workers; i++)
        {
            var worker = new Worker(this, i);
            workers[i] = Task.Factory.StartNew(() => worker.Run(queue.GetConsumingEnumerable()), TaskCreationOptions.LongRunning);
        }

        try
        {
            for (var file = 0; file < _paths.Count; file++)
            {
                foreach (var block in Blocks.Blocks(file))
                {
                    queue.Add(block);
                }
            }
        }
        finally
        {
            queue.CompleteAdding();
            Task.WaitAll(workers);
        }

        RejectDoubles();
    }

    /// <summary>The exchanges in order of time and id, one line for each id. Enumerable once.</summary>
    public IEnumerable<LoggedExchange> Exchanges() =>
        SpillSorter<LoggedExchange>.Merge(_exchanges, LoggedExchange.ByTime).Where(exchange => _dropped.Count == 0 || !_dropped.Contains((exchange.File, exchange.Line, exchange.Part)));

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>Of several lines with one id the first by time, then by bytes, counts; the others are rejected.</summary>
    private void RejectDoubles()
    {
        List<IdEntry> same = [];
        foreach (var entry in SpillSorter<IdEntry>.Merge(_ids, IdEntry.ById))
        {
            if (same.Count > 0 && same[0].Id != entry.Id)
            {
                Reject(same);
                same.Clear();
            }

            same.Add(entry);
        }

        Reject(same);
    }

    private void Reject(List<IdEntry> same)
    {
        if (same.Count < 2)
        {
            return;
        }

        // They are sorted by time; only where several share the earliest time and differ do their bytes have to be looked at again.
        var earliest = same.FindAll(entry => entry.Micros == same[0].Micros);
        var counts = earliest.TrueForAll(entry => entry.Bytes == earliest[0].Bytes) ? earliest[0] : LeastByBytes(earliest);
        foreach (var entry in same)
        {
            if (entry.File != counts.File || entry.Line != counts.Line || entry.Part != counts.Part)
            {
                _dropped.Add((entry.File, entry.Line, entry.Part));
                Rejections.Add(entry.File, entry.Line, new(RejectionKind.DuplicateId, $"its id is that of {_paths[counts.File]}:{counts.Line}, which counts"));
            }
        }
    }

    private IdEntry LeastByBytes(List<IdEntry> entries)
    {
        var lines = LineFetcher.Fetch(_paths, entries.Select(entry => (entry.File, entry.Line)));
        return entries
            .OrderBy(entry => lines[(entry.File, entry.Line)], Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .ThenBy(entry => entry.Part)
            .First();
    }

    /// <summary>One thread's share of the work, with buffers of its own.</summary>
    private sealed class Worker
    {
        private readonly LogReader _reader;
        private readonly ExchangeDraft _draft = new();
        private readonly FeatureExtractor _extractor;
        private readonly SpillSorter<LoggedExchange> _exchanges;
        private readonly SpillSorter<IdEntry> _ids;
        private readonly Translation _translation = new();

        public Worker(LogReader reader, int number)
        {
            _reader = reader;
            _extractor = new FeatureExtractor(reader._key) { Embedder = reader._embedder };
            _exchanges = reader._exchanges[number];
            _ids = reader._ids[number];
        }

        public void Run(IEnumerable<LineBlock> blocks)
        {
            foreach (var block in blocks)
            {
                using (block)
                {
                    Lines(block);
                }
            }
        }

        private void Lines(LineBlock block)
        {
            var rest = block.Bytes;
            for (var number = block.FirstLine; rest.Length > 0; number++)
            {
                var end = rest.IndexOf((byte)'\n');
                var line = end < 0 ? rest : rest[..end];
                rest = end < 0 ? [] : rest[(end + 1)..];
                line = line.TrimEnd((byte)'\r');
                if (number == 1 && line.StartsWith("\uFEFF"u8))
                {
                    line = line[3..];
                }

                if (line.Trim(" \t"u8).Length > 0)
                {
                    Line(line, block, number);
                }
            }
        }

        private void Line(ReadOnlySpan<byte> line, LineBlock block, long number)
        {
            if (block.Format == LogFormat.ExchangeLog)
            {
                Take(line, block.File, number, part: 0, _reader._key.Of(line));
                return;
            }

            var rejection = _translation.Translate(line, block.Format);
            if (!rejection.Taken)
            {
                _reader.Rejections.Add(block.File, number, rejection);
            }

            for (var part = 0; part < _translation.Count; part++)
            {
                Take(_translation[part], block.File, number, part, _reader._key.Of(_translation[part]));
            }
        }

        private void Take(ReadOnlySpan<byte> line, int file, long number, int part, ulong bytes)
        {
            var rejection = ExchangeLineReader.Read(line, _draft);
            if (!rejection.Taken)
            {
                _reader.Rejections.Add(file, number, rejection);
                return;
            }

            var name = _draft.Text(_draft.Account);
            var account = _reader._key.WideOf(name);
            if (!_reader._accounts.ContainsKey(account))
            {
                _reader._accounts.TryAdd(account, Encoding.UTF8.GetString(name));
            }

            var id = _reader._key.WideOf(_draft.Text(_draft.Id));
            _exchanges.Add(new LoggedExchange { Id = id, Account = account, File = file, Line = number, Part = part, Bytes = bytes, Features = _extractor.Take(_draft) });
            _ids.Add(new IdEntry { Id = id, Micros = _draft.At.Micros, Bytes = bytes, File = file, Line = number, Part = part });
        }
    }
}
