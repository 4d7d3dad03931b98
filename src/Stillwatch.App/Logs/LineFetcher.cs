namespace Stillwatch.App.Logs;

/// <summary>Reads single lines of logs again, by file and number.</summary>
internal static class LineFetcher
{
    /// <summary>The bytes of the wanted lines; a line that is gone is left out.</summary>
    public static Dictionary<(int File, long Line), byte[]> Fetch(IReadOnlyList<string> paths, IEnumerable<(int File, long Line)> wanted)
    {
        var found = new Dictionary<(int, long), byte[]>();
        foreach (var file in wanted.GroupBy(place => place.File))
        {
            var lines = file.Select(place => place.Line).Distinct().Order().ToArray();
            var next = 0;
            foreach (var block in new BlockReader(paths, new Rejections(paths)).Blocks(file.Key))
            {
                using (block)
                {
                    var number = block.FirstLine;
                    var bytes = block.Bytes is [.. var whole, (byte)'\n'] ? whole : block.Bytes;   // what follows the last line end is the next block's
                    foreach (var range in bytes.Split((byte)'\n'))
                    {
                        if (next < lines.Length && lines[next] == number)
                        {
                            found[(file.Key, number)] = bytes[range].TrimEnd((byte)'\r').ToArray();
                            next++;
                        }

                        number++;
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
