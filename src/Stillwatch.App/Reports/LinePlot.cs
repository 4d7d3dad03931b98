using System.Globalization;
using System.Text;

namespace Stillwatch.App.Reports;

/// <summary>Lines over time as an SVG: a few series, both axes from zero, a legend below.</summary>
internal static class LinePlot
{
    private const int Width = 560, Height = 210, Left = 58, Bottom = 30, Top = 12;

    /// <summary>A series.</summary>
    /// <param name="Label">What it is.</param>
    /// <param name="Points">Its points, ascending in X.</param>
    /// <param name="Halves">By point, half the height of its interval; none is drawn where that is not a number, or where this is null.</param>
    internal sealed record Series(string Label, IReadOnlyList<(double X, double Y)> Points, IReadOnlyList<double>? Halves = null);

    /// <summary>Draws them.</summary>
    /// <param name="page">Where.</param>
    /// <param name="x">What X is, in words.</param>
    /// <param name="series">At most four.</param>
    /// <param name="alsoBelow">The least that the axis of Y reaches.</param>
    public static void Write(Html page, string x, IReadOnlyList<Series> series, double alsoBelow = 1e-9)
    {
        var mostX = Math.Max(1e-9, series.SelectMany(one => one.Points).Select(point => point.X).DefaultIfEmpty(1).Max());
        var mostY = Math.Max(alsoBelow, series.SelectMany(one => one.Points).Select(point => point.Y).DefaultIfEmpty(1).Max());
        page.Add($"<figure><svg class=\"timeline\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{string.Join(", ", series.Select(one => one.Label))} over {x}\">");
        page.Add($"<line class=\"axis\" x1=\"{Left}\" y1=\"{Height - Bottom}\" x2=\"{Width}\" y2=\"{Height - Bottom}\"/><line class=\"axis\" x1=\"{Left}\" y1=\"{Top}\" x2=\"{Left}\" y2=\"{Height - Bottom}\"/>");
        page.Add($"<text x=\"{Left - 6}\" y=\"{Top + 6}\" text-anchor=\"end\">{Short(mostY)}</text><text x=\"{Left - 6}\" y=\"{Height - Bottom}\" text-anchor=\"end\">0</text><text x=\"{Width}\" y=\"{Height - 10}\" text-anchor=\"end\">{Short(mostX)}</text><text x=\"{Left}\" y=\"{Height - 10}\">{x}</text>");
        double X(double value) => Left + value / mostX * (Width - Left);
        double Y(double value) => Height - Bottom - Math.Clamp(value / mostY, 0, 1) * (Height - Bottom - Top);
        for (var i = 0; i < series.Count; i++)
        {
            var path = new StringBuilder();
            for (var k = 0; k < series[i].Points.Count; k++)
            {
                var (atX, atY) = series[i].Points[k];
                path.Append(path.Length == 0 ? 'M' : 'L').Append(CultureInfo.InvariantCulture, $"{X(atX):0.0} {Y(atY):0.0}");
                if (series[i].Halves?[k] is { } half && !double.IsNaN(half))
                {
                    page.Add($"<line class=\"f{i % 4}\" x1=\"{X(atX) + i:0.0}\" y1=\"{Y(atY - half):0.0}\" x2=\"{X(atX) + i:0.0}\" y2=\"{Y(atY + half):0.0}\"/>");
                }
            }

            path.Append(series[i].Points.Count == 1 ? "m-5 0h10" : "");   // a line of one point would not be seen
            page.Add($"<path class=\"f{i % 4}\" d=\"{path.ToString()}\"/>");
        }

        page.Add($"</svg><div class=\"legend\">");
        for (var i = 0; i < series.Count; i++)
        {
            page.Add($"<span class=\"f{i % 4}\">{series[i].Label}</span>");
        }

        page.Add($"</div></figure>");
    }

    private static string Short(double value) => value switch
    {
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + " k",
        >= 1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };
}
