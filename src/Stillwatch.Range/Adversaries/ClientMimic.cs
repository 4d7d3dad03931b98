namespace Stillwatch.Range.Adversaries;

/// <summary>To look like everybody's software.</summary>
internal sealed class ClientMimic : Adversary
{
    /// <inheritdoc/>
    public override string Name => "client-mimic";

    /// <inheritdoc/>
    public override string Goal => "To look like everybody's software.";

    /// <inheritdoc/>
    public override string Knowledge => "That programs, parameters and their order are fingerprints.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } = new() { MimicsClients = true, Rhythm = Rhythm.Steady };
}
