using Stillwatch.Exchanges;

namespace Stillwatch.Cases;

/// <summary>A hypothesis with what speaks for and against it, as somebody weighed it last.</summary>
/// <param name="Hypothesis">Which.</param>
/// <param name="Probability">How likely it is, 0 to 1.</param>
/// <param name="For">What speaks for it, a sentence each.</param>
/// <param name="Against">What speaks against it, a sentence each.</param>
/// <param name="By">Who weighed it.</param>
/// <param name="At">When.</param>
public sealed record WeighedHypothesis(
    Hypothesis Hypothesis,
    double Probability,
    IReadOnlyList<string> For,
    IReadOnlyList<string> Against,
    string By,
    EventTime At
)
{
    /// <summary>How likely it is, in words.</summary>
    public string Words => Likelihood.Words(Probability);
}
