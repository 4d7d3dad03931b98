using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>To share no address and no card.</summary>
internal sealed class ResidentialProxies : Adversary
{
    /// <inheritdoc/>
    public override string Name => "residential-proxies";

    /// <inheritdoc/>
    public override string Goal => "To share no address and no card.";

    /// <inheritdoc/>
    public override string Knowledge => "That addresses and cards are links; it pays for each.";

    /// <inheritdoc/>
    public override Tactics Tactics { get; } =
        new()
        {
            AccountsOnCard = 1,
            SignUpBatch = 1,
            Place = Place.Residential,
            AccountsOnPool = 1,
            MimicsClients = true,
        };
}
