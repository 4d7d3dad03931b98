using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>Counts exchanges.</summary>
internal sealed class Volume : Baseline
{
    /// <inheritdoc/>
    public override string Name => "exchanges counted";

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all) => all;
}
