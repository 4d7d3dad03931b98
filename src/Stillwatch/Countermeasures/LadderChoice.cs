namespace Stillwatch.Countermeasures;

/// <summary>What a rule chose.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Accounts">The accounts that its campaign stands for now; none where end users are touched.</param>
public sealed record LadderChoice(Measure Measure, IReadOnlyList<string> Accounts);
