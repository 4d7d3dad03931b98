namespace Stillwatch.Range.Adversaries;

/// <summary>To go on: each stopped account is replaced within the hour.</summary>
internal sealed class BanReplacement : Adversary
{
    /// <inheritdoc/>
    public override string Name => "ban-replacement";

    /// <inheritdoc/>
    public override string Goal => "To go on: each stopped account is replaced within the hour.";

    /// <inheritdoc/>
    public override string Knowledge => "It sees which accounts are stopped, not why.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            Replaces = true,
            AccountsOnCard = 8,
            SignUpBatch = 8,
        };
}
