using System.Globalization;
using System.Text.RegularExpressions;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Stillwatch.Reports.Pages;

/// <summary>Lines as an SVG, drawn by OxyPlot: ticks that people read, the page's colours in both themes, a legend below.</summary>
internal static partial class LinePlot
{
    private const int Width = 560,
        Height = 230;
    private const double Spread = 100; // the largest X over the smallest, from which on the axis is logarithmic

    /// <summary>Colours of the style sheet that the drawing names: places in it that no other colour has.</summary>
    private static readonly OxyColor Quiet = OxyColor.FromRgb(1, 0, 0),
        Line = OxyColor.FromRgb(1, 1, 0);

    private static readonly LineStyle[] Dashes =
    [
        LineStyle.Solid,
        LineStyle.Dash,
        LineStyle.Dot,
        LineStyle.DashDot,
        LineStyle.LongDash,
        LineStyle.DashDotDot,
        LineStyle.LongDashDot,
        LineStyle.DashDashDot,
    ];

    /// <summary>A series.</summary>
    /// <param name="Label">What it is.</param>
    /// <param name="Points">Its points, ascending in X.</param>
    /// <param name="Halves">By point, half the height of its interval; none is drawn where that is not a number, or where this is
    /// null.</param>
    /// <param name="Colour">Its place among the colours, 0 to 7: the same for the same thing on every plot of a page. Its place among the
    /// series where negative.</param>
    internal sealed record Series(
        string Label,
        IReadOnlyList<(double X, double Y)> Points,
        IReadOnlyList<double>? Halves = null,
        int Colour = -1
    );

    /// <summary>How many colours there are.</summary>
    public const int Colours = 8;

    /// <summary>Draws them.</summary>
    /// <param name="page">Where.</param>
    /// <param name="x">What X is, in words.</param>
    /// <param name="y">What Y is, in words.</param>
    /// <param name="series">At most eight.</param>
    /// <param name="alsoBelow">The least that the axis of Y reaches.</param>
    /// <param name="logarithmic">Whether X is drawn by its logarithm; where null, if it is above zero and spreads over two powers of
    /// ten.</param>
    public static void Write(Html page, string x, string y, IReadOnlyList<Series> series, double alsoBelow = 1e-9, bool? logarithmic = null)
    {
        var points = series.SelectMany(one => one.Points).ToList();
        var (least, most) = (
            points.Select(point => point.X).DefaultIfEmpty(0).Min(),
            Math.Max(1e-9, points.Select(point => point.X).DefaultIfEmpty(1).Max())
        );
        var byLogarithm = least > 0 && (logarithmic ?? most / least >= Spread);
        var model = new PlotModel
        {
            PlotAreaBorderThickness = new OxyThickness(0),
            TextColor = Quiet,
            DefaultFont = "system-ui",
            DefaultFontSize = 11,
            Background = OxyColors.Undefined,
            Padding = new OxyThickness(2, 6, 18, 2),
            Culture = CultureInfo.InvariantCulture,
        };
        Axis bottom = byLogarithm
            ? new LogarithmicAxis { Minimum = least / 1.15, Maximum = most * 1.15 }
            : new LinearAxis { Minimum = Math.Min(0, least), Maximum = most };
        Dress(bottom, AxisPosition.Bottom, x);
        var left = new LinearAxis
        {
            Minimum = 0,
            Maximum = Math.Max(alsoBelow, points.Select(point => point.Y).DefaultIfEmpty(1).Max()) * 1.02,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = Line,
        };
        Dress(left, AxisPosition.Left, y);
        model.Axes.Add(bottom);
        model.Axes.Add(left);
        for (var i = 0; i < series.Count; i++)
        {
            Add(model, series[i], Place(series[i], i), byLogarithm);
        }

        using var into = new MemoryStream();
        new SvgExporter
        {
            Width = Width,
            Height = Height,
            IsDocument = false,
        }.Export(model, into);
        page.Add($"<figure>");
        page.AddDrawing(
            Themed(System.Text.Encoding.UTF8.GetString(into.ToArray())),
            "timeline",
            $"{string.Join(", ", series.Select(one => one.Label))}: {y} over {x}"
        );
        page.Add($"<div class=\"legend\">");
        for (var i = 0; i < series.Count; i++)
        {
            page.Add($"<span class=\"f{Place(series[i], i)}\">{series[i].Label}</span>");
        }

        page.Add($"</div></figure>");
    }

    private static int Place(Series series, int i) => (series.Colour < 0 ? i : series.Colour) % Colours;

    private static void Dress(Axis axis, AxisPosition position, string title)
    {
        axis.Position = position;
        axis.Title = title;
        axis.TicklineColor = axis.AxislineColor = axis.MinorTicklineColor = axis.TextColor = axis.TitleColor = Quiet;
        axis.AxislineStyle = LineStyle.Solid;
        axis.MinorTickSize = 0;
        axis.AxisTitleDistance = 12; // beyond the labels, whatever font the page is shown in
        axis.LabelFormatter = Written;
    }

    private static void Add(PlotModel model, Series series, int place, bool byLogarithm)
    {
        var colour = OxyColor.FromRgb(2, (byte)place, 0);
        var line = new LineSeries
        {
            Color = colour,
            StrokeThickness = 1.8,
            LineStyle = Dashes[place],
            MarkerFill = colour,
            MarkerSize = 2.5,
            MarkerType = series.Points.Count <= 12 ? MarkerType.Circle : MarkerType.None,
        };
        var bars = new ScatterErrorSeries
        {
            MarkerType = MarkerType.None,
            ErrorBarColor = colour,
            ErrorBarStopWidth = 3,
        };
        for (var k = 0; k < series.Points.Count; k++)
        {
            var (x, y) = series.Points[k];
            line.Points.Add(new DataPoint(x, y));
            if (series.Halves?[k] is { } half && !double.IsNaN(half))
            {
                // Beside each other where several lie at one X.
                bars.Points.Add(new ScatterErrorPoint(byLogarithm ? x * (1 + 0.012 * place) : x, y, 0, 2 * half));
            }
        }

        model.Series.Add(line);
        if (bars.Points.Count > 0)
        {
            model.Series.Add(bars);
        }
    }

    /// <summary>A number of an axis.</summary>
    private static string Written(double value) =>
        Math.Abs(value) switch
        {
            0 => "0",
            >= 1_000_000 => (value / 1_000_000).ToString("#,0.###", CultureInfo.InvariantCulture) + " M",
            >= 1 => value.ToString("#,0.##", CultureInfo.InvariantCulture),
            _ => value.ToString("0.####", CultureInfo.InvariantCulture),
        };

    /// <summary>Puts the style sheet's colours where the drawing has the places for them.</summary>
    private static string Themed(string svg) =>
        Placed()
            .Replace(svg, match => (match.Groups["kind"].Value, match.Groups["place"].Value) switch
                {
                    ("1", "0") => "var(--quiet)",
                    ("1", _) => "var(--line)",
                    (_, var place) => $"var(--f{place})",
                });

    [GeneratedRegex(@"rgb\((?<kind>[12]),(?<place>\d),0\)", RegexOptions.NonBacktracking)]
    private static partial Regex Placed();
}
