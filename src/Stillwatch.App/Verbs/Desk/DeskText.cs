using System.Globalization;
using System.Text.Json.Nodes;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Verbs.Desk;

/// <summary>What stands, as a terminal shows it: a line each, what needs somebody first. The API's JSON is behind <c>--json</c>.</summary>
internal static class DeskText
{
    private const int MostLooked = 20;

    private static readonly string[] About = ["case", "into", "part", "measure", "release", "gate", "version", "name", "exchange"];

    /// <summary>The cases.</summary>
    public static void Cases(JsonNode cases) =>
        Table(
            ["case", "what", "most likely", "waits", "with", "opened"],
            cases
                .AsArray()
                .Select(one =>
                    new[]
                    {
                        Text(one, "id"),
                        Text(one, "title"),
                        one!["most_likely"] is { } likely
                            ? $"{Text(likely, "hypothesis").Replace('_', ' ')}: {Text(likely, "words")}"
                            : "-",
                        Waits((int)one["appeals_waiting"]!, "appeal", (int)one["measures_waiting"]!, "measure"),
                        Text(one, "assignee"),
                        Text(one, "finding") is var finding and not "-" ? finding : Text(one, "opened_at"),
                    }
                ),
            "no case is open"
        );

    /// <summary>One case.</summary>
    public static void Case(JsonNode whole)
    {
        var one = whole["case"]!;
        Say($"{Text(one, "id")}  {Text(one, "title")}");
        Say($"opened {Text(one, "opened_at")} by {Text(one, "opened_by")}, with {Text(one, "assignee")}, {Subjects(one)}");
        if (Text(one, "finding") is var finding and not "-")
        {
            Say($"closed {Text(one, "closed_at")}: {finding}");
        }

        if (Text(one, "merged_into") is var into and not "-")
        {
            Say($"goes on in {into}");
        }

        foreach (var (_, hypothesis) in one["hypotheses"]!.AsObject())
        {
            Say("");
            Say(
                $"{Text(hypothesis, "hypothesis").Replace('_', ' ')}: {Text(hypothesis, "words")} "
                    + $"({((double)hypothesis!["probability"]!).ToString("P0", CultureInfo.InvariantCulture)}, by {Text(hypothesis, "by")})"
            );
            Lines("  for      ", hypothesis["for"]);
            Lines("  against  ", hypothesis["against"]);
        }

        Say("");
        Measures(new JsonArray([.. whole["measures"]!.AsArray().Select(measure => Flat(measure!))]));
        foreach (var appeal in one["appeals"]!.AsArray())
        {
            var state = appeal!["granted"] is { } granted
                ? (bool)granted
                    ? "granted"
                    : "not granted"
                : "waits";
            Say("");
            Say($"appeal of {Text(appeal, "subject")}, {Text(appeal, "at")}, {state}: {Text(appeal, "text")}");
        }

        Say("");
        foreach (var line in one["timeline"]!.AsArray())
        {
            Say($"{Text(line, "at")}  {Text(line, "by"), -20}  {Text(line, "text")}{Because(line)}");
        }
    }

    /// <summary>The measures.</summary>
    public static void Measures(JsonNode measures) =>
        Table(
            ["measure", "rung", "state", "touches", "by", "from", "until", "case"],
            measures
                .AsArray()
                .Select(one =>
                    new[]
                    {
                        Text(one, "id"),
                        Text(one, "rung"),
                        (int)one!["waits"]! is > 0 and var waits ? $"waits for {waits}"
                        : (bool)one["is_shadow"]! ? "shadow"
                        : (bool)one["acts"]! ? "acts"
                        : Text(one, "state"),
                        Text(one, "subjects"),
                        Text(one, "proposed_by"),
                        Text(one, "from"),
                        Text(one, "until"),
                        Text(one, "case"),
                    }
                ),
            "no measure stands"
        );

    /// <summary>Whom a policy would touch: a line for each rule, and those that look honest or are new.</summary>
    public static void Preview(JsonNode preview)
    {
        Say(
            $"{Text(preview, "accounts")} of {Text(preview, "all_accounts")} accounts would be touched, "
                + $"with {Text(preview, "exchanges")} of {Text(preview, "all_exchanges")} exchanges of {Text(preview, "days")} days "
                + "(tags are not counted)"
        );
        Table(
            ["rule", "does", "mode", "people", "campaigns", "accounts", "new", "exchanges", "look honest"],
            preview["rules"]!
                .AsArray()
                .Select(rule =>
                {
                    var accounts = rule!["accounts"]!.AsArray();
                    return new[]
                    {
                        Text(rule, "rule"),
                        Text(rule, "rung"),
                        Text(rule, "mode"),
                        Text(rule, "needs"),
                        rule["campaigns"]!.AsArray().Count.ToString(CultureInfo.InvariantCulture),
                        accounts.Count.ToString("N0", CultureInfo.InvariantCulture),
                        Text(rule, "net_new"),
                        accounts.Sum(account => (long)account!["exchanges"]!).ToString("N0", CultureInfo.InvariantCulture),
                        accounts.Count(Honest).ToString("N0", CultureInfo.InvariantCulture),
                    };
                }),
            "the policy has no rule"
        );
        var looked = preview["rules"]!
            .AsArray()
            .SelectMany(rule => rule!["accounts"]!.AsArray().Where(Honest).Select(account => (Rule: Text(rule, "rule"), Account: account!)))
            .ToList();
        foreach (var (rule, account) in looked.Take(MostLooked))
        {
            var why = Text(account, "looks_honest");
            Say($"look at {Text(account, "account")} ({rule}): {(why == "-" ? "people found it honest" : why)}");
        }

        if (looked.Count > MostLooked)
        {
            Say($"and {looked.Count - MostLooked:N0} more: --json has all");
        }

        Lines("note: ", preview["unknown"]);
    }

