using MathNet.Numerics;
using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>
/// PRADA (Juuti et al., EuroS&amp;P 2019, algorithm 3): the distances of each query to the nearest in a growing set should be normal; a
/// synthetic set's are not. One class; Shapiro and Francia's W′ in the place of Shapiro and Wilk's W.
/// </summary>
internal sealed class Prada : Baseline
{
    private const int Fewest = 30;

    /// <inheritdoc/>
    public override string Name => "PRADA (growing set, W')";

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all)
    {
        List<ExchangeFeatures> set = [];
        List<double> distances = [],
            admitted = [];
        var threshold = 0.0;
        foreach (var query in exchanges)
        {
            if (set.Count > 0)
            {
                var nearest = Math.Sqrt(set.Min(other => Distance2(query, other)));
                distances.Add(nearest);
                if (nearest <= threshold)
                {
                    continue;
                }

                admitted.Add(nearest);
                var mean = admitted.Average();
                threshold = Math.Max(threshold, mean - Math.Sqrt(admitted.Average(d => (d - mean) * (d - mean))));
            }

            set.Add(query);
        }

        return distances.Count < Fewest ? 0 : 1 - W(distances);
    }

    /// <summary>The squared correlation of the ordered values with the normal's expected order statistics.</summary>
    private static double W(List<double> values)
    {
        var sorted = values.Order().ToArray();
        var mean = sorted.Average();
        double products = 0,
            squares = 0,
            normal = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var m = SpecialFunctions.ErfInv(2 * ((i + 1 - 0.375) / (sorted.Length + 0.25)) - 1) * Math.Sqrt(2);
            products += m * sorted[i];
            normal += m * m;
            squares += (sorted[i] - mean) * (sorted[i] - mean);
        }

        return squares <= 0 ? 0 : products * products / (normal * squares);
    }
}
