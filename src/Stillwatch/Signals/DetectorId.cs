namespace Stillwatch.Signals;

/// <summary>The name and version under which a reading is recorded. A changed constant is a new version.</summary>
/// <param name="Name">In kebab case; the detector's page is docs/detectors/NAME.md.</param>
/// <param name="Version">Counts from 1.</param>
public readonly record struct DetectorId(string Name, int Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}/{Version}";
}
