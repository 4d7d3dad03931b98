namespace Stillwatch.Reports.Pages;

/// <summary>Horizontal bars as an SVG: one a row and series, with an interval where there is one.</summary>
internal static class BarPlot
{
    private const int Width = 560,
        Left = 190,
        Right = 70,
        Bar = 12,
        Gap = 8;

    /// <summary>A row.</summary>
    /// <param name="Label">What it is.</param>
    /// <param name="Values">By series: the value, its interval's ends (equal where there is none), and how it is written.</param>
    internal sealed record Row(string Label, IReadOnlyList<(double Value, double Low, double High, string Written)> Values);

    /// <summary>Draws them.</summary>
    /// <param name="page">Where.</param>
    /// <param name="what">What the bars are, in words.</param>
    /// <param name="series">What each bar of a row is; at most four.</param>
    /// <param name="rows">The rows.</param>
    public static void Write(Html page, string what, IReadOnlyList<string> series, IReadOnlyList<Row> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var most = Math.Max(1e-12, rows.SelectMany(row => row.Values).Max(value => Math.Max(value.Value, value.High)));
        var step = series.Count * Bar + Gap;
        page.Add(
            $"<figure><svg class=\"timeline\" viewBox=\"0 0 {Width} {rows.Count * step + 6}\" role=\"img\" "
                + $"aria-label=\"{what}\"><line class=\"axis\" x1=\"{Left}\" y1=\"0\" x2=\"{Left}\" y2=\"{rows.Count * step}\"/>"
        );
        for (var i = 0; i < rows.Count; i++)
        {
            page.Add($"<text x=\"{Left - 6}\" y=\"{i * step + series.Count * Bar / 2 + 6}\" text-anchor=\"end\">{rows[i].Label}</text>");
            for (var j = 0; j < rows[i].Values.Count; j++)
            {
                var (value, low, high, written) = rows[i].Values[j];
                double X(double at) => Left + at / most * (Width - Left - Right);
                var y = i * step + j * Bar + 2;
                page.Add(
                    $"<rect class=\"b{j % 4}\" x=\"{Left}\" y=\"{y}\" width=\"{Math.Max(0, X(value) - Left):0.0}\" height=\"{Bar - 3}\"/>"
                );
                if (high > low)
                {
                    page.Add(
                        $"<line class=\"whisker\" x1=\"{X(low):0.0}\" y1=\"{y + 4.5:0.0}\" x2=\"{X(high):0.0}\" y2=\"{y + 4.5:0.0}\"/>"
                    );
                }

                page.Add($"<text x=\"{Math.Max(X(value), X(high)) + 4:0.0}\" y=\"{y + Bar - 3}\">{written}</text>");
            }
        }

        page.Add($"</svg><div class=\"legend\">");
        for (var j = 0; j < series.Count && (series.Count > 1 || series[j].Length > 0); j++)
        {
            page.Add($"<span class=\"f{j % 4}\">{series[j]}</span>");
        }

        page.Add($"</div></figure>");
    }
}
