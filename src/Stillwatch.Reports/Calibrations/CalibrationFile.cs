using System.Globalization;
using System.Text.Json;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Reports.Calibrations;

/// <summary>
/// Reads and writes calibration files: JSON, numbers only, format version 2; version 1 is read as well. The built-in one is a resource of
/// this program.
/// </summary>
internal static class CalibrationFile
{
    private const string BuiltInName = "stillwatch.built-in-calibration.json";

    private const string Beside = "beside"; // another honest population's

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>The calibration in <paramref name="path"/>, or the built-in one where that is null.</summary>
    /// <exception cref="UnusableInputException">The file cannot be read or is no calibration.</exception>
    public static Calibration Load(string? path)
    {
        try
        {
            if (path != null)
            {
                return Parse(File.ReadAllBytes(path));
            }

            using var stream = typeof(CalibrationFile).Assembly.GetManifestResourceStream(BuiltInName)
                ?? throw new UnusableInputException("this build carries no built-in calibration; give one with --calibration FILE");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return Parse(bytes);
        }
        catch (Exception fault)
            when (fault
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
            )
        {
            throw Readable.Unusable(
                path ?? BuiltInName,
                fault,
                $"a calibration file of version 1 or {Calibration.FormatVersion}",
                "make one with ./stillwatch calibrate LOG --out FILE"
            );
        }
    }

