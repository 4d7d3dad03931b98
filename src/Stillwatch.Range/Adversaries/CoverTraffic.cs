namespace Stillwatch.Range.Adversaries;

/// <summary>A harvest that is hidden among ordinary conversations of the same accounts.</summary>
internal sealed class CoverTraffic : Adversary
{
    /// <inheritdoc/>
    public override string Name => "cover-traffic";

    /// <inheritdoc/>
    public override string Goal => "A harvest that is hidden among ordinary conversations of the same accounts.";

    /// <inheritdoc/>
    public override string Knowledge => "That conversations look honest; it pays for three of them for each task.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            Cover = 0.75,
            Rhythm = Rhythm.Steady,
            MimicsClients = true,
        };
}
