using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>Counts tokens out, of the first 1,500 exchanges.</summary>
internal sealed class OutputVolume : Baseline
{
    /// <inheritdoc/>
    public override string Name => "tokens out counted";

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all) => exchanges.Sum(one => (long)one.OutputTokens);
}
