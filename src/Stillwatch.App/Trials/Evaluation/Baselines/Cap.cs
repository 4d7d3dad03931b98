using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>After CAP: how many of 2,048 random-hyperplane buckets the queries cover.</summary>
internal sealed class Cap : Baseline
{
    private const int Bits = 11;

    /// <inheritdoc/>
    public override string Name => "CAP-like (buckets covered)";

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all) => exchanges.Select(Bucket).Distinct().Count();

    private static int Bucket(ExchangeFeatures one)
    {
        var bucket = 0;
        for (var i = 0; i < Bits; i++)
        {
            bucket = bucket << 1 | (one.Topic[i] - one.Topic[(i + 9) % 32] + one.Topic[(i + 21) % 32] > 0 ? 1 : 0);
        }

        return bucket;
    }
}
