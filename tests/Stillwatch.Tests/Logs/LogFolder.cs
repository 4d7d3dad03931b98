using System.Text;
using Stillwatch.Logs;
using Stillwatch.Sketches;

namespace Stillwatch.Tests.Logs;

/// <summary>A temporary folder for the files of one test; gone with it.</summary>
internal sealed class LogFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("stillwatch-test-").FullName;

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public static string Line(string id, int second, string account = "a", string prompt = "hello there") =>
        $"{{\"id\":\"{id}\",\"time\":\"2026-03-02T00:00:{second:00}.000Z\",\"account\":\"{account}\",\"request\":{{\"prompt\":\"{prompt}\"}}}}\n";

    /// <summary>What is read of <paramref name="paths"/>: seconds of the exchanges in order, and the complaints.</summary>
    public static (List<long> Seconds, IReadOnlyList<string> Complaints, int Runs) Read(
        IReadOnlyList<string> paths,
        int workers = 2,
        int held = 1000
    )
    {
        using var reader = new LogReader(paths, KeyedHash.ForScan, workers: workers, heldExchanges: held);
        reader.Read();
        return ([.. reader.Exchanges().Select(e => e.Features.At.Tick % 60)], reader.Rejections.Told(), reader.SpilledRuns);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
