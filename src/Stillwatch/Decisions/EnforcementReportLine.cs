using Stillwatch.Countermeasures;

namespace Stillwatch.Decisions;

/// <summary>What a rule, or people by hand, did at a rung.</summary>
/// <param name="Rule">The rule with its version; <c>by hand</c> for people.</param>
/// <param name="Rung">What was done.</param>
/// <param name="IsShadow">Whether it was only counted.</param>
/// <param name="Measures">How many measures.</param>
/// <param name="Subjects">Whom they touched, each once.</param>
/// <param name="Undone">How many were taken back.</param>
public sealed record EnforcementReportLine(string Rule, Rung Rung, bool IsShadow, int Measures, int Subjects, int Undone);
