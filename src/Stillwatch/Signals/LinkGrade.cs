using Stillwatch.Statistics;

namespace Stillwatch.Signals;

/// <summary>How alike honest accounts come by a graded link.</summary>
/// <param name="OfAccounts">Two accounts.</param>
/// <param name="OfSets">An account and a set of others.</param>
public sealed record LinkGrade(NullDistribution OfAccounts, NullDistribution OfSets);
