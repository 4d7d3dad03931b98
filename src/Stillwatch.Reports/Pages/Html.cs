using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Stillwatch.Reports.Pages;

/// <summary>
/// Writes HTML in which nothing is inserted but as text: every hole of an interpolated string is escaped. What a customer sent reaches a
/// page as what it looks like, with characters that would turn or hide text made visible.
/// </summary>
internal sealed class Html
{
    private readonly StringBuilder _page = new();
    private int _drawings;

    /// <summary>Appends <paramref name="markup"/>, its holes escaped.</summary>
    public void Add(Markup markup) => _page.Append(markup.Text).Append('\n');

    /// <summary>Appends a drawing that a library made of numbers and of texts that it escaped itself, as SVG.</summary>
    /// <param name="svg">The drawing, with or without what stands before its first element.</param>
    /// <param name="kind">Its class.</param>
    /// <param name="label">What it shows, for those who do not see it.</param>
    public void AddDrawing(string svg, string kind, string label)
    {
        var drawn = System.Xml.Linq.XElement.Parse(svg[svg.IndexOf("<svg", StringComparison.Ordinal)..]); // well-formed, or nothing
        _drawings++;
        foreach (
            var attribute in drawn
                .Descendants()
                .SelectMany(element => element.Attributes())
                .Where(attribute => attribute.Name == "id" || attribute.Name == "clip-path")
        )
        {
            // a name is one thing's on a page
            attribute.Value = attribute.Value.Replace("clipPath", $"clip{_drawings}-", StringComparison.Ordinal);
        }

        Add(
            $"<svg class=\"{kind}\" viewBox=\"0 0 {drawn.Attribute("width")!.Value} {drawn.Attribute("height")!.Value}\" role=\"img\" "
                + $"aria-label=\"{label}\">"
        );
        foreach (var part in drawn.Elements())
        {
            foreach (var element in part.DescendantsAndSelf())
            {
                element.Name = element.Name.LocalName;
            }

            _page.Append(part.ToString(System.Xml.Linq.SaveOptions.DisableFormatting)).Append('\n');
        }

        _page.Append("</svg>\n");
    }

    /// <summary>Appends what another writer made.</summary>
    public void Add(Html other) => _page.Append(other._page);

    /// <inheritdoc/>
    public override string ToString() => _page.ToString();

    /// <summary>Escapes <paramref name="text"/> for an element's content or a quoted attribute.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '"':
                    escaped.Append("&quot;");
                    break;
                case '\'':
                    escaped.Append("&#39;");
                    break;
                case '\n' or '\t':
                    escaped.Append((char)rune.Value);
                    break;
                default:
                    if (Shown.Hidden(rune))
                    {
                        escaped.Append("[U+").Append(rune.Value.ToString("X4")).Append(']'); // direction overrides, zero widths, escapes
                    }
                    else
                    {
                        escaped.Append(rune.ToString());
                    }

                    break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>An interpolated string whose holes are escaped as they are filled.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        private readonly StringBuilder _text;

        /// <summary>Begins a string.</summary>
        public Markup(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + formattedCount * 16);

        /// <summary>The markup.</summary>
        public StringBuilder Text => _text;

        /// <summary>A part that stands in the source.</summary>
        public void AppendLiteral(string literal) => _text.Append(literal);

        /// <summary>A hole: text.</summary>
        public void AppendFormatted(string? value) => _text.Append(Escape(value ?? ""));

        /// <summary>A hole: a number, or anything else with a format.</summary>
        public void AppendFormatted<T>(T value, string? format = null) =>
            _text.Append(
                Escape(
                    value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? ""
                )
            );
    }
}
