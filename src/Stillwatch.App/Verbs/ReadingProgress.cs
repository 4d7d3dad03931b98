using Stillwatch.App.Logs;

namespace Stillwatch.App.Verbs;

/// <summary>Shows how far the reading of logs is.</summary>
internal static class ReadingProgress
{
    /// <summary>Reads all of <paramref name="logs"/> by <paramref name="reader"/>.</summary>
    public static void Read(LogReader reader, IReadOnlyList<string> logs, bool quiet)
    {
        var total = logs.Sum(log => File.Exists(log) ? new FileInfo(log).Length : 0);
        using var progress = new ProgressBar("reading", quiet, SystemClock.Instance);
        using var timer = quiet ? null : new Timer(_ => progress.Report(reader.BytesRead / (double)Math.Max(1, total)), null, 250, 250);
        reader.Read();
    }
}
