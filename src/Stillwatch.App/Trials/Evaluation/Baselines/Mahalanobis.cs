using MathNet.Numerics.LinearAlgebra;
using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>The Mahalanobis distance of an account's mean topic from everybody's, times the root of how many there are.</summary>
internal sealed class Mahalanobis : Baseline
{
    private const double Ridge = 1e-3;
    private readonly Vector<double> _mean;
    private readonly Matrix<double> _inverse;

    /// <summary>Takes everybody's mean and covariance.</summary>
    public Mahalanobis(IReadOnlyList<ExchangeFeatures> population)
    {
        var rows = population.Select(Row).ToList();
        _mean = rows.Aggregate((a, b) => a + b) / rows.Count;
        var covariance = Matrix<double>.Build.DenseIdentity(ExchangeFeatures.TopicDimensions) * Ridge;
        foreach (var row in rows)
        {
            var d = row - _mean;
            covariance += d.OuterProduct(d) / rows.Count;
        }

        _inverse = covariance.Inverse();
    }

    /// <inheritdoc/>
    public override string Name => "Mahalanobis";

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all)
    {
        var d = exchanges.Select(Row).Aggregate((a, b) => a + b) / exchanges.Count - _mean;
        return Math.Sqrt(Math.Max(0, d * _inverse * d) * exchanges.Count);
    }

    private static Vector<double> Row(ExchangeFeatures one) =>
        Vector<double>.Build.Dense(ExchangeFeatures.TopicDimensions, i => one.Topic[i] / 127.0);
}
