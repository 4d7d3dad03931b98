using Stillwatch.Exchanges;

namespace Stillwatch.Logs;

/// <summary>
/// What was not taken: the first twenty of a kind by name, the rest by count. Thread-safe; told in order of file and line.
/// </summary>
internal sealed class Rejections(IReadOnlyList<LogSource> sources)
{
    private const int NamedOfAKind = 20;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<
        RejectionKind,
        (long Exchanges, SortedSet<(int File, long Line, string Detail)> First, long Faults)
    > _byKind = [];
    private readonly HashSet<int> _documents = [];
    private long _lines;

    /// <summary>What is not taken of the one file <paramref name="path"/>.</summary>
    public static Rejections OfFile(string? path) => new([new LogSource(path ?? "", path ?? "")]);

    /// <summary>A kind of fault, and how many exchanges it cost.</summary>
    /// <param name="Kind">The kind.</param>
    /// <param name="Exchanges">How many exchanges were lost, or lines that should have held one.</param>
    /// <param name="First">The first of them in words, with file and line.</param>
    internal sealed record Lost(RejectionKind Kind, long Exchanges, string First)
    {
        /// <summary>In words: "99 name no account".</summary>
        public override string ToString() => $"{Exchanges:N0} {Words(Kind, Exchanges)}";
    }

    /// <summary>Lines of which anything was not taken.</summary>
    public long Lines
    {
        get
        {
            lock (_gate)
            {
                return _lines;
            }
        }
    }

    /// <summary>What was lost, by kind.</summary>
    public IReadOnlyList<Lost> ByKind
    {
        get
        {
            lock (_gate)
            {
                return [.. _byKind.Select(kind => new Lost(kind.Key, kind.Value.Exchanges, Place(kind.Value.First.Min)))];
            }
        }
    }

    /// <summary>Whether anything at all is wrong, damage included.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _byKind.Count > 0;
            }
        }
    }

    /// <summary>File number <paramref name="file"/> is one document: its objects are numbered, not its lines.</summary>
    public void IsDocument(int file)
    {
        lock (_gate)
        {
            _documents.Add(file);
        }
    }

    /// <summary>Something of line <paramref name="line"/> (0 for the whole) of file number <paramref name="file"/> was not taken.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">The line, or the object of a document.</param>
    /// <param name="rejection">Why.</param>
    /// <param name="exchanges">How many exchanges it cost.</param>
    /// <param name="again">Whether something else of the line was told before: a line counts once.</param>
    public void Add(int file, long line, Rejection rejection, long exchanges = 1, bool again = false)
    {
        lock (_gate)
        {
            var (count, first, faults) = _byKind.GetValueOrDefault(rejection.Kind, (0, [], 0));
            first.Add((file, line, rejection.Detail));
            if (first.Count > NamedOfAKind)
            {
                first.Remove(first.Max);
            }

            _byKind[rejection.Kind] = (count + exchanges, first, faults + 1);
            _lines += again || rejection.Kind is RejectionKind.Damaged or RejectionKind.NotALog ? 0 : 1;
        }
    }

    /// <summary>What to say on standard error, a line each.</summary>
    public IReadOnlyList<string> Told()
    {
        List<string> lines = [];
        lock (_gate)
        {
            foreach (var (kind, (exchanges, first, faults)) in _byKind)
            {
                lines.AddRange(
                    first.Select(place =>
                        $"{Place(place)}; "
                        + $"{(kind == RejectionKind.Damaged ? "the scan goes on" : kind == RejectionKind.NotALog ? "file skipped" : exchanges > faults ? "skipped" : "line skipped")}"
                    )
                );
                if (faults > first.Count)
                {
                    lines.Add(
                        $"… and {faults - first.Count:N0} more of this kind "
                            + $"({kind}{(exchanges > faults ? $"; {exchanges:N0} exchanges in all" : "")})"
                    );
                }
            }
        }

        return lines;
    }

    /// <summary>What is wrong with <paramref name="count"/> exchanges of a kind, as what follows their number.</summary>
    public static string Words(RejectionKind kind, long count) =>
        (kind, count == 1) switch
        {
            (RejectionKind.NotJson, var one) => one ? "is no JSON object" : "are no JSON objects",
            (RejectionKind.NotUtf8, var one) => one ? "is not valid UTF-8" : "are not valid UTF-8",
            (RejectionKind.TooLong, var one) => one ? "is too long" : "are too long",
            (RejectionKind.FieldMissing, var one) => one ? "lacks a field" : "lack a field",
            (RejectionKind.FieldUnusable, var one) => one ? "has a field that cannot be used" : "have a field that cannot be used",
            (RejectionKind.TimeAbsurd, var one) => one ? "has a time that cannot be" : "have a time that cannot be",
            (RejectionKind.DuplicateField, var one) => one ? "has a field twice" : "have a field twice",
            (RejectionKind.DuplicateId, var one) => one ? "has an id that another has" : "have an id that another has",
            (RejectionKind.NoExchange, var one) => one ? "holds no exchange" : "hold no exchange",
            (RejectionKind.UnknownFormat, var one) => one ? "is of no known format" : "are of no known format",
            (RejectionKind.NoAccount, var one) => one ? "names no account" : "name no account",
            (RejectionKind.NotALog, var one) => one ? "file is no log" : "files are no logs",
            (RejectionKind.Damaged, var one) => one ? "file is damaged" : "files are damaged",
            (_, _) => $"met a fault of this program ({kind})",
        };

    private string Place((int File, long Line, string Detail) place) =>
        $"{Shown.Text(sources[place.File].Name)}"
        + $"{(place.Line == 0 ? "" : _documents.Contains(place.File) ? $", object {place.Line}" : $":{place.Line}")}"
        + $": {Shown.Text(place.Detail)}";
}
