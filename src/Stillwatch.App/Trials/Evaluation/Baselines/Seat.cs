using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>
/// After SEAT (Zhang et al., AISec 2021): pairs of queries that are closer than honest ones come, here by the cosine of the topic
/// embedding.
/// </summary>
internal sealed class Seat : Baseline
{
    private const double Close = 2 * (1 - 0.95); // squared distance at a cosine of 0.95

    /// <inheritdoc/>
    public override string Name => "SEAT-like (close pairs)";

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all)
    {
        var pairs = 0;
        for (var i = 0; i < exchanges.Count; i++)
        {
            for (var j = Math.Max(0, i - 200); j < i; j++)
            {
                pairs += Distance2(exchanges[i], exchanges[j]) < Close && exchanges[i].Body != exchanges[j].Body ? 1 : 0;
            }
        }

        return pairs;
    }
}
