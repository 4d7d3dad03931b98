using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Decisions;
using static Stillwatch.App.Verbs.Desk.DeskCommand;

namespace Stillwatch.App.Verbs.Desk;

/// <summary><c>stillwatch people</c>: who works with Stillwatch, and in which role.</summary>
internal static class PeopleVerb
{
    /// <summary>The command.</summary>
    public static Command Command()
    {
        var name = new Argument<string>("NAME") { Description = "The person's name" };
        var role = new Option<string[]>("--role")
        {
            Description = string.Join(", ", RoleWords.Words) + "; may be given again",
            HelpName = "ROLE",
            Required = true,
        };
        var after = new Option<long>("--after") { Description = "Only what was decided behind this number" };
        return Group(
            "people",
            "Who may decide what, and what everybody decided.",
            Shows("list", "List people.", _ => "/api/people", DeskText.People),
            Decides(
                "put",
                "Add a person, or give one other roles.",
                parsed => new JsonObject
                {
                    ["kind"] = "person_put",
                    ["name"] = parsed.GetValue(name),
                    ["roles"] = string.Join(", ", parsed.GetValue(role)!),
                },
                name,
                role
            ),
            Token(name),
            Decides(
                "remove",
                "A person may not act any more; what was decided stays in the record.",
                parsed => new JsonObject { ["kind"] = "person_removed", ["name"] = parsed.GetValue(name) },
                name
            ),
            Shows(
                "audit",
                "Show all that was decided, by whom and why.",
                parsed => $"/api/audit?after={parsed.GetValue(after)}",
                DeskText.Audit,
                after
            )
        );
    }

    private static Command Token(Argument<string> name)
    {
        var token = new Command("token", "Make a token for a person. It is printed once, and kept nowhere.") { name };
        token.SetAction(
            async (parsed, cancel) =>
            {
                var secret = "swp_" + RandomNumberGenerator.GetHexString(64, lowercase: true);
                using var client = new DeskClient(parsed.GetValue(Data), parsed.GetValue(Address));
                await client.DecideAsync(
                    "",
                    [
                        new JsonObject
                        {
                            ["kind"] = "token_issued",
                            ["name"] = parsed.GetValue(name),
                            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))),
                        },
                    ],
                    cancel
                );
                Terminal.WriteLine(secret);
                return ExitCode.Done;
            }
        );
        return token;
    }
}
