namespace Stillwatch.Accounts;

/// <summary>An account as the gateway knows it.</summary>
/// <param name="Name">The customer, as the provider names it.</param>
/// <param name="Organisation">The organisation it belongs to; null where it stands alone.</param>
/// <param name="Tier">How far it is trusted.</param>
/// <param name="Suspended">Whether its requests are refused.</param>
public sealed record AccountEntry(string Name, string? Organisation, Tier Tier, bool Suspended);
