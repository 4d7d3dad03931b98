namespace Stillwatch.Range.Adversaries;

/// <summary>A reasoning harvest that looks like an honest evaluation.</summary>
internal sealed class BenchmarkDisguise : Adversary
{
    /// <inheritdoc/>
    public override string Name => "benchmark-disguise";

    /// <inheritdoc/>
    public override string Goal => "A reasoning harvest that looks like an honest evaluation.";

    /// <inheritdoc/>
    public override string Knowledge => "That evaluations are spared.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            Wrapping = Wrapping.Benchmark,
            Wrapped = 1,
            PerAccountDay = 200,
            Rhythm = Rhythm.Burst,
        };
}
