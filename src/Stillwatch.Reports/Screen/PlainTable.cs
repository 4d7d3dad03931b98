using System.Text;

namespace Stillwatch.Reports.Screen;

/// <summary>Rows under headings, as a terminal shows them; tabs between the cells where a program reads them.</summary>
internal static class PlainTable
{
    /// <summary>Writes <paramref name="rows"/>; what customers wrote in them is shown and not obeyed.</summary>
    public static void Write(TextWriter into, IReadOnlyList<string> headings, IEnumerable<string[]> rows)
    {
        List<IReadOnlyList<string>> all = [headings, .. rows.Select(row => (IReadOnlyList<string>)[.. row.Select(Shown.Text)])];
        var widths = Enumerable
            .Range(0, headings.Count)
            .Select(column => Terminal.IsOutputRedirected ? 0 : all.Max(row => Width(row[column])))
            .ToList();
        foreach (var row in all)
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Count; column++)
            {
                line.Append(
                        column == 0 ? ""
                        : Terminal.IsOutputRedirected ? "\t"
                        : "  "
                    )
                    .Append(row[column]);
                line.Append(' ', column == row.Count - 1 ? 0 : Math.Max(0, widths[column] - Width(row[column])));
            }

            into.WriteLine(line);
        }
    }

    private static int Width(string text) => text.EnumerateRunes().Count();
}
