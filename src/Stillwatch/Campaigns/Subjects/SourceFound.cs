using Stillwatch.Population;

namespace Stillwatch.Campaigns.Subjects;

/// <summary>That the accounts of a campaign draw from one source.</summary>
/// <param name="Reading">How far one of them could stand for another.</param>
/// <param name="P">The share of honest populations in which any class comes as low.</param>
/// <param name="Extrapolated">Whether none of them came as low, so that p goes on beyond them.</param>
public readonly record struct SourceFound(Exchangeability Reading, double P, bool Extrapolated)
{
    /// <summary>In words that need no glossary.</summary>
    public string Explain() =>
        $"what one of {Reading.Accounts:N0} accounts asks, and at which time of day, tells nothing about what it asks next, beyond what "
        + $"all of them ask: two prompts of one account are as alike as two of different ones (what they ask {Reading.What:0.00} times, "
        + $"when {Reading.When:0.00} times; of honest customers clearly more)";
}
