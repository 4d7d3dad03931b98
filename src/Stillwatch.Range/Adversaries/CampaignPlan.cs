namespace Stillwatch.Range.Adversaries;

/// <summary>A campaign's size: its goal in numbers, and its budget.</summary>
/// <param name="Name">Its name in labels and reports.</param>
/// <param name="Accounts">Accounts to begin with.</param>
/// <param name="Exchanges">Tasks that it wants answered.</param>
/// <param name="From">When it begins, in microseconds since the epoch.</param>
/// <param name="To">When it ends.</param>
/// <param name="Budget">The most that it spends, in dollars; 0 for no limit.</param>
/// <param name="Informed">Whether it has the provider's source, calibration and thresholds, and rehearses against them before it
/// begins.</param>
internal sealed record CampaignPlan(string Name, int Accounts, long Exchanges, long From, long To, decimal Budget, bool Informed);
