namespace Stillwatch.Range.Adversaries;

/// <summary>Millions of answers over a network of accounts behind one load balancer.</summary>
internal sealed class Hydra : Adversary
{
    /// <inheritdoc/>
    public override string Name => "hydra";

    /// <inheritdoc/>
    public override string Goal => "Millions of answers over a network of accounts behind one load balancer.";

    /// <inheritdoc/>
    public override string Knowledge => "That single accounts are limited; not that accounts are put together.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } = new() { Replaces = true };
}
