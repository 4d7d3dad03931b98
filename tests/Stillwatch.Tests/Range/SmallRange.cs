using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;

namespace Stillwatch.Tests.Range;

/// <summary>Small scenarios of one role or one adversary, and the lines that they write.</summary>
internal static class SmallRange
{
    public const ulong Seed = 7;

    public static Scenario Of(string role, double accounts, int days = 14) =>
        new()
        {
            Name = "test",
            Title = "",
            Days = days,
            Customers = [(role, accounts)],
        };

    public static Scenario Campaign(string kind, int accounts = 12, int exchanges = 600, int days = 6) =>
        new()
        {
            Name = "test",
            Title = "",
            Days = days,
            Releases = [(2, "frontier-3")],
            Campaigns = [new CampaignPart(kind, kind, accounts, exchanges, 0.5, days, 0, Informed: false)],
        };

    public static Stage Set(Scenario scenario, ulong seed = Seed) => Stage.Set(scenario, seed, 1);

    /// <summary>All lines of a scenario, in order.</summary>
    public static List<JsonNode> Lines(Stage stage)
    {
        var timeline = new Timeline(stage.World, stage.Adversaries);
        using var scribe = new Scribe(stage.World, timeline.Order);
        var line = new System.Buffers.ArrayBufferWriter<byte>();
        List<JsonNode> lines = [];
        foreach (var act in timeline.Hours().SelectMany(hour => hour.Acts.ToList()))
        {
            line.ResetWrittenCount();
            scribe.Write(act, answered: true, line);
            lines.Add(JsonNode.Parse(Encoding.UTF8.GetString(line.WrittenSpan))!);
        }

        return lines;
    }

    public static List<JsonNode> Lines(Scenario scenario) => Lines(Set(scenario));

    /// <summary>The newest thing that a request says.</summary>
    public static string Said(JsonNode line)
    {
        var messages = line["request"]!["messages"]!.AsArray();
        var content = messages[^1]!["content"]!;
        return content is JsonArray parts
            ? string.Concat(parts.Select(part => (string?)part!["content"] ?? (string?)part["text"] ?? ""))
            : (string)content!;
    }

    public static string Account(JsonNode line) => (string)line["account"]!;

    public static string Ip(JsonNode line) => (string)line["client"]!["ip"]!;

    public static int Hour(JsonNode line) => int.Parse(((string)line["time"]!)[11..13]);
}
