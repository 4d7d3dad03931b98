using System.Collections.Concurrent;
using System.Text;
using System.Text.Unicode;
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
    private const int HeldIds = 160 * 1024;        // a worker; about 15 MB
    private const int BlocksInFlight = 4;
    private const int MostAlike = 4096;            // lines with one id and one time that are compared at once

    private readonly IReadOnlyList<string> _paths;
    private readonly KeyedHash _key;
    private readonly ITopicEmbedder? _embedder;
    private readonly int _workers;
    private readonly SpillFolder _folder;
    private readonly List<SpillSorter<LoggedExchange>> _exchanges = [];
    private readonly List<SpillSorter<IdEntry>> _ids = [];
    private readonly ConcurrentDictionary<UInt128, string> _accounts = new();
    private readonly SpillSorter<IdEntry> _dropped;

    /// <summary>Prepares to read <paramref name="paths"/>.</summary>
    /// <param name="paths">The files, in any order.</param>
    /// <param name="key">The key of fingerprints.</param>
    /// <param name="embedder">Stands in for the built-in topic embedding where not null.</param>
    /// <param name="workers">How many threads parse; as many as there are cores where 0.</param>
    /// <param name="heldExchanges">Exchanges held in memory by each worker before they are spilled.</param>
    /// <param name="spillFolder">Where they are spilled; the system's temporary folder where null.</param>
    public LogReader(IReadOnlyList<string> paths, KeyedHash key, ITopicEmbedder? embedder = null, int workers = 0, int heldExchanges = HeldExchanges, string? spillFolder = null)
    {
        _paths = paths;
        _key = key;
        _embedder = embedder;
        _workers = workers > 0 ? workers : Environment.ProcessorCount;
        Rejections = new Rejections(paths);
        Blocks = new BlockReader(paths, Rejections);
        _folder = new SpillFolder(spillFolder);
        _dropped = new(IdEntry.ByTime, heldExchanges, _folder);
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
            for (var file = 0; file < _paths.Count; file++)
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

        RejectDoubles();
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
                more = dropped.MoveNext();   // both are in the same order
            }
            else
            {
                yield return exchange;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

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
            else if (earliest.Count == 0 || entry.Micros == earliest[0].Micros && counts == null)
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
        Rejections.Add(entry.File, entry.Line, new(RejectionKind.DuplicateId, $"its id is that of {_paths[counts.File]}:{counts.Line}, which counts"));
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

        public void Run(IEnumerable<LineBlock> blocks, CancellationTokenSource broken)
        {
            try
            {
                foreach (var block in blocks)
                {
                    using (block)
                    {
                        Lines(block);
                    }
                }
            }
            catch
            {
                broken.Cancel();   // such as a full disk under the runs: who brings blocks must not wait for ever
                throw;
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
                    Safely(line, block, number);
                }
            }
        }

        /// <summary>No line, whatever its writer put into it, stops a scan: what reading did not foresee costs that line and is named.</summary>
        private void Safely(ReadOnlySpan<byte> line, LineBlock block, long number)
        {
            try
            {
                Line(line, block, number);
            }
            catch (Exception fault) when (fault is not (IOException or UnauthorizedAccessException or OutOfMemoryException or UnusableInputException))
            {
                _reader.Rejections.Add(block.File, number, new(RejectionKind.Fault, $"a fault of this program, worth a report: {fault.GetType().Name}: {fault.Message}"));
            }
        }

        private void Line(ReadOnlySpan<byte> line, LineBlock block, long number)
        {
            if (block.Format == LogFormat.ExchangeLog)
            {
                Take(line, block.File, number, part: 0, _reader._key.Of(line));
                return;
            }

            var rejection = Utf8.IsValid(line) ? _translation.Translate(line, block.Format) : new(RejectionKind.NotUtf8, "the line is not valid UTF-8");
            if (!rejection.Taken)
            {
                _reader.Rejections.Add(block.File, number, rejection);
            }

            for (var part = 0; rejection.Kind != RejectionKind.NotUtf8 && part < _translation.Count; part++)
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
            var order = IdOrder.Of(_draft.Text(_draft.Id));
            _exchanges.Add(new LoggedExchange { Id = id, Order = order, Account = account, File = file, Line = number, Part = part, Bytes = bytes, Features = _extractor.Take(_draft) });
            _ids.Add(new IdEntry { Id = id, Order = order, Micros = _draft.At.Micros, Bytes = bytes, File = file, Line = number, Part = part });
        }
    }
}
