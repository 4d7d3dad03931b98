using Stillwatch.Exchanges;

namespace Stillwatch.Cases;

/// <summary>A line of a case's timeline.</summary>
/// <param name="Number">The number of the decision in the record.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="What">What happened, in the word of the record.</param>
/// <param name="Text">In a sentence.</param>
/// <param name="Reason">Why; empty where it speaks for itself.</param>
public sealed record CaseLine(long Number, EventTime At, string By, string What, string Text, string Reason);
