using System.CommandLine;
using System.Text.Json.Nodes;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using static Stillwatch.App.Verbs.Desk.DeskCommand;

namespace Stillwatch.App.Verbs.Desk;

/// <summary><c>stillwatch cases</c>: people's work on campaigns, and what they decide to do.</summary>
internal static class CasesVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var id = new Argument<string>("CASE") { Description = "The case, such as case-7k2m9qt4" };
        var measure = new Argument<string>("MEASURE") { Description = "The measure, such as cm-7k2m9qt4" };
        var all = new Option<bool>("--all") { Description = "Those that are over too" };
        return Group(
            "cases",
            "Work on campaigns: cases, hypotheses, measures, appeals.",
            Shows(
                "list",
                "List cases, those that need somebody first.",
                parsed => $"/api/cases?all={Flag(parsed.GetValue(all))}",
                DeskText.Cases,
                all
            ),
            Shows(
                "show",
                "Show a case with its timeline and measures.",
                parsed => $"/api/cases/{Escape(parsed.GetValue(id))}",
                DeskText.Case,
                id
            ),
            Open(),
            Assign(id),
            Note(id),
            Weigh(id),
            Notice(id),
            Merge(),
            Split(id),
            Close(id),
            Decides("reopen", "Go on with a closed case.", parsed => Of("case_reopened", parsed.GetValue(id)), id),
            Shows(
                "measures",
                "List measures, those that wait first.",
                parsed => $"/api/measures?all={Flag(parsed.GetValue(all))}",
                DeskText.Measures,
                all
            ),
            Act(),
            Decides("approve", "Approve a measure.", parsed => OfMeasure("measure_approved", parsed.GetValue(measure)), measure),
            Decides("reject", "Say no to a measure.", parsed => OfMeasure("measure_rejected", parsed.GetValue(measure)), measure),
            Decides("undo", "Take a measure back.", parsed => OfMeasure("measure_undone", parsed.GetValue(measure)), measure),
            Answer(id)
        );
    }

    private static Command Open()
    {
        var title = new Option<string>("--title")
        {
            Description = "What it is called",
            HelpName = "TEXT",
            Required = true,
        };
        var subject = Subjects();
        return Decides(
            "open",
            "Open a case by hand. One is opened for each flagged campaign by the policy.",
            parsed => new JsonObject
            {
                ["kind"] = "case_opened",
                ["title"] = parsed.GetValue(title),
                ["subjects"] = List(parsed.GetValue(subject)),
                ["campaign"] = (parsed.GetValue(subject) ?? [])
                    .Where(one => one.StartsWith("campaign:", StringComparison.Ordinal))
                    .Select(one => one["campaign:".Length..])
                    .FirstOrDefault(),
            },
            title,
            subject
        );
    }

    private static Command Assign(Argument<string> id)
    {
        var to = new Argument<string?>("PERSON")
        {
            Description = "Who works on it; nobody where it is left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return Decides(
            "assign",
            "Say who works on a case.",
            parsed =>
            {
                var decision = Of("case_assigned", parsed.GetValue(id));
                decision["to"] = parsed.GetValue(to);
                return decision;
            },
            id,
            to
        );
    }

    private static Command Note(Argument<string> id)
    {
        var text = new Argument<string>("TEXT") { Description = "What is written down" };
        return Decides(
            "note",
            "Write something down.",
            parsed =>
            {
                var decision = Of("case_noted", parsed.GetValue(id));
                decision["text"] = parsed.GetValue(text);
                return decision;
            },
            id,
            text
        );
    }

    private static Command Weigh(Argument<string> id)
    {
        var hypothesis = new Argument<string>("HYPOTHESIS")
        {
            Description = string.Join(", ", Enum.GetValues<Hypothesis>().Select(one => DecisionWords.Of(one))),
        };
        var probability = new Option<double>("--probability") { Description = "How likely it is, 0 to 1", Required = true };
        var speaksFor = new Option<string[]>("--for") { Description = "What speaks for it; may be given again", HelpName = "TEXT" };
        var against = new Option<string[]>("--against") { Description = "What speaks against it; may be given again", HelpName = "TEXT" };
        return Decides(
            "weigh",
            "Weigh a hypothesis.",
            parsed =>
            {
                var decision = Of("hypothesis_weighed", parsed.GetValue(id));
                decision["hypothesis"] = parsed.GetValue(hypothesis);
                decision["probability"] = parsed.GetValue(probability);
                decision["for"] = List(parsed.GetValue(speaksFor));
                decision["against"] = List(parsed.GetValue(against));
                return decision;
            },
            id,
            hypothesis,
            probability,
            speaksFor,
            against
        );
    }

    private static Command Notice(Argument<string> id)
    {
        var subject = Subject();
        var text = new Argument<string>("TEXT") { Description = "What the customer is told" };
        var deadline = new Option<string?>("--deadline") { Description = "Until when something is to be done", HelpName = "TIME" };
        return Decides(
            "notice",
            "Tell a customer something: it can read it at /v1/safety/cases/CASE.",
            parsed =>
            {
                var decision = Of("customer_noticed", parsed.GetValue(id));
                decision["subject"] = parsed.GetValue(subject);
                decision["text"] = parsed.GetValue(text);
                decision["deadline"] = parsed.GetValue(deadline);
                return decision;
            },
            id,
            text,
            subject,
            deadline
        );
    }

    private static Command Merge()
    {
        var into = new Argument<string>("INTO") { Description = "The case that goes on" };
        var others = new Argument<string[]>("CASE") { Description = "The cases that go on in it", Arity = ArgumentArity.OneOrMore };
        return Decides(
            "merge",
            "Go on with cases as one; nothing that was written down is lost.",
            parsed => new JsonObject
            {
                ["kind"] = "cases_merged",
                ["into"] = parsed.GetValue(into),
                ["cases"] = List(parsed.GetValue(others)),
            },
            into,
            others
        );
    }

    private static Command Split(Argument<string> id)
    {
        var title = new Option<string>("--title")
        {
            Description = "What the part is called",
            HelpName = "TEXT",
            Required = true,
        };
        var subject = Subjects();
        return Decides(
            "split",
            "Go on with some of a case's subjects as a case of their own.",
            parsed =>
            {
                var decision = Of("case_split", parsed.GetValue(id));
                decision["title"] = parsed.GetValue(title);
                decision["subjects"] = List(parsed.GetValue(subject));
                return decision;
            },
            id,
            title,
            subject
        );
    }

    private static Command Close(Argument<string> id)
    {
        var finding = new Argument<string>("FINDING")
        {
            Description = string.Join(", ", Enum.GetValues<Finding>().Select(one => DecisionWords.Of(one))),
        };
        return Decides(
            "close",
            "Close a case with a finding.",
            parsed =>
            {
                var decision = Of("case_closed", parsed.GetValue(id));
                decision["finding"] = parsed.GetValue(finding);
                return decision;
            },
            id,
            finding
        );
    }

    private static Command Act()
    {
        var rung = new Argument<string>("RUNG") { Description = string.Join(", ", RungWords.Words) };
        var subject = Subjects();
        var about = new Option<string?>("--case") { Description = "The case that it belongs to", HelpName = "CASE" };
        var terms = new Option<string?>("--terms")
        {
            Description = """How much, as JSON: {"strip": "reasoning, log_probabilities"}, {"slow_milliseconds": 500}""",
            HelpName = "JSON",
        };
        var days = new Option<int>("--days") { Description = "For how long", DefaultValueFactory = _ => 7 };
        var from = new Option<string?>("--from") { Description = "When it begins; now otherwise", HelpName = "TIME" };
        var code = new Option<string>("--code")
        {
            Description = "Why, in a word that the customer is told",
            DefaultValueFactory = _ => ReasonCodes.DistillationSuspected,
        };
        var shadow = new Option<bool>("--shadow") { Description = "Count only whom it would touch" };
        var replacements = new Option<bool>("--replacements") { Description = "Accounts that are tied to its campaign later, too" };
        return Decides(
            "act",
            "Propose a measure; one that needs nobody is in force when the command returns.",
            parsed => new JsonObject
            {
                ["kind"] = "measure_proposed",
                ["measure"] = new JsonObject
                {
                    ["subjects"] = List(parsed.GetValue(subject)),
                    ["rung"] = parsed.GetValue(rung),
                    ["terms"] = Parsed(parsed.GetValue(terms)),
                    ["days"] = parsed.GetValue(days),
                    ["from"] = parsed.GetValue(from),
                    ["reason_code"] = parsed.GetValue(code),
                    ["case"] = parsed.GetValue(about),
                    ["is_shadow"] = parsed.GetValue(shadow),
                    ["takes_replacements"] = parsed.GetValue(replacements),
                },
            },
            rung,
            subject,
            about,
            terms,
            days,
            from,
            code,
            shadow,
            replacements
        );
    }

    private static Command Answer(Argument<string> id)
    {
        var subject = Subject();
        var grant = new Option<bool>("--grant") { Description = "Grant it: the subject is spared from every measure of the case" };
        return Decides(
            "answer",
            "Answer an appeal; without --grant it is not granted.",
            parsed =>
            {
                var decision = Of("appeal_answered", parsed.GetValue(id));
                decision["subject"] = parsed.GetValue(subject);
                decision["granted"] = parsed.GetValue(grant);
                return decision;
            },
            id,
            subject,
            grant
        );
    }

    private static JsonNode Parsed(string? terms)
    {
        try
        {
            return terms == null ? new JsonObject() : JsonNode.Parse(terms) ?? new JsonObject();
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw new UnusableInputException($"--terms: {fault.Message}");
        }
    }

    private static Option<string[]> Subjects() =>
        new("--subject")
        {
            Description = "account:NAME, key:ID, end_user:ACCOUNT/USER, organisation:NAME or campaign:ID; may be given again",
            HelpName = "SUBJECT",
            Required = true,
        };

    private static Option<string> Subject() =>
        new("--subject")
        {
            Description = "Whom it is about, as account:NAME",
            HelpName = "SUBJECT",
            Required = true,
        };

    private static JsonObject Of(string kind, string? id) => new() { ["kind"] = kind, ["case"] = id };

    private static JsonObject OfMeasure(string kind, string? id) => new() { ["kind"] = kind, ["measure"] = id };

    private static string Flag(bool on) => on ? "true" : "false";

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
