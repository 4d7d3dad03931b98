using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Decisions;
using Stillwatch.Reports.Screen;
using static Stillwatch.App.Verbs.Desk.DeskCommand;

namespace Stillwatch.App.Verbs.Desk;

/// <summary><c>stillwatch policy</c>: the rules of the ladder, looked at before they are switched on.</summary>
internal static class PolicyVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var version = new Argument<int>("VERSION") { Description = "Its version" };
        return Group(
            "policy",
            "The rules by which measures are proposed: show, preview, propose, approve; and the report of what was done.",
            Shows("show", "Show the policy in force.", _ => "/api/policy", null),
            Preview(),
            Propose(),
            Decides(
                "approve",
                "Put a proposed policy in force; another person than who proposed it must.",
                parsed => new JsonObject { ["kind"] = "policy_approved", ["version"] = parsed.GetValue(version) },
                version
            ),
            Report()
        );
    }

    private static Command Preview()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "A policy that is not in force; the one in force otherwise",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = Json();
        var days = new Option<int>("--days") { Description = "Of how many days exchanges are counted", DefaultValueFactory = _ => 30 };
        var preview = new Command("preview", "Show whom a policy would touch, before it is switched on.") { file, days, json };
        preview.SetAction(
            async (parsed, cancel) =>
            {
                var body = parsed.GetValue(file) is { } path ? Read(path).Json : "";
                using var client = new DeskClient(parsed.GetValue(Data), parsed.GetValue(Address));
                Show(
                    await client.PostAsync($"/api/policy/preview?days={parsed.GetValue(days)}", body, cancel),
                    parsed.GetValue(json) ? null : DeskText.Preview
                );
                return ExitCode.Done;
            }
        );
        return preview;
    }

    private static Command Propose()
    {
        var file = new Argument<string>("FILE") { Description = "The policy (docs/policy.md has the fields)" };
        return Decides(
            "propose",
            "Propose a policy; it is in force once another person approves it.",
            parsed => new JsonObject { ["kind"] = "policy_proposed", ["policy"] = JsonNode.Parse(Read(parsed.GetValue(file)!).Json) },
            file
        );
    }

    private static Command Report()
    {
        var from = new Option<string?>("--from") { Description = "From when; thirty days ago otherwise", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "Until when; now otherwise", HelpName = "TIME" };
        var html = new Option<string?>("--html") { Description = "Write a page for people to this file", HelpName = "FILE" };
        var report = new Command("report", "Show what was done to whom, appeals and how they ended.") { from, until, html };
        report.SetAction(
            async (parsed, cancel) =>
            {
                var query = string.Join(
                    '&',
                    new[] { ("from", parsed.GetValue(from)), ("until", parsed.GetValue(until)) }
                        .Where(one => one.Item2 != null)
                        .Select(one => $"{one.Item1}={Uri.EscapeDataString(one.Item2!)}")
                );
                using var client = new DeskClient(parsed.GetValue(Data), parsed.GetValue(Address));
                if (parsed.GetValue(html) is { } page)
                {
                    await File.WriteAllTextAsync(
                        page,
                        await client.GetAsync($"/api/enforcement-report?{query}", cancel, "text/html"),
                        cancel
                    );
                    Remark.Write($"written to {page}");
                    return ExitCode.Done;
                }

                Terminal.WriteLine(await client.GetAsync($"/api/enforcement-report?{query}", cancel));
                return ExitCode.Done;
            }
        );
        return report;
    }

    /// <summary>A policy from a file, with faults told before anything is sent.</summary>
    private static (string Json, Countermeasures.Policy Policy) Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var policy = DecisionJson.ReadPolicy(Encoding.UTF8.GetBytes(text));
            return (System.Text.Json.JsonSerializer.Serialize(policy, DecisionJson.Options), policy);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UnusableInputException($"{path}: {fault.Message}");
        }
    }
}
