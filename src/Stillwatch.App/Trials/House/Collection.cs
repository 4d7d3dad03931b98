using System.Text.Json;
using Stillwatch.Range.House.Training;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Trials.House;

/// <summary>Collects answers, many at a time, into a file.</summary>
internal static class Collection
{
    private const int Together = 64;

    /// <summary>Asks <paramref name="count"/> times, and writes what came, in the order of asking.</summary>
    /// <param name="count">How often.</param>
    /// <param name="ask">Asks one: given its place, gives what came; null where it was refused.</param>
    /// <param name="file">Where to.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancel">Tells it to stop.</param>
    /// <returns>How many came, and how many were refused.</returns>
    public static async Task<(int Came, int Refused)> RunAsync(
        int count,
        Func<int, CancellationToken, Task<CollectedExchange?>> ask,
        string file,
        IProgress<double> progress,
        CancellationToken cancel
    )
    {
        var came = new CollectedExchange?[count];
        var done = 0;
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancel },
            async (i, cancelled) =>
            {
                came[i] = await ask(i, cancelled);
                progress.Report((double)Interlocked.Increment(ref done) / count);
            }
        );
        Write(file, came.OfType<CollectedExchange>());
        return (came.Count(exchange => exchange != null), came.Count(exchange => exchange == null));
    }

    /// <summary>Writes exchanges, one a line.</summary>
    public static void Write(string file, IEnumerable<CollectedExchange> exchanges)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        OutputFile.Write(file, stream =>
        {
            foreach (var exchange in exchanges)
            {
                JsonSerializer.Serialize(stream, exchange, CollectedExchange.Form);
                stream.WriteByte((byte)'\n');
            }
        });
    }
}
