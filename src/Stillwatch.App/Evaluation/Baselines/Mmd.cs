using Stillwatch.Features;

namespace Stillwatch.App.Evaluation.Baselines;

/// <summary>
/// The kernel two-sample test (Gretton et al., JMLR 2012) in the form of arXiv 2606.05725: unbiased MMD² with a mixture of Gaussian kernels at 0.5, 1, 2 and 4 times the median
/// distance, here on the built-in embedding, against a draw of everybody's prompts; times the window's size.
/// </summary>
internal sealed class Mmd : Baseline
{
    private const int Window = 200;
    private static readonly double[] Widths = [0.5, 1, 2, 4];
    private readonly ExchangeFeatures[] _reference;
    private readonly double _median;
    private readonly double _within;

    /// <summary>Draws the reference.</summary>
    public Mmd(IReadOnlyList<ExchangeFeatures> population)
    {
        var random = new Random(5);
        _reference = [.. Enumerable.Range(0, Window).Select(_ => population[random.Next(population.Count)])];
        var distances = Enumerable.Range(0, 2_000).Select(_ => Math.Sqrt(Distance2(_reference[random.Next(Window)], _reference[random.Next(Window)]))).Where(d => d > 0).Order().ToArray();
        _median = distances.Length == 0 ? 1 : distances[distances.Length / 2];
        _within = Within(_reference);
    }

    /// <inheritdoc/>
    public override string Name => "MMD (RBF mixture)";

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all)
    {
        ExchangeFeatures[] window = [.. exchanges.Take(Window)];
        if (window.Length < 10)
        {
            return 0;
        }

        var across = window.Average(x => _reference.Average(y => Kernel(x, y)));
        return (Within(window) + _within - 2 * across) * window.Length;
    }

    private double Within(ExchangeFeatures[] window)
    {
        var sum = 0.0;
        for (var i = 0; i < window.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                sum += Kernel(window[i], window[j]);
            }
        }

        return 2 * sum / (window.Length * (window.Length - 1.0));
    }

    private double Kernel(in ExchangeFeatures a, in ExchangeFeatures b)
    {
        var d = Distance2(a, b);
        var sum = 0.0;
        foreach (var width in Widths)
        {
            sum += Math.Exp(-d / (2 * width * width * _median * _median));
        }

        return sum / Widths.Length;
    }
}
