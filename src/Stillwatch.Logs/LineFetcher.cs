namespace Stillwatch.Logs;

/// <summary>Reads single lines of logs again, by file and number.</summary>
internal static class LineFetcher
{
    /// <summary>The bytes of the wanted lines (or objects of a document); a line that is gone is left out.</summary>
    public static Dictionary<(int File, long Line), byte[]> Fetch(
        IReadOnlyList<LogSource> sources,
        IEnumerable<(int File, long Line)> wanted
    )
    {
        var found = new Dictionary<(int, long), byte[]>();
        foreach (var file in wanted.GroupBy(place => place.File))
        {
            var lines = file.Select(place => place.Line).Distinct().Order().ToArray();
            var next = 0;
            foreach (var block in new BlockReader(sources, new Rejections(sources)).Blocks(file.Key))
            {
                using (block)
                {
                    var each = block.GetEnumerator();
                    while (next < lines.Length && each.MoveNext())
                    {
                        if (lines[next] == each.Number)
                        {
                            found[(file.Key, each.Number)] = each.Current.ToArray();
                            next++;
                        }
                    }
                }

                if (next == lines.Length)
                {
                    break;
                }
            }
        }

        return found;
    }
}
