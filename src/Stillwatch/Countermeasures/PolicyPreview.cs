namespace Stillwatch.Countermeasures;

/// <summary>
/// Whom a policy would touch, by the same code that acts when it is live, exceptions and granted appeals included.
/// </summary>
/// <param name="Days">Of how many days exchanges are counted.</param>
/// <param name="Rules">Each rule.</param>
public sealed record PolicyPreview(int Days, IReadOnlyList<RulePreview> Rules)
{
    /// <summary>Accounts that any rule would touch.</summary>
    public int Accounts { get; init; }

    /// <summary>All accounts that were seen: what shares are of.</summary>
    public int AllAccounts { get; init; }

    /// <summary>Exchanges of the touched accounts in those days.</summary>
    public long Exchanges { get; init; }

    /// <summary>All exchanges in those days.</summary>
    public long AllExchanges { get; init; }

    /// <summary>What could not be told, a sentence each.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
