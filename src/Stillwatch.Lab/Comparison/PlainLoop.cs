using System.Globalization;
using Stillwatch.Lab.Training;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;
using static TorchSharp.torch;

namespace Stillwatch.Lab.Comparison;

/// <summary>
/// What somebody would write first: each token by reading everything before it again, in libtorch. What the server is held against
/// (bench/house).
/// </summary>
internal static class PlainLoop
{
    private const int Tokens = 200;
    private const int Times = 3;
    private const long Megabytes = 256;

    /// <summary>
    /// Makes tokens with the model in <paramref name="folder"/>, and tells the best of three rates; and how fast memory is read.
    /// </summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="clock">The present.</param>
    /// <param name="output">Where it is told.</param>
    public static void Run(string folder, TimeProvider clock, TextWriter output)
    {
        var model = HouseModel.Load(folder);
        using var none = no_grad();
        using var network = new Network(model, CPU);
        var rate = Best(clock, () =>
        {
            List<long> tokens =
            [
                .. new Conversation(model.Tokenizer).User("What is 47 times 36?").Ask().Tokens.Select(token => (long)token),
            ];
            for (var i = 0; i < Tokens; i++)
            {
                using var scope = NewDisposeScope();
                tokens.Add(network.Read(tensor(tokens.ToArray()).view(1, tokens.Count))[tokens.Count - 1].argmax().item<long>());
            }

            return Tokens;
        });
        using var much = ones(Megabytes << 18); // of 4 bytes each
        var bandwidth = Best(clock, () =>
        {
            using var sum = much.sum();
            return Megabytes << 20;
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loop {rate:0.0} tokens a second"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory {bandwidth / 1e9:0.00} GB a second"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"weights {4 * model.Shape.Parameters} bytes"));
    }

    private static double Best(TimeProvider clock, Func<long> work)
    {
        var best = 0.0;
        for (var i = 0; i < Times; i++)
        {
            var began = clock.GetTimestamp();
            var done = work();
            best = Math.Max(best, done / clock.GetElapsedTime(began).TotalSeconds);
        }

        return best;
    }
}
