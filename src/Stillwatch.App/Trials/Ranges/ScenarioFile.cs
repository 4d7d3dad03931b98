using System.Globalization;
using Stillwatch.App.Configuration;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Range.Adversaries;
using Stillwatch.Range.Customers;
using Stillwatch.Range.Scenarios;

namespace Stillwatch.App.Trials.Ranges;

/// <summary>Reads a scenario: a preset by its name, or a YAML file. docs/range.md lists the fields.</summary>
internal static class ScenarioFile
{
    private const string Prefix = "stillwatch.scenario.",
        Suffix = ".yaml";

    /// <summary>The presets' names.</summary>
    public static IEnumerable<string> Presets =>
        typeof(Scenario)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal);

    /// <summary>Reads one.</summary>
    /// <exception cref="UnusableInputException">There is none, or a field is wrong.</exception>
    public static Scenario Read(string nameOrFile) => Read(nameOrFile, []);

    private static Scenario Read(string nameOrFile, List<string> above)
    {
        if (above.Contains(nameOrFile, StringComparer.Ordinal))
        {
            throw new UnusableInputException($"{nameOrFile}: is a part of itself ({string.Join(" > ", above)})");
        }

        using var stream = Open(nameOrFile);
        using var text = new StreamReader(stream);
        var node = ConfigNode.Read(nameOrFile, text);
        var scenario = new Scenario
        {
            Name = Path.GetFileNameWithoutExtension(nameOrFile),
            Title = node["title"].Text() ?? "",
            Days = (int)node["days"].Whole(30, 1, 366),
            Start = Day(node["start"]),
            Scale = node["scale"].Number(1, 1e-6, 100),
            Customers = [.. node["customers"].Fields().Select(Customer)],
            Releases = [.. node["releases"].Items().Select(release => (release["day"].Number(0, 0, 366), Needed(release["model"])))],
            Campaigns = [.. node["campaigns"].Items().Select(Campaign)],
            Rules = WatchRules.Default with
            {
                AccountAlpha = node["rules"]["account_alpha"].Number(WatchRules.Default.AccountAlpha, 1e-9, 1),
                CampaignAlpha = node["rules"]["campaign_alpha"].Number(WatchRules.Default.CampaignAlpha, 1e-9, 1),
            },
            Contain = node["contain"].Flag(false),
            DelayHours = node["delay_hours"].Number(0, 0, 24 * 30),
        };
        var named = node["parts"].Items().Select(Needed).ToList();
        node.NothingElse();
        var parts = named.ConvertAll(part => Read(part, [.. above, nameOrFile]));
        var whole = parts.Aggregate(scenario, (all, part) => all.With(part));
        var twice = whole.Campaigns.GroupBy(campaign => campaign.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice != null)
        {
            node["campaigns"].Wrong($"has two campaigns of the name '{twice.Key}'");
            node.NothingElse();
        }

        return whole;
    }

    private static FileStream File(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException(
                $"there is no scenario {path}: presets are {string.Join(", ", Presets)}; anything else is read as a file, and it "
                    + $"{Readable.Why(path, fault)}"
            );
        }
    }

    private static Stream Open(string nameOrFile) =>
        typeof(Scenario).Assembly.GetManifestResourceStream(Prefix + nameOrFile + Suffix) ?? (Stream)File(nameOrFile);

    private static string Needed(ConfigNode node) => node.Text() is { Length: > 0 } text ? text : node.Wrong("is missing", "");

    private static DateOnly Day(ConfigNode node) =>
        node.Text() is not { } text ? new DateOnly(2026, 3, 2)
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : node.Wrong($"is '{text}' and must be a day as 2026-03-02", default(DateOnly));

    private static (string Role, double Accounts) Customer((string Name, ConfigNode Node) field) =>
        Roles.All.ContainsKey(field.Name)
            ? (field.Name, field.Node.Number(0, 0, 1e8))
            : field.Node.Wrong(
                $"is no role; there are {string.Join(", ", Roles.All.Keys.Order(StringComparer.Ordinal))}",
                (field.Name, 0.0)
            );

    private static CampaignPart Campaign(ConfigNode node)
    {
        var kind = Needed(node["kind"]);
        if (kind.Length > 0 && !AllAdversaries.Names.Contains(kind, StringComparer.Ordinal))
        {
            node["kind"].Wrong($"is '{kind}' and must be one of: {string.Join(", ", AllAdversaries.Names)}");
        }

        return new CampaignPart(
            kind,
            node["name"].Text() ?? kind,
            node["accounts"].Number(1, 1, 1e7),
            node["exchanges"].Number(1000, 1, 1e10),
            node["from_day"].Number(0, 0, 366),
            node["days"].Number(366, 0.01, 366),
            node["budget"].Number(0, 0, 1e12),
            node["informed"].Flag(false)
        );
    }
}
