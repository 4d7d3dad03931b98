using Stillwatch.App.Scan;

namespace Stillwatch.App.Reports;

/// <summary>stub, replaced below</summary>
internal static class HtmlReport
{
    public static void Write(Findings findings, IReadOnlyDictionary<string, IReadOnlyList<Example>> examples, Stream stream)
    {
        using var writer = new StreamWriter(stream);
        writer.WriteLine($"{findings.Campaigns.Count} {examples.Count}");
    }
}
