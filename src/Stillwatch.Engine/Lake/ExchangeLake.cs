using System.Buffers;
using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Lake;

/// <summary>
/// What the journal becomes: Parquet files by time of sealing, facts in plain columns, text sealed. DuckDB reads them here, Spark, Trino or
/// ClickHouse elsewhere. A file is written beside its name and moved there whole; then, and only then, segments that nobody needs any more
/// are removed.
/// </summary>
internal sealed class ExchangeLake(string folder, JournalOptions journal, KeyVault vault)
{
    private const string Columns = """
        id VARCHAR, time TIMESTAMP, account VARCHAR, key VARCHAR, endpoint VARCHAR, model VARCHAR, dialect VARCHAR,
          status INTEGER, outcome VARCHAR,
        ip VARCHAR, asn BIGINT, country VARCHAR, user_agent VARCHAR, tls VARCHAR, input_tokens INTEGER,
          output_tokens INTEGER, latency_ms INTEGER,
        first_token_ms INTEGER, end_user_sealed BLOB, request_sealed BLOB, response_sealed BLOB, outside_sealed BLOB,
          position BIGINT, tick_closed BOOLEAN, forwarded_sealed BLOB, received_sealed BLOB
        """;

    private const string TickLine = "tick",
        EndedLine = "ended";

    private readonly ExchangeDraft _draft = new();

    /// <summary>The sealed files, in order.</summary>
    public IReadOnlyList<string> Files =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.parquet").Order(StringComparer.Ordinal)] : [];

    /// <summary>The signals of segments that are sealed.</summary>
    public SealedSignals Signals { get; } = new(folder);

    /// <summary>How far the journal is sealed.</summary>
    public long SealedTo => EndOf(Files);

    /// <summary>Whether a tick was closed behind the last exchange that is sealed.</summary>
    public bool TickClosedAtEnd => LoadOpen().TickClosed;