    /// <summary>The releases.</summary>
    public static void Releases(JsonNode releases)
    {
        Table(
            ["under the release process", "capability"],
            releases["gates"]!.AsArray().Select(gate => new[] { Text(gate, "model"), Capability(gate) }),
            "nothing is under the release process"
        );
        Table(
            ["release", "of", "capability", "state", "stage", "proposed by", "reviewed by", "approved by"],
            releases["releases"]!
                .AsArray()
                .Select(one =>
                    new[]
                    {
                        Text(one!["release"], "id"),
                        Text(one["release"]!["gate"], "model"),
                        Capability(one["release"]!["gate"]),
                        Text(one, "state"),
                        (int)one["stage"]! < 0 ? "-" : $"{Text(one, "stage")} of {one["release"]!["stages"]!.AsArray().Count - 1}",
                        Text(one, "proposed_by"),
                        Text(one, "reviewed_by"),
                        Text(one, "approved_by"),
                    }
                ),
            "there is no release"
        );
    }

    /// <summary>The people.</summary>
    public static void People(JsonNode people) =>
        Table(
            ["name", "roles", "tokens", "may act"],
            people
                .AsArray()
                .Select(one =>
                    new[] { Text(one, "name"), Text(one, "roles"), Text(one, "tokens"), (bool)one!["is_active"]! ? "yes" : "no" }
                ),
            "nobody was named yet: ./stillwatch people put NAME --role ROLE"
        );

    /// <summary>The record.</summary>
    public static void Audit(JsonNode audit)
    {
        foreach (var one in audit.AsArray())
        {
            Say(
                $"{Text(one, "number"), 6}  {Text(one, "at")}  {Text(one, "by"), -20}  "
                    + $"{Text(one!["what"], "kind")} {Of(one["what"]!)}{Because(one)}"
            );
        }
    }

    /// <summary>What was decided.</summary>
    public static void Decided(JsonNode decided) => Audit(decided);

    private static JsonObject Flat(JsonNode standing)
    {
        var measure = standing["measure"]!;
        return new JsonObject
        {
            ["id"] = Text(measure, "id"),
            ["rung"] = Text(measure, "rung"),
            ["state"] = Text(standing, "state"),
            ["waits"] = Text(standing, "state") == "proposed" ? (int)measure["needs"]! - standing["approved_by"]!.AsArray().Count : 0,
            ["is_shadow"] = (bool)measure["is_shadow"]!,
            ["acts"] = false,
            ["subjects"] = Math.Max(standing["accounts"]!.AsArray().Count, measure["subjects"]!.AsArray().Count),
            ["proposed_by"] = Text(standing, "proposed_by"),
            ["from"] = Text(measure, "from"),
            ["until"] = Text(measure, "until"),
            ["case"] = Text(measure, "case"),
        };
    }

    /// <summary>The ids that a decision is about.</summary>
    private static string Of(JsonNode what) =>
        string.Join(
            ' ',
            About
                .Select(field => what[field] is JsonObject inner ? inner["id"] ?? inner["model"] : what[field])
                .Where(value => value is JsonValue)
                .Select(value => value!.ToString())
        );

    private static bool Honest(JsonNode? account) =>
        Text(account, "looks_honest") != "-" || Text(account, "standing") == "confirmed_honest";

    private static string Capability(JsonNode? gate) =>
        Text(gate, "capability") is var capability and not "none" ? capability : "the model itself";

    private static string Subjects(JsonNode one) => Count.Of(one["subjects"]!.AsArray().Count, "subject");

    private static string Because(JsonNode? one) => Text(one, "reason") is var reason and not "-" and not "" ? $" ({reason})" : "";

    private static string Waits(int appeals, string appeal, int measures, string measure) =>
        (appeals, measures) switch
        {
            (0, 0) => "-",
            (_, 0) => Count.Of(appeals, appeal),
            (0, _) => Count.Of(measures, measure),
            _ => $"{Count.Of(appeals, appeal)}, {Count.Of(measures, measure)}",
        };

    private static void Lines(string before, JsonNode? texts)
    {
        foreach (var text in texts!.AsArray())
        {
            Say(before + text);
        }
    }

    private static void Table(string[] head, IEnumerable<string[]> rows, string nothing)
    {
        var all = rows.Select(row => row.Select(Shown.Text).ToArray()).ToList();
        if (all.Count == 0)
        {
            Say(nothing);
            return;
        }

        PlainTable.Write(Terminal.Out, head, all);
    }

    private static void Say(string line) => Terminal.WriteLine(Shown.Text(line));

    private static string Text(JsonNode? node, string field) =>
        node?[field] switch
        {
            null => "-",
            JsonValue value when value.TryGetValue<long>(out var number) => number.ToString("N0", CultureInfo.InvariantCulture),
            var value => value.ToString(),
        };
}
