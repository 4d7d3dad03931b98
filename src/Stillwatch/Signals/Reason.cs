namespace Stillwatch.Signals;

/// <summary>Why a subject is suspected: one line of evidence.</summary>
/// <param name="Detector">The detector, or the link, by name and version.</param>
/// <param name="Bits">What it weighs.</param>
/// <param name="Text">One line that an analyst can read.</param>
/// <param name="Extrapolated">Whether the weight rests on the fitted tail beyond all calibration accounts.</param>
public sealed record Reason(string Detector, double Bits, string Text, bool Extrapolated);