    /// <summary>How far the journal is sealed in <paramref name="files"/>.</summary>
    public static long EndOf(IReadOnlyList<string> files) =>
        files.Count == 0
            ? 0
            : long.Parse(Path.GetFileNameWithoutExtension(files[^1]).Split('-')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Seals all closed segments up to <paramref name="to"/>, exclusive, and removes those that nobody needs.</summary>
    /// <param name="to">The number of the first segment that stays.</param>
    /// <param name="needed">The position from which on somebody else still reads the journal: exchanges that end there or later stay whole,
    /// wherever they began.</param>
    /// <returns>How many exchanges were sealed.</returns>
    public long Seal(int to, long needed)
    {
        Directory.CreateDirectory(folder);
        var from = SealedTo;
        using var reader = new JournalReader(journal, vault, from) { Finished = true };
        using var rows = new DuckDBConnection("DataSource=:memory:");
        rows.Open();
        Run(rows, $"CREATE TABLE rows({Columns})");
        var (count, end) = (0L, from);
        List<(long Position, ReadOnlyMemory<byte> Line)> signals = [];
        var (open, ended, tickClosed) = LoadOpen();
        using (var appender = rows.CreateAppender("rows"))
        {
            while (reader.Next(out var kind, out var payload, out var at) && Frame.At(at).Segment < to)
            {
                end = reader.Position;
                switch (kind)
                {
                    case FrameKind.Begin:
                        open[at] = at;
                        break;
                    case FrameKind.Part
                    or FrameKind.Received
                    or FrameKind.Forwarded when open.Remove(RecordCodec.Before(payload), out var begin):
                        open[at] = begin;
                        break;
                    case FrameKind.End:
                        if (open.Remove(RecordCodec.Before(payload), out var began) && Frame.At(began).Segment < Frame.At(at).Segment)
                        {
                            ended[at] = began;
                        }

                        if (Readable(reader, payload) is { } record)
                        {
                            Row(appender, record, at, tickClosed);
                            (tickClosed, count) = (false, count + 1);
                        }

                        break;
                    case FrameKind.Line when vault.Find(System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(payload)) is { } key:
                        if (Readable(key, payload) is { } line)
                        {
                            Outside(appender, key, line, at, tickClosed);
                            (tickClosed, count) = (false, count + 1);
                        }

                        break;
                    case FrameKind.Tick:
                        tickClosed = true;
                        break;
                    case FrameKind.Signal:
                        signals.Add((at, SignalFrame.Read(payload)));
                        break;
                }
            }
        }

        Signals.Append(signals); // first: what is said of exchanges outlives the segments in any case
        if (count > 0)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{from:x16}-{end:x16}.parquet"));
            Run(rows, $"COPY rows TO '{(path + ".new").Replace("'", "''", StringComparison.Ordinal)}' (FORMAT parquet, COMPRESSION zstd)");
            File.Move(path + ".new", path);
        }

        foreach (var over in ended.Keys.Where(position => position < needed).ToList())
        {
            ended.Remove(over);
        }

        SaveOpen(open, ended, tickClosed);
        var first = open.Values.Concat(ended.Values).Select(begin => Frame.At(begin).Segment).DefaultIfEmpty(int.MaxValue).Min();
        var segments = new SegmentFolder(journal);
        foreach (var number in segments.Numbers().Where(number => number < Math.Min(Math.Min(to, Frame.At(needed).Segment), first)))
        {
            File.Delete(segments.Find(number)!);
        }

        return count;
    }

    /// <summary>The exchange whose end this is; null where it cannot be read: that costs it and not the sealing of all others.</summary>
    private ExchangeRecord? Readable(JournalReader reader, ReadOnlySpan<byte> end)
    {
        try
        {
            return reader.Whole(end);
        }
        catch (Exception fault) when (JournalReader.IsOfOneEntry(fault))
        {
            Unreadable++;
            return null;
        }
    }

    private byte[]? Readable(DataKey key, ReadOnlySpan<byte> line)
    {
        try
        {
            return key.Open(line[8..], []);
        }
        catch (Exception fault) when (JournalReader.IsOfOneEntry(fault))
        {
            Unreadable++;
            return null;
        }
    }

    /// <summary>
    /// Exchanges and lines that could not be read when they were to be sealed, since the start; they are not in the lake.
    /// </summary>
    public long Unreadable { get; private set; }

    /// <summary>
    /// Exchanges that were under way where sealing ended, and those that ended in a later segment than they began in and that somebody else
    /// has still to read: their last frame → their beginning, whose segment must stay.
    /// </summary>
    private (Dictionary<long, long> Open, Dictionary<long, long> Ended, bool TickClosed) LoadOpen()
    {
        var lines = File.Exists(OpenPath) ? File.ReadAllLines(OpenPath) : [];
        Dictionary<long, long> Pairs(int words, string first) =>
            lines
                .Select(line => line.Split(' '))
                .Where(parts => parts.Length == words && (words == 2 || parts[0] == first))
                .ToDictionary(
                    parts => long.Parse(parts[^2], CultureInfo.InvariantCulture),
                    parts => long.Parse(parts[^1], CultureInfo.InvariantCulture)
                );
        return (Pairs(2, ""), Pairs(3, EndedLine), lines.Contains(TickLine, StringComparer.Ordinal));
    }

    private void SaveOpen(Dictionary<long, long> open, Dictionary<long, long> ended, bool tickClosed)
    {
        IEnumerable<string> tick = tickClosed ? [TickLine] : [];
        File.WriteAllLines(
            OpenPath + ".new",
            tick.Concat(open.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")))
                .Concat(ended.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{EndedLine} {pair.Key} {pair.Value}")))
        );
        File.Move(OpenPath + ".new", OpenPath, overwrite: true);
    }

    private string OpenPath => Path.Combine(folder, "open");

    /// <summary>Removes sealed files beyond the bounds, oldest first.</summary>
    /// <param name="oldest">Files last written before this are removed.</param>
    /// <param name="bytes">Bytes that may stay; 0 for all.</param>
    public int Retain(DateTimeOffset oldest, long bytes)
    {
        var files = Files.Select(path => new FileInfo(path)).ToList();
        var removed = 0;
        var total = files.Sum(file => file.Length);
        foreach (var file in files.SkipLast(1)) // the last says how far the journal is sealed
        {
            if (file.LastWriteTimeUtc < oldest.UtcDateTime || bytes > 0 && total > bytes)
            {
                total -= file.Length;
                file.Delete();
                removed++;
            }
        }

        return removed;
    }

    /// <summary>Opens a database that sees all exchanges: those that are sealed, and those that are still in the journal.</summary>
    /// <remarks>
    /// Columns with text are opened only where a query names them, by the function <c>unseal(value, id)</c>. Of files the database reads
    /// those of the lake alone; its settings cannot be changed any more.
    /// </remarks>
    public DuckDBConnection Open()
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        connection.RegisterScalarFunction<byte[], string, string>("unseal", (inputs, output, count) =>
        {
            for (ulong row = 0; row < count; row++)
            {
                var text =
                    inputs[0].IsValid(row) && inputs[1].IsValid(row)
                        ? Unseal(Copy(inputs[0].GetValue<Stream>(row)), inputs[1].GetValue<string>(row))
                        : null;
                if (text == null)
                {
                    output.WriteNull(row);
                }
                else
                {
                    output.WriteValue(text, row);
                }
            }
        });
        Run(connection, $"CREATE TABLE unsealed({Columns})");
        List<(long Position, ReadOnlyMemory<byte> Line)> signals = [.. Signals.Read()];
        using (var appender = connection.CreateAppender("unsealed"))
        {
            StagingRecovery.BeforeReading(journal);
            using var reader = new JournalReader(journal, vault, SealedTo) { Finished = true };
            var tickClosed = false;
            while (reader.ReadOn(out var entry, _ => Unreadable++))
            {
                if (entry.Kind == JournalEntryKind.Exchange)
                {
                    Row(appender, entry.Record!, entry.Position, tickClosed);
                }
                else if (entry.Kind == JournalEntryKind.Line && ExchangeLineReader.Read(entry.Line.Span, _draft).Taken)
                {
                    Outside(
                        appender,
                        vault.For(Encoding.UTF8.GetString(_draft.Text(_draft.Account)), null, _draft.At),
                        entry.Line.ToArray(),
                        entry.Position,
                        tickClosed
                    );
                }
                else if (entry.Kind == JournalEntryKind.Signal)
                {
                    signals.Add((entry.Position, entry.Line));
                    continue; // a tick that was closed before it stays closed
                }

                tickClosed = entry.Kind == JournalEntryKind.Tick;
            }
        }

        SealedSignals.Show(connection, signals);

        var sealedFiles =
            Files.Count == 0
                ? ""
                : $" UNION ALL BY NAME SELECT * FROM "
                    + $"read_parquet(["
                    + $"{string.Join(", ", Files.Select(file => $"'{file.Replace("'", "''", StringComparison.Ordinal)}'"))}"
                    + $"], union_by_name = true)";
        Run(
            connection,
            $"""
            CREATE VIEW exchanges AS SELECT * EXCLUDE (end_user_sealed, request_sealed, response_sealed, outside_sealed,
              forwarded_sealed, received_sealed),
              unseal(end_user_sealed, id) AS end_user, unseal(request_sealed, id) AS request,
              unseal(response_sealed, id) AS response, unseal(outside_sealed, id) AS outside,
              unseal(forwarded_sealed, id) AS forwarded, unseal(received_sealed, id) AS received
            FROM (SELECT * FROM unsealed{sealedFiles})
            """
        );

