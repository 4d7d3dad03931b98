using Stillwatch.Exchanges;

namespace Stillwatch.Cases;

/// <summary>What a customer was told.</summary>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Text">What the customer is told.</param>
/// <param name="At">When.</param>
/// <param name="Deadline">Until when something is to be done; null for no such time.</param>
public sealed record Notice(Subject Subject, string Text, EventTime At, EventTime? Deadline);
