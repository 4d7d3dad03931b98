using System.Globalization;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;

namespace Stillwatch.Engine.Lake;

/// <summary>
/// The signals of sealed segments, in the order of the journal: <c>signals.jsonl</c>, one object a line, its position and the signal. They
/// are kept for good: they are few, and
/// hold no text.
/// </summary>
internal sealed class SealedSignals(string folder)
{
    private const string FileName = "signals.jsonl";

    private long _last = -1; // position of the last one that is there; −1 where nobody has looked

    private string FilePath => Path.Combine(folder, FileName);

    /// <summary>Appends signals of the journal, in its order. Those that are there already are passed over.</summary>
    public void Append(IReadOnlyList<(long Position, ReadOnlyMemory<byte> Line)> signals)
    {
        if (_last < 0)
        {
            _last = Read().Select(signal => signal.Position).DefaultIfEmpty().Max();
        }

        var added = signals.Where(signal => signal.Position > _last && !signal.Line.IsEmpty).ToList();
        if (added.Count == 0)
        {
            return;
        }

        using var file = new FileStream(
            FilePath,
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        file.SetLength(WholeLength(file)); // a line that a crash cut off is written anew
        file.Position = file.Length;
        foreach (var (position, line) in added)
        {
            file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"position\":{position},\"signal\":")));
            file.Write(line.Span);
            file.Write("}\n"u8);
        }

        file.Flush(flushToDisk: true);
        _last = added[^1].Position;
    }

    /// <summary>All of them, in order. A line that was cut off or damaged costs itself only.</summary>
    public IEnumerable<(long Position, ReadOnlyMemory<byte> Line)> Read()
    {
        foreach (var text in File.Exists(FilePath) ? File.ReadLines(FilePath, Encoding.UTF8) : [])
        {
            if (Signal(text) is { } signal)
            {
                yield return signal;
            }
        }
    }

    /// <summary>Makes the table <c>signals</c>: each line, with the fields that queries ask for as columns.</summary>
    public static void Show(DuckDBConnection connection, IReadOnlyList<(long Position, ReadOnlyMemory<byte> Line)> signals)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "CREATE TABLE signals(id VARCHAR, kind VARCHAR, time TIMESTAMP, campaign VARCHAR, lead VARCHAR, account VARCHAR, position "
            + "BIGINT, line VARCHAR)";
        command.ExecuteNonQuery();
        using var appender = connection.CreateAppender("signals");
        foreach (var (position, line) in signals)
        {
            using var json = JsonDocument.Parse(line);
            string? Of(string field) => json.RootElement.TryGetProperty(field, out var value) ? value.GetString() : null;
            DateTime? time = DateTime.TryParse(Of("at"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at)
                ? at
                : null;
            appender
                .CreateRow()
                .AppendValue(Of("id"))
                .AppendValue(Of("kind"))
                .AppendValue(time)
                .AppendValue(Of("campaign"))
                .AppendValue(Of("lead"))
                .AppendValue(Of("account"))
                .AppendValue((long?)position)
                .AppendValue(Encoding.UTF8.GetString(line.Span))
                .EndRow();
        }
    }

    private static (long Position, ReadOnlyMemory<byte> Line)? Signal(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var signal = json.RootElement.GetProperty("signal");
            return signal.ValueKind == JsonValueKind.Object
                ? (json.RootElement.GetProperty("position").GetInt64(), Encoding.UTF8.GetBytes(signal.GetRawText()))
                : null;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Up to behind the last line's end.</summary>
    private static long WholeLength(FileStream file)
    {
        for (var at = file.Length; at > 0; at--)
        {
            file.Position = at - 1;
            if (file.ReadByte() == '\n')
            {
                return at;
            }
        }

        return 0;
    }
}
