using Stillwatch.Signals;

namespace Stillwatch.Tests.World;

/// <summary>Scales by which groups are read, where all detectors are alike.</summary>
internal static class Scales
{
    /// <summary>Of each detector <paramref name="rare"/> is what one honest population in fifty comes to; an account may count for
    /// anything.</summary>
    public static IReadOnlyDictionary<DetectorId, Ordinary> Rare(double rare) =>
        Detector.All.ToDictionary(detector => detector.Id, _ => new Ordinary(0, double.PositiveInfinity, rare));
}
