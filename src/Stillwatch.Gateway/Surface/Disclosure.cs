namespace Stillwatch.Gateway.Surface;

/// <summary>
/// What a customer is told beside a refusal that a countermeasure or a release decided: never less, so that it can appeal.
/// </summary>
/// <param name="ReasonCode">Why, in a word for programs.</param>
/// <param name="Reference">The case, or the measure where there is none: whoever is asked finds the decision by it.</param>
/// <param name="Appeal">How to appeal; null where there is nothing to appeal against.</param>
/// <param name="InDialect">Whether it comes as the dialect's own refusal, with status 200, where the dialect has one.</param>
internal sealed record Disclosure(string ReasonCode, string Reference, string? Appeal, bool InDialect = false);
