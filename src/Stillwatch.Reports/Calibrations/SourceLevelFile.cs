using System.Text.Json;
using Stillwatch.Population;

namespace Stillwatch.Reports.Calibrations;

/// <summary>
/// Reads and writes what honest populations come to in the search for sources: JSON, numbers only, format version 1. The built-in one is a
/// resource of this program.
/// </summary>
internal static class SourceLevelFile
{
    private const int Version = 1;
    private const string BuiltInName = "stillwatch.built-in-sources.json";

    /// <summary>The built-in level.</summary>
    public static SourceLevel BuiltIn { get; } = LoadBuiltIn();

    /// <summary>Writes <paramref name="level"/> to <paramref name="stream"/>.</summary>
    public static void Save(SourceLevel level, string provenance, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("provenance", provenance);
        Write(json, level);
        json.WriteEndObject();
    }

    /// <summary>Writes the level's own fields.</summary>
    public static void Write(Utf8JsonWriter json, SourceLevel level)
    {
        json.WriteNumber("populations", level.Populations);
        json.WriteNumber("classes", Math.Round(level.Classes, 2));
        json.WritePropertyName("lowest");
        json.WriteRawValue("[" + string.Join(",", level.Lowest.Select(lowest => JsonSerializer.Serialize(Math.Round(lowest, 4)))) + "]");
        if (level.Few is { } few)
        {
            json.WriteStartObject("few");
            Write(json, few);
            json.WriteEndObject();
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidOperationException">A field has another kind.</exception>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static SourceLevel Read(JsonElement element) =>
        new(
            element.GetProperty("populations").GetInt32(),
            [.. element.GetProperty("lowest").EnumerateArray().Select(lowest => lowest.GetDouble())],
            element.GetProperty("classes").GetDouble()
        )
        {
            Few = element.TryGetProperty("few", out var few) ? Read(few) : null,
        };

    private static SourceLevel LoadBuiltIn()
    {
        using var stream = typeof(SourceLevelFile).Assembly.GetManifestResourceStream(BuiltInName)!;
        using var document = JsonDocument.Parse(stream);
        return Read(document.RootElement);
    }
}
