using System.CommandLine;
using Stillwatch.Exchanges.Formats;

namespace Stillwatch.App.Verbs;

/// <summary>The options of every verb that reads an operator's logs, for what the formats leave open.</summary>
internal sealed class LogChoices
{
    /// <summary>What may stand for the logs.</summary>
    public const string Described =
        "Exchange logs, LiteLLM's logs, OTLP/JSON: files (plain, .gz, .zst), folders of them, a deployment's data folder, - for "
        + "standard input; in any order";

    private static readonly Dictionary<string, LiteLlmAccount> Accounts = new(StringComparer.Ordinal)
    {
        ["team"] = LiteLlmAccount.Team,
        ["user"] = LiteLlmAccount.User,
        ["key"] = LiteLlmAccount.Key,
        ["end_user"] = LiteLlmAccount.EndUser,
    };

    private readonly Option<string?> _account = new("--account")
    {
        Description =
            "What is the account in LiteLLM's logs: team, user, key or end_user; otherwise the first of team, user and key that is there",
        HelpName = "WHAT",
    };
    private readonly Option<string[]> _attributes = new("--account-attribute")
    {
        Description = "An attribute of OpenTelemetry's spans that names the account, before the known ones. May be given again",
        HelpName = "NAME",
    };

    /// <summary>Adds them to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        _account.AcceptOnlyFromAmong([.. Accounts.Keys]);
        command.Options.Add(_account);
        command.Options.Add(_attributes);
    }

    /// <summary>What was chosen.</summary>
    public LogOptions Of(ParseResult parsed) =>
        new(parsed.GetValue(_account) is { } account ? Accounts[account] : LiteLlmAccount.First, parsed.GetValue(_attributes) ?? []);
}
