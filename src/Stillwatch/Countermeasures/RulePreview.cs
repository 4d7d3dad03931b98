namespace Stillwatch.Countermeasures;

/// <summary>Whom a rule would touch.</summary>
/// <param name="Rule">The rule with its version.</param>
/// <param name="Rung">What it would do.</param>
/// <param name="Mode">How far it is switched on.</param>
/// <param name="Campaigns">The campaigns that it is for.</param>
/// <param name="Accounts">The accounts that it would touch: those that look honest first, then those that no other rule touches.</param>
public sealed record RulePreview(
    string Rule,
    Rung Rung,
    RuleMode Mode,
    IReadOnlyList<string> Campaigns,
    IReadOnlyList<TouchedAccount> Accounts
)
{
    /// <summary>How many of them no rule before it touches, and no measure in force.</summary>
    public int NetNew { get; init; }

    /// <summary>How many people would have to approve a measure of it.</summary>
    public int Needs { get; init; }
}
