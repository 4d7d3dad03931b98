using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Stillwatch.Decisions;
using Stillwatch.Exchanges.Requests;
using static Stillwatch.App.Verbs.Desk.DeskCommand;

namespace Stillwatch.App.Verbs.Desk;

/// <summary><c>stillwatch release</c>: which capability of which model goes to whom.</summary>
internal static class ReleaseVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var id = new Argument<string>("RELEASE") { Description = "The release, such as rel-7k2m9qt4" };
        return Group(
            "release",
            "Models and capabilities that go to customers step by step: proposed, reviewed and approved by three people.",
            Shows("list", "List what is under the release process, and releases.", _ => "/api/releases", DeskText.Releases),
            Gate("gate", "Put something under the release process: nobody has it until it is released.", isGated: true),
            Gate("ungate", "Take something out of the release process: tiers alone say who has it.", isGated: false),
            Propose(),
            Decides("review", "Say that nothing speaks against a release.", parsed => Of("release_reviewed", parsed.GetValue(id)), id),
            Decides("approve", "Approve a reviewed release.", parsed => Of("release_approved", parsed.GetValue(id)), id),
            Decides("reject", "Say no to a release.", parsed => Of("release_rejected", parsed.GetValue(id)), id),
            Stage(id),
            Decides(
                "roll-back",
                "Take a release back: nobody has it by it from now on.",
                parsed => Of("release_rolled_back", parsed.GetValue(id)),
                id
            )
        );
    }

    private static Command Gate(string name, string description, bool isGated)
    {
        var (model, capability) = What();
        return Decides(
            name,
            description,
            parsed => new JsonObject
            {
                ["kind"] = "gate_set",
                ["gate"] = new JsonObject { ["model"] = parsed.GetValue(model), ["capability"] = parsed.GetValue(capability) },
                ["is_gated"] = isGated,
            },
            model,
            capability
        );
    }

    private static Command Propose()
    {
        var (model, capability) = What();
        var stage = new Option<string[]>("--stage")
        {
            Description = "A step: tiers, a colon and the share of their accounts, as 'partner:0.1' or 'partner,default:1'; in order",
            HelpName = "TIERS:SHARE",
            Required = true,
        };
        return Decides(
            "propose",
            "Propose a release; what it would expose is measured now and kept with it.",
            parsed => new JsonObject
            {
                ["kind"] = "release_proposed",
                ["release"] = new JsonObject
                {
                    ["gate"] = new JsonObject { ["model"] = parsed.GetValue(model), ["capability"] = parsed.GetValue(capability) },
                    ["stages"] = new JsonArray([.. parsed.GetValue(stage)!.Select(ReadStage)]),
                },
            },
            model,
            capability,
            stage
        );
    }

    private static Command Stage(Argument<string> id)
    {
        var stage = new Argument<int>("STAGE") { Description = "The step, from 0" };
        return Decides(
            "stage",
            "Serve the next step of an approved release.",
            parsed =>
            {
                var decision = Of("release_staged", parsed.GetValue(id));
                decision["stage"] = parsed.GetValue(stage);
                return decision;
            },
            id,
            stage
        );
    }

    private static JsonNode ReadStage(string text)
    {
        var cut = text.LastIndexOf(':');
        return
            cut > 0
            && double.TryParse(text[(cut + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var share)
            && double.IsFinite(share)
            ? new JsonObject { ["tiers"] = List(text[..cut].Split(',')), ["share"] = share }
            : throw new UnusableInputException($"--stage {text}: tiers, a colon and a share such as 'partner:0.1' are wanted");
    }

    private static (Argument<string> Model, Option<string> Capability) What() =>
        (
            new Argument<string>("MODEL") { Description = "The model, exact or with a star at the end" },
            new Option<string>("--capability")
            {
                Description =
                    "What of it: "
                    + string.Join(", ", Enum.GetValues<Capability>().Where(one => one != 0).Select(one => DecisionWords.Of(one)))
                    + "; the model itself otherwise",
                DefaultValueFactory = _ => "none",
                HelpName = "CAPABILITY",
            }
        );

    private static JsonObject Of(string kind, string? id) => new() { ["kind"] = kind, ["release"] = id };
}
