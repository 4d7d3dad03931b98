namespace Stillwatch.Signals;

/// <summary>What a detector believes of a profile now: no threshold, no verdict, and no weight before calibration.</summary>
/// <param name="Raw">The statistic, standardised for how much was seen; larger is less like ordinary use. Not in bits.</param>
/// <param name="Support">How many exchanges the belief rests on.</param>
/// <param name="Reason">The reason code explained on the detector's page.</param>
public readonly record struct Reading(double Raw, long Support, string Reason);
