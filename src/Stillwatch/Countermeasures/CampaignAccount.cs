namespace Stillwatch.Countermeasures;

/// <summary>An account of a campaign, as far as rules ask.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tier">Its tier.</param>
/// <param name="Organisation">Its organisation; null where it stands alone.</param>
/// <param name="Verified">Whether the provider has verified it.</param>
public sealed record CampaignAccount(string Name, string Tier, string? Organisation, bool Verified);
