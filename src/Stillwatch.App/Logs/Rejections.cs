using Stillwatch.Exchanges;

namespace Stillwatch.App.Logs;

/// <summary>The lines that were not taken: the first twenty of a kind by name, the rest by count. Thread-safe; told in order of file and line.</summary>
internal sealed class Rejections(IReadOnlyList<string> paths)
{
    private const int NamedOfAKind = 20;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<RejectionKind, (long Count, SortedSet<(int File, long Line, string Detail)> First)> _byKind = [];

    /// <summary>How many lines were not taken.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _byKind.Where(kind => kind.Key != RejectionKind.Damaged).Sum(kind => kind.Value.Count);
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

    /// <summary>Line <paramref name="line"/> of file number <paramref name="file"/> was not taken.</summary>
    public void Add(int file, long line, Rejection rejection)
    {
        lock (_gate)
        {
            var (count, first) = _byKind.GetValueOrDefault(rejection.Kind, (0, []));
            first.Add((file, line, rejection.Detail));
            if (first.Count > NamedOfAKind)
            {
                first.Remove(first.Max);
            }

            _byKind[rejection.Kind] = (count + 1, first);
        }
    }

    /// <summary>What to say on standard error, a line each.</summary>
    public IReadOnlyList<string> Lines()
    {
        List<string> lines = [];
        lock (_gate)
        {
            foreach (var (kind, (count, first)) in _byKind)
            {
                lines.AddRange(first.Select(place => $"{Shown.Text(paths[place.File])}:{place.Line}: {Shown.Text(place.Detail)}; {(kind == RejectionKind.Damaged ? "the scan goes on" : "line skipped")}"));
                if (count > first.Count)
                {
                    lines.Add($"… and {count - first.Count:N0} more of this kind ({kind})");
                }
            }
        }

        return lines;
    }
}
