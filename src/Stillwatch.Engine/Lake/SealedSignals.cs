using System.Globalization;
using System.Text;
using DuckDB.NET.Data;

namespace Stillwatch.Engine.Lake;

/// <summary>
/// The signals of segments that are sealed: a line each in <c>signals.jsonl</c>, the position and the signal, in the order of the journal. They are kept for good: few, and without text.
/// </summary>
internal sealed class SealedSignals(string folder)
{
    private const string FileName = "signals.jsonl";

    private long _last = -1;   // position of the last one that is there; −1 where nobody has looked

    private string FilePath => Path.Combine(folder, FileName);

    /// <summary>Appends signals of the journal, in its order; those that are there already are passed over.</summary>
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

        using var file = new FileStream(FilePath, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.SetLength(WholeLength(file));   // a line that a crash cut off is written anew
        file.Position = file.Length;
        foreach (var (position, line) in added)
        {
            file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{position} ")));
            file.Write(line.Span);
            file.WriteByte((byte)'\n');
        }

        file.Flush(flushToDisk: true);
        _last = added[^1].Position;
    }

    /// <summary>All of them, in order. A line that was cut off is passed over.</summary>
    public IEnumerable<(long Position, ReadOnlyMemory<byte> Line)> Read()
    {
        if (!File.Exists(FilePath))
        {
            yield break;
        }

        foreach (var text in File.ReadLines(FilePath, Encoding.UTF8))
        {
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && text[^1] == '}' && long.TryParse(text.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            {
                yield return (position, Encoding.UTF8.GetBytes(text[(space + 1)..]));
            }
        }
    }

    /// <summary>Makes the view <c>signals</c>: what a signal's line says, with the usual fields as columns.</summary>
    public static void Show(DuckDBConnection connection, IReadOnlyList<(long Position, ReadOnlyMemory<byte> Line)> signals)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE signals(id VARCHAR, kind VARCHAR, time TIMESTAMP, campaign VARCHAR, lead VARCHAR, account VARCHAR, position BIGINT, line VARCHAR)";
        command.ExecuteNonQuery();
        using var appender = connection.CreateAppender("signals");
        foreach (var (position, line) in signals)
        {
            using var json = System.Text.Json.JsonDocument.Parse(line);
            string? Of(string field) => json.RootElement.TryGetProperty(field, out var value) ? value.GetString() : null;
            appender.CreateRow().AppendValue(Of("id")).AppendValue(Of("kind")).AppendValue(DateTime.TryParse(Of("at"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at) ? at : null).AppendValue(Of("campaign")).AppendValue(Of("lead")).AppendValue(Of("account"))
                .AppendValue((long?)position).AppendValue(Encoding.UTF8.GetString(line.Span)).EndRow();
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
