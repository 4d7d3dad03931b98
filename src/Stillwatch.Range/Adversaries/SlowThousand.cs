namespace Stillwatch.Range.Adversaries;

/// <summary>The same answers slowly, over a thousand accounts that each ask a few times a day.</summary>
internal sealed class SlowThousand : Adversary
{
    /// <inheritdoc/>
    public override string Name => "slow-thousand";

    /// <inheritdoc/>
    public override string Goal => "The same answers slowly, over a thousand accounts that each ask a few times a day.";

    /// <inheritdoc/>
    public override string Knowledge => "That volume is watched; so every account stays a light user.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            PerAccountDay = 4,
            AccountsOnCard = 10,
            SignUpBatch = 10,
            AccountsOnPool = 100,
            Rhythm = Rhythm.Steady,
        };
}
