using Stillwatch.Logs;
using Stillwatch.Reports.Screen;

namespace Stillwatch.Reports.Scan;

/// <summary>Shows how far the reading of logs is.</summary>
internal static class ReadingProgress
{
    /// <summary>Reads all logs of <paramref name="reader"/>.</summary>
    public static void Read(LogReader reader, bool quiet)
    {
        var total = reader.Sources.Sum(log => File.Exists(log.Path) ? new FileInfo(log.Path).Length : 0);
        using var progress = new ProgressBar("reading", quiet, SystemClock.Instance);
        using var timer = quiet ? null : new Timer(_ => progress.Report(reader.BytesRead / (double)Math.Max(1, total)), null, 250, 250);
        reader.Read();
    }
}
