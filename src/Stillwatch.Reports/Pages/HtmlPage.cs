using System.Text;

namespace Stillwatch.Reports.Pages;

/// <summary>The frame of every page: one file, the project's style sheet, and nothing that runs or is fetched.</summary>
internal static class HtmlPage
{
    private const string StyleName = "stillwatch.report.css",
        StyleMark = "</style>"; // the first one is ours: a title is escaped

    /// <summary>Begins a page; what is added next is its body.</summary>
    public static Html Begin(string title)
    {
        var page = new Html();
        page.Add(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style></style>
            </head>
            <body>
            """
        );
        return page;
    }

    /// <summary>Ends <paramref name="page"/> and writes it.</summary>
    public static void Write(Html page, Stream stream)
    {
        page.Add($"</body></html>");
        var text = page.ToString();
        var at = text.IndexOf(StyleMark, StringComparison.Ordinal);
        using var style = typeof(HtmlPage).Assembly.GetManifestResourceStream(StyleName)!;
        using var reader = new StreamReader(style);
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        writer.Write(text.AsSpan(0, at));
        writer.Write(reader.ReadToEnd());
        writer.Write(text.AsSpan(at));
    }
}
