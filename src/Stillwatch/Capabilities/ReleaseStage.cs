namespace Stillwatch.Capabilities;

/// <summary>A step of a release: which tiers have it, and which share of their accounts.</summary>
/// <param name="Tiers">The tiers; at least one.</param>
/// <param name="Share">The share of their accounts, above 0 and at most 1. Who is among a small share is among every larger one.</param>
public sealed record ReleaseStage(IReadOnlyList<string> Tiers, double Share);
