namespace Stillwatch.Range.Adversaries;

/// <summary>The newest model, within a day of its release.</summary>
internal sealed class ReleasePivot : Adversary
{
    /// <inheritdoc/>
    public override string Name => "release-pivot";

    /// <inheritdoc/>
    public override string Goal => "The newest model, within a day of its release.";

    /// <inheritdoc/>
    public override string Knowledge => "Nothing in particular; it is in a hurry.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } = new() { Pivots = true };
}
