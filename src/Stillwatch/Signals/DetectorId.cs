using System.Globalization;

namespace Stillwatch.Signals;

/// <summary>The name and version under which a reading is recorded. A changed constant is a new version.</summary>
/// <param name="Name">In kebab case; the detector's page is docs/detectors/NAME.md.</param>
/// <param name="Version">Counts from 1.</param>
public readonly record struct DetectorId(string Name, int Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}/{Version}";

    /// <summary>Reads what <see cref="ToString"/> gives.</summary>
    /// <exception cref="FormatException">It is no name with a version.</exception>
    public static DetectorId Parse(string text) =>
        text.LastIndexOf('/') is > 0 and var slash && int.TryParse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture, out var version)
            ? new(text[..slash], version)
            : throw new FormatException($"'{text}' is no detector with its version, such as no-sleep/1");
}
