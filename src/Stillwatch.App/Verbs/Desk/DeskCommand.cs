using System.CommandLine;
using System.Text.Json.Nodes;

namespace Stillwatch.App.Verbs.Desk;

/// <summary>
/// What verbs of people have in common: where the deployment is, why something is decided, and how what was decided is shown.
/// </summary>
internal static class DeskCommand
{
    /// <summary>The data folder.</summary>
    public static Option<string?> Data { get; } =
        new("--data")
        {
            Description = "The data folder of the deployment",
            HelpName = "DIR",
            Recursive = true,
        };

    /// <summary>The console's address.</summary>
    public static Option<string?> Address { get; } =
        new("--console")
        {
            Description = "The console's address; that of the deployment that runs on the data folder otherwise",
            HelpName = "URL",
            Recursive = true,
        };

    /// <summary>A command with commands of its own.</summary>
    public static Command Group(string name, string description, params ReadOnlySpan<Command> commands)
    {
        var group = new Command(
            name,
            description + $" Who decides is told by the token in {DeskClient.TokenVariable}; without one, whoever runs the program."
        )
        {
            Data,
            Address,
        };
        foreach (var command in commands)
        {
            group.Subcommands.Add(command);
        }

        return group;
    }

    /// <summary>Why; every decision takes one, many want one.</summary>
    public static Option<string?> Reason() => new("--reason") { Description = "Why: it stands in the record", HelpName = "TEXT" };

    /// <summary>The API's own answer in the place of what a terminal shows.</summary>
    public static Option<bool> Json() => new("--json") { Description = "The API's JSON" };

    /// <summary>A command that shows what stands under a path.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it shows.</param>
    /// <param name="path">The path, by what was typed.</param>
    /// <param name="show">Shows it on a terminal; null where the JSON is what people want.</param>
    /// <param name="symbols">Its arguments and options.</param>
    public static Command Shows(
        string name,
        string description,
        Func<ParseResult, string> path,
        Action<JsonNode>? show,
        params ReadOnlySpan<Symbol> symbols
    )
    {
        var json = Json();
        var command = With(new Command(name, description), symbols);
        if (show != null)
        {
            command.Options.Add(json);
        }

        command.SetAction(
            async (parsed, cancel) =>
            {
                using var client = new DeskClient(parsed.GetValue(Data), parsed.GetValue(Address));
                Show(await client.GetAsync(path(parsed), cancel), show == null || parsed.GetValue(json) ? null : show);
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>Shows an answer of the API.</summary>
    public static void Show(string answer, Action<JsonNode>? show)
    {
        if (show == null)
        {
            Terminal.WriteLine(answer);
        }
        else
        {
            show(JsonNode.Parse(answer)!);
        }
    }

    /// <summary>A command that decides.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="decision">The decision, by what was typed.</param>
    /// <param name="symbols">Its arguments and options.</param>
    public static Command Decides(
        string name,
        string description,
        Func<ParseResult, JsonObject> decision,
        params ReadOnlySpan<Symbol> symbols
    )
    {
        var (reason, json) = (Reason(), Json());
        var command = With(new Command(name, description) { reason, json }, symbols);
        command.SetAction(
            async (parsed, cancel) =>
            {
                using var client = new DeskClient(parsed.GetValue(Data), parsed.GetValue(Address));
                var decided = await client.DecideAsync(parsed.GetValue(reason) ?? "", [decision(parsed)], cancel);
                Show(decided.ToJsonString(Decisions.DecisionJson.Indented), parsed.GetValue(json) ? null : DeskText.Decided);
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>A list of texts as JSON.</summary>
    public static JsonArray List(IEnumerable<string>? texts) => [.. (texts ?? []).Select(text => (JsonNode)text)];

    private static Command With(Command command, ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        return command;
    }
}
