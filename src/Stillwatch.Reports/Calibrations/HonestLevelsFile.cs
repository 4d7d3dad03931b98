using System.Text.Json;
using Stillwatch.Population;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Calibrations;

/// <summary>
/// Reads and writes what independent honest populations come to: JSON, numbers only, format version 3. The built-in one is a resource of
/// this program.
/// </summary>
internal static class HonestLevelsFile
{
    private const int Version = 3;
    private const string BuiltInName = "stillwatch.built-in-levels.json";
    private const int Decimals = 4;

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>The built-in levels.</summary>
    public static HonestLevels BuiltIn { get; } = LoadBuiltIn();

    /// <summary>Writes <paramref name="levels"/> to <paramref name="stream"/>.</summary>
    public static void Save(HonestLevels levels, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Indented);
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("provenance", levels.Provenance);
        Write(json, "sources", levels.Sources);
        Write(json, "few_sources", levels.FewSources);
        Write(json, "groups", levels.Groups);
        Write(json, "few_groups", levels.FewGroups);
        Write(json, "own_groups", levels.OwnGroups);
        json.WriteStartObject("by_detector");
        foreach (var (id, level) in levels.ByDetector.OrderBy(one => one.Key.Name, StringComparer.Ordinal))
        {
            Write(json, id.ToString(), level);
        }

        json.WriteEndObject();
        json.WriteStartObject("ordinary");
        foreach (var (id, ordinary) in levels.Ordinary.OrderBy(one => one.Key.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject(id.ToString());
            json.WriteNumber("median", ordinary.Median);
            json.WriteNumber("most", ordinary.Most);
            json.WriteNumber("rare", ordinary.Rare);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidOperationException">A field has another kind.</exception>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static HonestLevels Read(JsonElement root) =>
        new(
            root.GetProperty("provenance").GetString() ?? "",
            Level(root.GetProperty("sources"), ends: true),
            Level(root.GetProperty("few_sources"), ends: true),
            Level(root.GetProperty("groups")),
            Level(root.GetProperty("few_groups")),
            Level(root.GetProperty("own_groups")),
            root.GetProperty("by_detector").EnumerateObject().ToDictionary(one => DetectorId.Parse(one.Name), one => Level(one.Value)),
            root.GetProperty("ordinary")
                .EnumerateObject()
                .ToDictionary(
                    one => DetectorId.Parse(one.Name),
                    one => new Ordinary(
                        one.Value.GetProperty("median").GetDouble(),
                        one.Value.GetProperty("most").GetDouble(),
                        one.Value.GetProperty("rare").GetDouble()
                    )
                )
        );

    private static void Write(Utf8JsonWriter json, string name, PopulationLevel level)
    {
        json.WriteStartObject(name);
        json.WriteNumber("populations", level.Populations);
        json.WriteNumber("searched", Math.Round(level.Searched, 2));
        json.WritePropertyName("highest");
        json.WriteRawValue(
            "[" + string.Join(",", level.Highest.Select(highest => JsonSerializer.Serialize(Math.Round(highest, Decimals)))) + "]"
        );
        json.WriteEndObject();
    }

    private static PopulationLevel Level(JsonElement element, bool ends = false) =>
        new(
            element.GetProperty("populations").GetInt32(),
            [.. element.GetProperty("highest").EnumerateArray().Select(highest => highest.GetDouble())],
            element.GetProperty("searched").GetDouble(),
            ends
        );

    private static HonestLevels LoadBuiltIn()
    {
        using var stream = typeof(HonestLevelsFile).Assembly.GetManifestResourceStream(BuiltInName)!;
        using var document = JsonDocument.Parse(stream);
        return Read(document.RootElement);
    }
}
