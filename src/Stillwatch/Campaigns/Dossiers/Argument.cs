using Stillwatch.Signals;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>One piece of evidence for or against a verdict.</summary>
/// <param name="For">The verdict.</param>
/// <param name="Bits">For it where positive, against it where negative: log₂ of a likelihood ratio, by the table of
/// docs/verdicts.md.</param>
/// <param name="Text">What was seen, with its figures.</param>
/// <param name="WouldChange">What would have to be otherwise for this to fall away.</param>
public sealed record Argument(Verdict For, double Bits, string Text, string WouldChange);
