namespace Stillwatch.Range.Adversaries;

/// <summary>One account, as fast as it goes, until it has what it came for.</summary>
internal sealed class Bulk : Adversary
{
    /// <inheritdoc/>
    public override string Name => "bulk";

    /// <inheritdoc/>
    public override string Goal => "One account, as fast as it goes, until it has what it came for.";

    /// <inheritdoc/>
    public override string Knowledge => "Nothing: it does not know that anybody looks.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            PerAccountDay = 0,
            AccountsOnCard = 1,
            SignUpBatch = 1,
            Rhythm = Rhythm.Steady,
            SetUpHours = 4,
        };
}
