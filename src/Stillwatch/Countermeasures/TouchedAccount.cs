namespace Stillwatch.Countermeasures;

/// <summary>An account that a rule would touch.</summary>
/// <param name="Account">Its name.</param>
/// <param name="Standing">What is known of it.</param>
/// <param name="IsNew">Whether no rule before it, and no measure in force, touches it.</param>
/// <param name="Exchanges">Its exchanges in the days that are counted.</param>
public sealed record TouchedAccount(string Account, TouchedStanding Standing, bool IsNew, long Exchanges)
{
    /// <summary>Why it may be honest, in a few words; null where nothing says so.</summary>
    public string? LooksHonest { get; init; }
}