    /// <summary>Writes <paramref name="calibration"/> to <paramref name="stream"/>.</summary>
    public static void Save(Calibration calibration, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Indented);
        json.WriteStartObject();
        json.WriteNumber("version", Calibration.FormatVersion);
        json.WriteString("provenance", calibration.Provenance);
        json.WriteNumber("accounts", calibration.Accounts);
        json.WriteNumber("days", calibration.Days);
        json.WriteBoolean("honest_list", calibration.HonestList);
        json.WriteStartObject("link_bits");
        foreach (var (link, bits) in calibration.LinkBits.OrderBy(link => link.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(link, bits);
        }

        json.WriteEndObject();
        json.WriteStartObject("link_grades");
        foreach (var (link, grades) in calibration.LinkGrades.OrderBy(link => link.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(link);
            Write(json, "of_accounts", grades.OfAccounts);
            Write(json, "of_sets", grades.OfSets);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        Write(json, "by_account", calibration.ByAccount);
        Write(json, "by_verified_account", calibration.ByVerifiedAccount);
        json.WriteStartArray("leads");
        foreach (var ranks in calibration.Leads)
        {
            json.WriteStartObject();
            foreach (var one in ranks.Classes)
            {
                Write(json, $"{one.From}", one.Weights);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("bars");
        foreach (var (name, bar) in Named(calibration.Bars).Where(bar => double.IsFinite(bar.Value)))
        {
            json.WriteNumber(name, Math.Round(bar, 4));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static IEnumerable<(string Name, double Value)> Named(Bars bars) =>
        [("sources", bars.Sources), ("groups", bars.Groups), ("few_groups", bars.FewGroups), ("own_groups", bars.OwnGroups)];

    /// <summary>The bars of a file; of one of version 1 the lowest of its populations' sources, and none for groups.</summary>
    private static Bars BarsOf(JsonElement root)
    {
        double Of(JsonElement bars, string name) => bars.TryGetProperty(name, out var bar) ? bar.GetDouble() : double.NegativeInfinity;
        return root.TryGetProperty("bars", out var bars)
            ? new(Of(bars, "sources"), Of(bars, "groups"), Of(bars, "few_groups"), Of(bars, "own_groups"))
            : Bars.None with
            {
                Sources =
                    root.TryGetProperty("sources", out var sources) && sources.GetProperty("lowest").GetArrayLength() > 0
                        ? -sources.GetProperty("lowest")[0].GetDouble()
                        : double.NegativeInfinity,
            };
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<DetectorId, NullDistribution> nulls)
    {
        json.WriteStartObject(name);
        foreach (var (id, distribution) in nulls.OrderBy(d => d.Key.Name, StringComparer.Ordinal))
        {
            Write(json, id.ToString(), distribution);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, NullDistribution distribution)
    {
        json.WriteStartObject(name);
        json.WriteNumber("subjects", distribution.Subjects);
        json.WriteStartObject("tail");
        json.WriteNumber("threshold", distribution.Tail.Threshold);
        json.WriteNumber("share", distribution.Tail.Share);
        json.WriteNumber("scale", distribution.Tail.Scale);
        json.WriteNumber("shape", distribution.Tail.Shape);
        json.WriteEndObject();
        json.WriteNumber("held_out_mean_e", distribution.HeldOutMeanE);
        json.WriteNumber("held_out_beyond", distribution.HeldOutBeyond);
        json.WritePropertyName("values_and_counts_at_or_over");
        json.WriteRawValue(
            "[" + string.Join(",", distribution.Knots.Select(k => $"{JsonSerializer.Serialize(k.Value)},{k.AtOrOver}")) + "]"
        );
        for (var i = 0; i < distribution.Beside.Count; i++)
        {
            Write(json, i == 0 ? Beside : $"{Beside}_{i + 1}", distribution.Beside[i]);
        }

        json.WriteEndObject();
    }

    private static Calibration Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.GetProperty("version").GetInt32() is < 1 or > Calibration.FormatVersion)
        {
            throw new FormatException($"its version is {root.GetProperty("version")}");
        }

        return new Calibration(
            root.GetProperty("provenance").GetString() ?? "",
            root.GetProperty("accounts").GetInt64(),
            root.GetProperty("days").GetDouble(),
            root.GetProperty("honest_list").GetBoolean(),
            Nulls(root.GetProperty("by_account")),
            root.TryGetProperty("by_verified_account", out var verified) ? Nulls(verified) : new Dictionary<DetectorId, NullDistribution>(),
            // files of version 1 have no ranks by volume: all leads are alike then
            root.TryGetProperty("leads", out var leads)
                ? [.. leads.EnumerateArray().Select(Ranks)]
                : [],
            root.GetProperty("link_bits")
                .EnumerateObject()
                .ToDictionary(link => link.Name, link => link.Value.GetDouble(), StringComparer.Ordinal),
            // files of before the graded links have none, and such links tie nothing then
            root.TryGetProperty("link_grades", out var grades)
                ? grades
                    .EnumerateObject()
                    .ToDictionary(
                        link => link.Name,
                        link => new LinkGrade(Null(link.Value.GetProperty("of_accounts")), Null(link.Value.GetProperty("of_sets"))),
                        StringComparer.Ordinal
                    )
                : new Dictionary<string, LinkGrade>(StringComparer.Ordinal),
            BarsOf(root)
        )
        {
            Levels = HonestLevelsFile.BuiltIn,
        };
    }

    private static VolumeRanks Ranks(JsonElement element) =>
        new([
            .. element
                .EnumerateObject()
                .Select(one => new VolumeRanks.Class(long.Parse(one.Name, CultureInfo.InvariantCulture), Null(one.Value))),
        ]);

    private static Dictionary<DetectorId, NullDistribution> Nulls(JsonElement element) =>
        element.EnumerateObject().ToDictionary(entry => DetectorId.Parse(entry.Name), entry => Null(entry.Value));

    private static NullDistribution Null(JsonElement element)
    {
        var tail = element.GetProperty("tail");
        var numbers = element.GetProperty("values_and_counts_at_or_over").EnumerateArray().ToArray();
        var own = NullDistribution.FromStored(
            numbers.Chunk(2).Select(pair => (pair[0].GetDouble(), pair[1].GetInt64())),
            element.GetProperty("subjects").GetInt64(),
            new Tail(
                tail.GetProperty("threshold").GetDouble(),
                tail.GetProperty("share").GetDouble(),
                tail.GetProperty("scale").GetDouble(),
                tail.GetProperty("shape").GetDouble()
            ),
            element.GetProperty("held_out_mean_e").GetDouble(),
            element.GetProperty("held_out_beyond").GetInt32()
        );
        return NullDistribution.Worst([
            own,
            .. element
                .EnumerateObject()
                .Where(property => property.Name.StartsWith(Beside, StringComparison.Ordinal))
                .Select(property => Null(property.Value)),
        ]);
    }
}