        // Queries may come from others: they read the sealed files and nothing else, write nothing, and fetch nothing.
        Run(
            connection,
            $"""
            SET allowed_directories = ['{Path.GetFullPath(folder).Replace("'", "''", StringComparison.Ordinal)}/'];
            SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; SET allow_community_extensions = false;
            SET enable_external_access = false; SET lock_configuration = true;
            """
        );
        return connection;
    }

    /// <summary>
    /// What is sealed, as lines of an exchange log in the order of the journal, and whether a tick was closed before each. What was erased
    /// has an empty request.
    /// </summary>
    /// <param name="files">Which of <see cref="Files"/>; sealing goes on while they are read.</param>
    public IEnumerable<(ReadOnlyMemory<byte> Line, bool TickClosed)> SealedLines(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
        {
            yield break;
        }

        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT * FROM "
            + $"read_parquet([{string.Join(", ", files.Select(file => $"'{file.Replace("'", "''", StringComparison.Ordinal)}'"))}], "
            + $"union_by_name = true) ORDER BY position";
        using var rows = command.ExecuteReader();
        var output = new ArrayBufferWriter<byte>(16 * 1024);
        while (rows.Read())
        {
            output.ResetWrittenCount();
            var id = rows.GetString(0);
            if (Bytes(rows, id, 21) is { } outside)
            {
                output.Write(outside);
                output.Write("\n"u8);
            }
            else
            {
                ExchangeLineWriter.Write(Record(rows, id), output);
            }

            yield return (output.WrittenMemory, !rows.IsDBNull(23) && rows.GetBoolean(23));
        }
    }

    private ExchangeRecord Record(DuckDBDataReader rows, string id) =>
        new()
        {
            Id = id,
            At = new EventTime((rows.GetDateTime(1) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond),
            Account = rows.GetString(2),
            Key = Text(rows, 3),
            Endpoint = Text(rows, 4) ?? "",
            Model = Text(rows, 5),
            Dialect = Enum.TryParse<Dialect>(Text(rows, 6), out var dialect) ? dialect : Dialect.Other,
            Status = rows.IsDBNull(7) ? 0 : rows.GetInt32(7),
            Outcome = (Outcome)
                Math.Max(0, Array.FindIndex(Enum.GetValues<Outcome>(), outcome => ExchangeLineWriter.Word(outcome) == Text(rows, 8))),
            Client = new ClientFacts(
                Text(rows, 9),
                rows.IsDBNull(10) ? 0 : (uint)rows.GetInt64(10),
                Text(rows, 11),
                Text(rows, 12),
                Text(rows, 13)
            ),
            LatencyMs = rows.IsDBNull(16) ? -1 : rows.GetInt32(16),
            FirstTokenMs = rows.IsDBNull(17) ? -1 : rows.GetInt32(17),
            EndUser = Bytes(rows, id, 18) is { } user ? Encoding.UTF8.GetString(user) : null,
            Request = Bytes(rows, id, 19),
            Response = Bytes(rows, id, 20),
            Forwarded = rows.FieldCount > 24 ? Bytes(rows, id, 24) : default(ReadOnlyMemory<byte>),
            Received = rows.FieldCount > 25 ? Bytes(rows, id, 25) : default(ReadOnlyMemory<byte>),
        };

    private static string? Text(DuckDBDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    private byte[]? Bytes(DuckDBDataReader rows, string id, int column)
    {
        if (rows.IsDBNull(column))
        {
            return null;
        }

        using var bytes = new MemoryStream();
        rows.GetStream(column).CopyTo(bytes);
        return SealedValue.Open(vault, id, bytes.ToArray());
    }

    private static byte[] Copy(Stream value)
    {
        using var bytes = new MemoryStream();
        value.CopyTo(bytes);
        return bytes.ToArray();
    }

    private string? Unseal(byte[] value, string id) =>
        SealedValue.Open(vault, id, value) is { } text ? Encoding.UTF8.GetString(text) : null;

    private void Row(DuckDBAppender appender, ExchangeRecord record, long position, bool tickClosed)
    {
        _ = ExchangeRecordReader.Read(record, _draft);
        var key = vault.For(record.Account, record.EndUser, record.At);
        var body = ExchangeLineWriter.Body(record) ?? record.Response.ToArray();
        appender
            .CreateRow()
            .AppendValue(record.Id)
            .AppendValue(Time(record.At))
            .AppendValue(record.Account)
            .AppendValue(record.Key)
            .AppendValue(record.Endpoint)
            .AppendValue(record.Model)
            .AppendValue(record.Dialect.ToString())
            .AppendValue((int?)record.Status)
            .AppendValue(ExchangeLineWriter.Word(record.Outcome))
            .AppendValue(record.Client.Ip)
            .AppendValue(record.Client.Asn == 0 ? null : (long?)record.Client.Asn)
            .AppendValue(record.Client.Country)
            .AppendValue(record.Client.UserAgent)
            .AppendValue(record.Client.Tls)
            .AppendValue((int?)(_draft.InputTokens >= 0 ? _draft.InputTokens : TokenEstimate.Of(_draft.TextLength)))
            .AppendValue((int?)_draft.CountedOutputTokens)
            .AppendValue((int?)record.LatencyMs)
            .AppendValue((int?)record.FirstTokenMs)
            .AppendValue(record.EndUser == null ? null : SealedValue.Seal(key, record.Id, Encoding.UTF8.GetBytes(record.EndUser)))
            .AppendValue(SealedValue.Seal(key, record.Id, record.Request.Span))
            .AppendValue(body.Length == 0 ? null : SealedValue.Seal(key, record.Id, body))
            .AppendNullValue()
            .AppendValue((long?)position)
            .AppendValue((bool?)tickClosed)
            .AppendValue(Sealed(key, record.Id, record.Forwarded.Span))
            .AppendValue(Sealed(key, record.Id, ReceivedBody(record).Span))
            .EndRow();
    }

    private static byte[]? Sealed(DataKey key, string id, ReadOnlySpan<byte> text) => text.IsEmpty ? null : SealedValue.Seal(key, id, text);

    /// <summary>What the model server gave, where something else was sent: as a body, where it is one.</summary>
    private static ReadOnlyMemory<byte> ReceivedBody(ExchangeRecord record) =>
        record.Received.IsEmpty ? default : ExchangeLineWriter.ReceivedBody(record) ?? record.Received.ToArray();

    private void Outside(DuckDBAppender appender, DataKey key, byte[] line, long position, bool tickClosed)
    {
        if (!ExchangeLineReader.Read(line, _draft).Taken)
        {
            return;
        }

        var id = Encoding.UTF8.GetString(_draft.Text(_draft.Id));
        var row = appender
            .CreateRow()
            .AppendValue(id)
            .AppendValue(Time(_draft.At))
            .AppendValue(Encoding.UTF8.GetString(_draft.Text(_draft.Account)));
        for (var i = 0; i < 11; i++)
        {
            row.AppendNullValue();
        }

        row.AppendValue((int?)_draft.InputTokens).AppendValue((int?)_draft.OutputTokens);
        for (var i = 0; i < 5; i++)
        {
            row.AppendNullValue();
        }

        row.AppendValue(SealedValue.Seal(key, id, line))
            .AppendValue((long?)position)
            .AppendValue((bool?)tickClosed)
            .AppendNullValue()
            .AppendNullValue()
            .EndRow();
    }

    private static DateTime? Time(EventTime at) => DateTime.UnixEpoch.AddTicks(at.Micros * TimeSpan.TicksPerMicrosecond);

    private static void Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
