using System.Text.Json;
using Stillwatch.App.Scan;
using Stillwatch.Range.House.Distilling;
using Stillwatch.Range.House.Serving;
using Stillwatch.Range.House.Training;

namespace Stillwatch.App.House;

/// <summary>Collects a seed set's answers through a gateway, many at a time, into a file.</summary>
internal static class Collection
{
    private const int Together = 64;

    /// <summary>Asks all <paramref name="prompts"/>, with the keys in turn, and writes what came, in the order of the prompts.</summary>
    /// <returns>How many came, and how many were refused.</returns>
    public static async Task<(int Came, int Refused)> RunAsync(HouseDeployment house, IReadOnlyList<string> prompts, IReadOnlyList<string> keys, Arm arm, string file, IProgress<double> progress, CancellationToken cancel)
    {
        var harvester = new Harvester(house.Client, HouseServer.ModelName, arm.LogProbabilities);
        var came = new CollectedExchange?[prompts.Count];
        var done = 0;
        await Parallel.ForAsync(0, prompts.Count, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancel }, async (i, cancelled) =>
        {
            came[i] = (await harvester.AskAsync(prompts[i], keys[i % keys.Count], cancelled)).Exchange;
            progress.Report((double)Interlocked.Increment(ref done) / prompts.Count);
        });
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
